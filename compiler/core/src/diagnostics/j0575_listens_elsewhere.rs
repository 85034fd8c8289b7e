//! program that listens elsewhere than its port says.

use super::prelude::*;
use crate::components::listens::Says;
use crate::model::NOWHERE;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0575",
    severity: Severity::Error,
    title: "program that listens elsewhere than its port says",
    what: "A variable, an argument or a file of its own lets a program listen at another port than that of its pods, or where only itself comes to it, or speak what nobody speaks who comes: TLS, or with a password. Or a `port` has another number than the program listens at.",
    why: "Its probes fail, so that its pods are never ready; and its Service leads to a port where nobody listens.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    elk version="9.2.1" {
        elasticsearch
        kibana { env "SERVER_PORT" "5602"; }
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    elk version="9.2.1" {
        elasticsearch
        kibana
    }
}
"#,
    fix: "Take the setting out: `jtc` tells its own components where to listen.",
};

/// The port of a program's pods: its name, its number, and the place that says it.
type Declared<'a> = (&'a str, u16, Span);

/// A program that is told another port than that of its pods.
pub(crate) fn port(program: &str, place: Span, told: u16, (name, number, said): Declared<'_>) -> Diag {
    let diag = Diag::new(
        &META,
        place,
        format!("listens at {told}"),
        format!("`{program}` would listen at port {told}, and the port `{name}` of its pods is {number}"),
    );
    if said == NOWHERE || said == place {
        return diag.help(format!("take it out, or write `{number}`"));
    }
    diag.with(said, format!("{number} here")).help(format!("take it out, or write one number in both places, `{number}` or `{told}`"))
}

/// A program whose `port` has another number than it listens at.
pub(crate) fn usual(program: &str, usual: u16, (name, number, said): Declared<'_>) -> Diag {
    Diag::new(
        &META,
        said,
        "nobody listens there",
        format!("`{program}` listens at port {usual}, and its port `{name}` is said to be {number}"),
    )
    .help("take the `port` out: `jtc` knows it, and routes and other programs come to it")
}

/// A program that listens where only itself comes to it.
pub(crate) fn host(program: &str, place: Span, host: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "only the pod itself comes there",
        format!("`{program}` would listen at `{host}` alone, where neither its probes nor other pods come"),
    )
    .help("take it out, or write `0.0.0.0`")
}

/// A program whose own file or command says no host, so that it listens where only itself
/// comes to it.
pub(crate) fn unsaid(program: &str, place: Span, host: &str, setting: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "says no address to listen at",
        format!("`{program}` would listen at `{host}` alone, as it does unless it is told, and neither its probes nor other pods come there"),
    )
    .help(format!("say in it `{setting}`, with `0.0.0.0`, as what `jtc` writes does; or take it out"))
}

/// Logstash with pipelines of its own, none of which takes what servers send.
pub(crate) fn no_input(program: &str, place: Span, port: u16) -> Diag {
    Diag::new(
        &META,
        place,
        "has no input over UDP",
        format!("the servers send their logs to `{program}` over UDP, port {port}, and no pipeline of it listens there"),
    )
    .help(format!("add one, as in `input {{ udp {{ port => {port} }} }}`, or take the pipeline out: `jtc` writes one"))
}

/// A program that would speak otherwise than those who come to it.
pub(crate) fn otherwise(program: &str, place: Span, says: Says) -> Diag {
    let (label, does, others, help) = match says {
        Says::Password => (
            "with a password",
            "ask everybody for a password",
            "its probes and the programs beside it have none",
            "take it out: network policies keep others away; who comes from outside can be asked by a `middleware` with `basic-auth` in the route",
        ),
        _ => (
            "with TLS",
            "speak TLS",
            "its probes and whoever comes to it speak none",
            "take it out: clients outside speak TLS with Traefik, by `tls=` of the route",
        ),
    };
    Diag::new(&META, place, label, format!("`{program}` would {does}, and {others}")).help(help)
}
