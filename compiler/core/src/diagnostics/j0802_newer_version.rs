//! version newer than any that is known.

use super::prelude::*;
use crate::components::release::{self, Release};
use crate::model::declared::VersionDecl;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0802",
    severity: Severity::Warning,
    title: "version newer than any that is known",
    what: "A `version` is newer than the last release whose commands and variables are known, and is taken to be like the nearest.",
    why: "Releases have changed commands, variables and paths before. If this one did, server or reaper will not come up.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.7.0" { image "example/jobmon:3.7.0"; }
namespace "jobmon" version="3.7.0" database="prod"
reapers "reapers" { reaper "3.7.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.7.0" { image "example/jobmon:3.7.0"; dialect "D8"; }
namespace "jobmon" version="3.7.0" database="prod"
reapers "reapers" { reaper "3.7.0" namespace="jobmon"; }
"#,
    fix: "Look up how the release starts and is configured, and name the dialect: what is taken, or another.",
};

/// A version after the last that is known, and the release it is taken for.
pub(crate) fn diag(number: &str, version: &VersionDecl, taken: &Release) -> Diag {
    let last = release::last_known();
    Diag::new(
        &META,
        version.span,
        format!("taken to speak dialect `{}`", taken.dialect),
        format!("version `{number}` is newer than `{last}`, the last that is known; took dialect `{}`", taken.dialect),
    )
    .help(format!(
        "if that is right, say so in the `version` with `dialect \"{}\"`; if it is still like `{last}`, with \
         `dialect \"{}\"`",
        taken.dialect,
        release::find(last).release().map_or(taken.dialect, |release| release.dialect),
    ))
}
