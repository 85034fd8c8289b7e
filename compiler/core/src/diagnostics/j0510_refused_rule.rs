//! rule that Traefik would refuse.

use super::prelude::*;
use crate::traefik::rule::{Fault, Rule};
use crate::model::At;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0510",
    severity: Severity::Error,
    title: "rule that Traefik would refuse",
    what: "A rule, or the host in one, is not written as Traefik v3 reads it.",
    why: "Traefik leaves such a route out and says so in its log only; a host that no request can name never matches. Either way it answers 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    workload "y" image="example/y:1" { port "http" 8080; }
    route "y" match="Host(`a.example.org`, `b.example.org`) && PathPrefix(`/y`)" to="y"
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
    workload "y" image="example/y:1" { port "http" 8080; }
    route "y" match="(Host(`a.example.org`) || Host(`b.example.org`)) && PathPrefix(`/y`)" to="y"
}
"#,
    fix: "Write the rule as Traefik v3 reads it: one value for each matcher, in backticks, joined by `&&` and `||`.",
};

/// A rule that Traefik would refuse, or that would never match.
pub(crate) fn rule(rule: &At<String>, fault: &Fault) -> Diag {
    let diag = Diag::new(
        &META,
        inside(rule, fault),
        if Rule::read(&rule.value).is_ok() {
            "no request fits this"
        } else {
            "Traefik would refuse this"
        },
        format!("the rule isn't one of Traefik v3: {}", fault.reason),
    );
    match &fault.instead {
        Some(text) => {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            diag.help(format!("write `match=\"{quoted}\"`")).replace(
                "write it for Traefik v3",
                rule.span,
                format!("\"{quoted}\""),
            )
        }
        None => diag.help("write it as in `match=\"Host(`a.example.org`) && PathPrefix(`/x`)\"`"),
    }
}

/// The place inside the string that is to blame; the whole string where it is
/// written otherwise than it reads, with escapes.
fn inside(rule: &At<String>, fault: &Fault) -> Span {
    let Span { file, start, end } = rule.span;
    let length = |text: usize| u32::try_from(text).unwrap_or(u32::MAX);
    let around = (end - start).checked_sub(length(rule.value.len()));
    let plain = !rule.value.contains(['"', '\\']) && !rule.value.contains(char::is_control);
    let quotes = match around {
        Some(0) => 0,
        Some(2) => 1,
        // A raw string; without quotes inside there is nothing to escape.
        Some(4) if plain => 2,
        _ => return rule.span,
    };
    let first = start + quotes + length(fault.span.start).min(length(rule.value.len()));
    let last = start + quotes + length(fault.span.end).min(length(rule.value.len()));
    // An empty place, as at the end, shows nothing.
    if first < last { Span::new(file, first, last) } else { rule.span }
}

/// A host that no request can name.
pub(crate) fn host(host: &At<String>, reason: &str) -> Diag {
    Diag::new(&META, host.span, "no host", format!("no request can name this host: {reason}"))
        .help("write the name only, as in `host=\"jobmon.example.org\"`")
}
