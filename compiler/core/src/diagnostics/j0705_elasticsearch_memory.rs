//! Elasticsearch with too little memory.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0705",
    severity: Severity::Error,
    title: "Elasticsearch with too little memory",
    what: "Elasticsearch may use less than 1Gi of memory, or has a heap that leaves it too little beside the heap.",
    why: "It uses up to half of its heap again outside of it, and the Java machine comes on top. The kernel kills it, often only under load, and its shards have to be recovered each time.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch { resources { limits memory="800Mi"; }; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch { resources { limits memory="2Gi"; }; }; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Give it 2Gi or more, and leave the heap to it.",
};

/// A limit that is too low.
pub(crate) fn limit(place: Span, limit: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "less than 1Gi",
        format!("`elasticsearch` is killed while it starts, or soon after: {limit} of memory is too little"),
    )
    .help("write `limits memory=\"2Gi\"`")
}

/// A heap that is too large for the limit.
pub(crate) fn heap(place: Span, heap: &str, limit: &str, said: Option<Span>) -> Diag {
    let diag = Diag::new(
        &META,
        place,
        "the heap is set here",
        format!("a heap of {heap} leaves `elasticsearch` too little of {limit} of memory"),
    )
    .help("leave `ES_JAVA_OPTS` out, and the heap is half of the memory");
    match said {
        Some(said) => diag.with(said, "the limit of its memory"),
        None => diag,
    }
}
