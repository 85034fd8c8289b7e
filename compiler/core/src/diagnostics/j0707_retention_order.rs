//! ages of logs out of order.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0707",
    severity: Severity::Error,
    title: "ages of logs out of order",
    what: "An index would be cold before it is warm, or deleted before it is either.",
    why: "Elasticsearch goes through the phases in their order and starts each at its age: a phase that comes too late never happens, and logs are kept for another time than was meant.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; retention { cold after="9d"; delete after="8d"; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; retention { cold after="3d"; delete after="8d"; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Let the ages grow: `warm`, `cold`, `delete`.",
};

/// A phase, its age, and the place that says it, if one does.
#[derive(Debug)]
pub(crate) struct Phase<'a> {
    /// As in `cold`.
    pub(crate) name: &'a str,
    /// As in `3d`.
    pub(crate) age: &'a str,
    /// Where it is said.
    pub(crate) place: Option<Span>,
}

/// A phase, and the later one that comes before it; `whole` is the place of
/// both where nobody said either.
pub(crate) fn diag(whole: Span, early: &Phase<'_>, late: &Phase<'_>) -> Diag {
    let place = late.place.or(early.place).unwrap_or(whole);
    let diag = Diag::new(
        &META,
        place,
        "out of order",
        format!(
            "`{}` comes after {}, before `{}`, which comes after {}",
            late.name, late.age, early.name, early.age
        ),
    );
    let diag = match early.place.filter(|early| *early != place) {
        Some(early) => diag.with(early, "the phase before it"),
        None => diag,
    };
    diag.help(format!(
        "write an age for `{}` that is more than {}, or a smaller one for `{}`",
        late.name, early.age, early.name
    ))
}
