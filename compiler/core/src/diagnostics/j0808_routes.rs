//! reaper that asks for a route its server has not.

use super::prelude::*;
use crate::checks::jobmon::Live;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0808",
    severity: Severity::Error,
    title: "reaper that asks for a route its server has not",
    what: "Reaper and server call the route for inconsistent workflows by different names, or one of them has none.",
    why: "The reaper is answered with 404 in each round, and ends with an error. 3.0.0 has no such route, 3.0.3 spells it `fix_status_inconsitency`, and from 3.1.0 on it is `fix_status_inconsistency`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.0.3" { image "example/jobmon:3.0.3"; }
version "3.1.0" { image "example/jobmon:3.1.0"; }
namespace "jobmon" version="3.1.0" database="prod"
reapers "reapers" { reaper "3.1.0" namespace="jobmon"; reaper "3.0.3" namespace="jobmon" state="draining"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.0.3" { image "example/jobmon:3.0.3"; }
version "3.1.0" { image "example/jobmon:3.1.0"; }
namespace "jobmon" version="3.1.0" database="prod"
reapers "reapers" { reaper "3.1.0" namespace="jobmon"; reaper "3.0.3" namespace="jobmon" state="retired"; }
"#,
    fix: "Keep a server of the old version for the old reaper until its runs have ended, in a namespace on the same database; then retire the reaper.",
};

/// A reaper and a server that call a route by different names.
pub(crate) fn diag(live: &Live<'_>) -> Diag {
    let version =
        live.site.decl.version.as_ref().map_or(live.site.decl.span, |version| version.span);
    Diag::new(
        &META,
        live.reaper.decl.namespace.span,
        "this server has another name for a route, or none",
        format!(
            "reaper `{}` can't work with the server of version `{}` in namespace `{}`: their names for the route \
             that repairs workflows differ",
            live.reaper.number, live.jobmon.number, live.site.name
        ),
    )
    .with(version, format!("version `{}` runs here", live.jobmon.number))
    .help(format!(
        "end the runs of `{0}` first, with a server of `{0}` on the same database; then write \
         `state=\"retired\"`",
        live.reaper.number
    ))
}
