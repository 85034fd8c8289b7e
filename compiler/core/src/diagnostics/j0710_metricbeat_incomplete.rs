//! Metricbeat without a database or a user.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0710",
    severity: Severity::Error,
    title: "Metricbeat without a database or a user",
    what: "Metricbeat does not know which database server to watch, or as which user.",
    why: "It would start, and write nothing but errors.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; metricbeat database="prod"; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "db-root" { keys ROOT_DB_USER ROOT_DB_PASSWORD; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; metricbeat database="prod" secret="db-root"; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Write both: `metricbeat database=\"…\" secret=\"…\"`.",
};

/// What it lacks: `database`, `secret` or both.
pub(crate) fn diag(place: Span, lacks: &[&str]) -> Diag {
    let what = lacks.iter().map(|lacks| match *lacks {
        "database" => "no database to watch",
        _ => "no user to log in as",
    });
    let what: Vec<&str> = what.collect();
    let written: Vec<String> = lacks.iter().map(|lacks| format!("{lacks}=\"…\"")).collect();
    Diag::new(
        &META,
        place,
        format!("lacks {}", list(lacks.iter().copied())),
        format!("`metricbeat` has {}", what.join(" and ")),
    )
    .help(format!(
        "write `metricbeat {}`, here or in any `elk` that the namespace uses",
        written.join(" ")
    ))
}
