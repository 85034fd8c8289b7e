//! two reapers with one name.

use super::prelude::*;
use crate::model::declared::Reaper;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0815",
    severity: Severity::Error,
    title: "two reapers with one name",
    what: "The names of two reapers, made of namespace and version, become the same, since only letters, digits and `-` are allowed in them.",
    why: "The second would replace the first when it is applied.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1-dev" { image "example/jobmon:3.3.1-dev"; }
version "3.3.1+dev" { image "example/jobmon:3.3.1-dev2"; }
namespace "jobmon" version="3.3.1-dev" database="prod"
reapers "reapers" { reaper "3.3.1-dev" namespace="jobmon"; reaper "3.3.1+dev" namespace="jobmon" state="draining"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.3.1-dev" { image "example/jobmon:3.3.1-dev"; }
version "3.3.1+dev2" { image "example/jobmon:3.3.1-dev2"; }
namespace "jobmon" version="3.3.1-dev" database="prod"
reapers "reapers" { reaper "3.3.1-dev" namespace="jobmon"; reaper "3.3.1+dev2" namespace="jobmon" state="draining"; }
"#,
    fix: "Give one of the two versions a number that differs in a letter or digit.",
};

/// Two reapers with one name.
pub(crate) fn diag(object: &str, second: &Reaper, first: &Reaper) -> Diag {
    Diag::new(
        &META,
        second.version.span,
        "becomes the same name",
        format!(
            "reapers `{}` and `{}` would both be called `{object}`",
            first.version.value, second.version.value
        ),
    )
    .with(first.version.span, "the other is here")
    .help("give one of the versions a number that differs in a letter or digit")
}
