//! no route leads there.

use super::prelude::*;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0308",
    severity: Severity::Error,
    title: "no route leads there",
    what: "A program of another namespace is to be reached, and its Traefik has no route to it.",
    why: "Traefik would answer 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="jobmon"
}
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "http" 8080; }; }
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "slack" host="slack.example.org" port=443
secret "db" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
secret "hooks" { keys "SLACK_API_URL" "SLACK_CHANNEL_DEFAULT" "SLACK_TOKEN"; }
database "prod" external="mysql" secret="db"
version "3.3.1" { image "example/jobmon:3.3.1"; }
reapers "jobmon-reapers" {
    slack external="slack" secret="hooks"
    reaper "3.3.1" namespace="jobmon"
}
namespace "jobmon" version="3.3.1" database="prod" { workload "y" image="example/y:1" { port "http" 8080; }; route "y" path="/y" to="y"; }
namespace "a" { workload "x" image="example/x:1" { connect "jobmon/y"; }; }
"#,
    fix: "Add a `route` to it in its namespace. What speaks no HTTP needs an entrypoint of its own: with `protocol=\"udp\"` and a `route` over UDP, and over TCP with an `IngressRouteTCP` in a `manifest`, beside two policies that let Traefik through to it.",
};

/// A target without a route.
pub(crate) struct Way<'w> {
    /// The namespace of the target.
    pub(crate) namespace: &'w str,
    /// The target.
    pub(crate) program: &'w str,
    /// The port of the target that is wanted, by name.
    pub(crate) port: Option<&'w str>,
    /// That port over UDP, or the one of a target that has no other: its name and number.
    pub(crate) udp: Option<(&'w str, u16)>,
    /// Whether a route has this name.
    pub(crate) taken: &'w dyn Fn(&str) -> bool,
    /// The host that callers name.
    pub(crate) host: &'w str,
}

/// A target, or a port of it, without a route.
pub(crate) fn diag(at: &At<String>, way: &Way<'_>, there: Span) -> Diag {
    let Way { namespace, program, port, udp, taken, host } = way;
    let (by, to, mut name) = match port {
        Some(port) => (
            format!(" by its port `{port}`"),
            format!("{program}:{port}"),
            format!("{program}-{port}"),
        ),
        None => (String::new(), (*program).to_owned(), (*program).to_owned()),
    };
    // At `/api` the server answers.
    while taken(&name) || name == "api" {
        name.push_str("-inside");
    }
    let own = crate::components::find(program).is_some();
    let help = if let Some((port, number)) = udp {
        format!(
            "add to `traefik` of `{namespace}` an entrypoint of its own: `entrypoint \"{name}\" port={number} protocol=\"udp\"`, \
             and to `{namespace}`: `route \"{name}\" entrypoint=\"{name}\" to=\"{program}:{port}\"`"
        )
    } else if own {
        // What Jobmon and Elastic answer stands at the paths that they know.
        format!("add to `{namespace}`: `route \"{name}\" host=\"{host}\" to=\"{to}\"`")
    } else {
        format!(
            "add to `{namespace}`: `route \"{name}\" path=\"/{name}\" to=\"{to}\"`; if it speaks no HTTP, give it an \
             `entrypoint` of its own and an `IngressRouteTCP` in a `manifest`"
        )
    };
    Diag::new(&META, at.span, "no way in", format!("no route of `{namespace}` leads to `{program}`{by}"))
        .with(there, "the namespace")
        .help(help)
}

/// Traefik as a target, which is the way to all others.
pub(crate) fn traefik(at: &At<String>, namespace: &str, other: Option<&str>) -> Diag {
    let diag = Diag::new(
        &META,
        at.span,
        "the way, and no target",
        format!("programs of other namespaces reach what is behind the Traefik of `{namespace}`, and not Traefik itself"),
    );
    let other = other.unwrap_or("server");
    diag.help(format!("name the program that is meant, as in `connect \"{namespace}/{other}\"`"))
}
