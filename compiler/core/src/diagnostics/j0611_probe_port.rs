//! probe of a port that isn't there.

use super::prelude::*;
use crate::model::object::Object;
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0611",
    severity: Severity::Error,
    title: "probe of a port that isn't there",
    what: "A probe asks a port that the program hasn't.",
    why: "The API server refuses the pod, or the probe always fails.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        port "http" 8080
        probe "readiness" path="/health" port="web"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        port "http" 8080
        probe "readiness" path="/health" port="http"
    }
}
"#,
    fix: "Name one of the program's ports, or add one.",
};

/// A TCP or HTTP probe of a UDP port.
pub(crate) fn udp(at: Span, port: &str) -> Diag {
    Diag::new(&META, at, "asks over TCP", format!("the port `{port}` speaks UDP, which no probe can ask"))
        .help("name a TCP port, or use `exec` with a program that tells")
}

/// `port` is the name, or nothing when there is no port at all.
pub(crate) fn diag(at: Span, port: Option<&At<String>>, known: &[&str]) -> Diag {
    let message = match port {
        Some(port) => format!("there is no port `{}` to probe", port.value),
        None => "there is no port to probe".to_owned(),
    };
    let diag = Diag::new(&META, at, "asks a port that isn't there", message);
    match port.and_then(|port| suggest(&port.value, known.iter().copied())) {
        Some(meant) => {
            let diag = diag.help(format!("write `port=\"{meant}\"`"));
            let own = port.filter(|port| port.span == at);
            match own.and_then(|port| Some((port, sure(&port.value, known.iter().copied())?))) {
                Some((port, meant)) => diag.rename(port, meant),
                None => diag,
            }
        }
        None if known.is_empty() => diag.help("add a port, as in `port \"http\" 8080`"),
        None => diag.help(format!("its ports: {}", list(known.iter().copied()))),
    }
}

/// A probe at `path` of a manifest, and the ports of its container.
pub(crate) fn in_manifest(object: &Object, path: &str, port: &str, known: &[&str]) -> Diag {
    let diag = Diag::new(
        &META,
        object.source,
        "asks a port that isn't there",
        format!("`{path}` of `{}` is `{}`, and the container has no port of that name", object.id, shorten(port)),
    )
    .in_field(path, None);
    match suggest(port, known.iter().copied()) {
        Some(meant) => diag.help(format!("write `port: {meant}`")),
        None if known.is_empty() => diag.help("write the number of the port, or give the container `ports` with names"),
        None => diag.help(format!("its ports: {}", list(known.iter().copied()))),
    }
}
