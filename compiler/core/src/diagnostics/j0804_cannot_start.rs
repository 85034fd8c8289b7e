//! server that cannot start as it is.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0804",
    severity: Severity::Error,
    title: "server that cannot start as it is",
    what: "A release does not start without a setting that nobody gave: a key for sessions, or a provider of logins.",
    why: "The server ends at once with an error about its configuration, again and again. 3.4.0 to 3.4.19 want login and a session key; 3.4.20 and 3.4.21 want the key even when login is off; later ones want it with login.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
database "prod" external="mysql" secret="db" name="docker"
version "3.4.21" { image "example/jobmon:3.4.21"; }
namespace "jobmon" version="3.4.21" database="prod"
reapers "reapers" { reaper "3.4.21" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
database "prod" external="mysql" secret="db" name="docker"
version "3.4.21" { image "example/jobmon:3.4.21"; }
namespace "jobmon" version="3.4.21" database="prod" {
    server { session secret="session" key="SECRET_KEY"; }
}
reapers "reapers" { reaper "3.4.21" namespace="jobmon"; }
"#,
    fix: "Write what the message names into the `server` of the namespace, or into that of `defaults`.",
};

/// What a server wants and nobody gave.
pub(crate) fn diag(number: &str, place: Span, version: Span, wants: &[&str]) -> Diag {
    let names: Vec<&str> = wants.iter().filter_map(|want| want.split(' ').next()).collect();
    let diag = Diag::new(
        &META,
        place,
        format!("{} missing", list(names.iter().copied())),
        format!(
            "the server of version `{number}` does not start without {}",
            list(names.iter().copied())
        ),
    );
    let diag = if version == place { diag } else { diag.with(version, "this version wants it") };
    diag.help(format!("write into `server`: {}", list(wants.iter().copied())))
}
