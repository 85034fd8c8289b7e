//! two reapers for the same runs.

use super::prelude::*;
use crate::checks::jobmon::Live;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0810",
    severity: Severity::Error,
    title: "two reapers for the same runs",
    what: "Two reapers are shown the same runs: they have the same version and work on the same database.",
    why: "They have no lock. Both end a run, its message comes twice, and one may overwrite a newer status that the other has set.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod"
namespace "jobmon-too" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; reaper "3.3.1" namespace="jobmon-too"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod"
namespace "jobmon-too" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; }
"#,
    fix: "Keep one of them. Namespaces that share a database share its reapers.",
};

/// Two reapers with one database and key.
pub(crate) fn diag(second: &Live<'_>, first: &Live<'_>) -> Diag {
    let database = second.jobmon.database.as_ref().map_or("", |database| database.name);
    let message = if second.reaper.site == first.reaper.site {
        format!(
            "reaper `{}` of namespace `{}` is there twice",
            second.reaper.number, second.site.name
        )
    } else {
        format!(
            "two reapers of version `{}` work on the database `{database}`: by way of namespace `{}` and of `{}`",
            second.reaper.number, first.site.name, second.site.name
        )
    };
    Diag::new(&META, second.reaper.decl.span, "this one too many", message)
        .with(first.reaper.decl.span, "the first is here")
        .help("remove one of the two")
}
