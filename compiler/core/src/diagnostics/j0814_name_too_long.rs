//! name of a reaper too long.

use super::prelude::*;
use crate::model::declared::Reaper;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0814",
    severity: Severity::Error,
    title: "name of a reaper too long",
    what: "The name of a reaper is made of its namespace and version, and is longer than the 63 characters that Kubernetes allows.",
    why: "The API server refuses its label and its ServiceAccount when they are applied.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon-of-the-department-for-long-names-in-the-west" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon-of-the-department-for-long-names-in-the-west"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Give the namespace a shorter name, or the version if it alone is too long.",
};

/// The name, and the reaper that has it.
pub(crate) fn diag(object: &str, reaper: &Reaper) -> Diag {
    let message = format!(
        "the reaper's name, `{object}`, has {} characters, and 63 is the most",
        object.chars().count()
    );
    let (namespace, version) = (&reaper.namespace, &reaper.version);
    let shortest = object.chars().count() - namespace.value.chars().count().min(object.chars().count());
    if shortest >= MOST {
        return Diag::new(&META, version.span, "makes the name too long", message)
            .with(namespace.span, "the namespace is the other part of it")
            .help("give the version a shorter number, as in `3.6.0`: no namespace's name is short enough for this one");
    }
    Diag::new(&META, namespace.span, "makes the name too long", message)
        .with(version.span, "the version is the other part of it")
        .help("give the namespace a shorter name")
}

/// The most characters of a name.
const MOST: usize = 63;
