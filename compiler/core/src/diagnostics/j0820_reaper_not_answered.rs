//! reaper whose requests no route leads to its server.

use super::prelude::*;
use crate::model::resolved::ReaperRef;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0820",
    severity: Severity::Error,
    title: "reaper whose requests no route leads to its server",
    what: "No route of the namespace leads what a reaper asks to the server.",
    why: "A reaper asks by plain HTTP, without a password, on the entrypoint `web`, and names the alias Service as its host, as in `traefik-jobmon`. It would be answered by something else, or with 401, 403 or 404, and end with an error in each round, while lost runs stay.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    route "server" host="jobmon.example.org" to="server"
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    route "server" host="jobmon.example.org" to="server"
    route "reapers" host="traefik-jobmon" to="server"
}
"#,
    fix: "Add a route for the alias, without middlewares that ask who it is and without TLS.",
};

/// Why the requests of a reaper don't arrive, as a clause, with its place and
/// what that place is.
pub(crate) struct Reason {
    /// As in "route `server` is for another host".
    pub(crate) clause: String,
    /// The place that makes it so.
    pub(crate) place: Span,
    /// What the place has to do with it.
    pub(crate) label: &'static str,
}

/// A reaper that asks `url` in vain. `help` says what to write.
pub(crate) fn diag(
    reaper: &ReaperRef<'_>,
    namespace: &str,
    url: &str,
    reason: &Reason,
    help: String,
) -> Diag {
    Diag::new(
        &META,
        reaper.decl.namespace.span,
        format!("asks `{url}`"),
        format!(
            "reaper `{}` would not reach the server of namespace `{namespace}`: {}",
            reaper.number, reason.clause
        ),
    )
    .with(reason.place, reason.label)
    .help(help)
}
