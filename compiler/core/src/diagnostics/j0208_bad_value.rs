//! value that isn't allowed.

use super::prelude::*;
use crate::model::object::Object;
use crate::model::At;
use crate::schema::{Type, article};
use crate::text::{ImageRef, Refusal, TextKind, Version};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0208",
    severity: Severity::Error,
    title: "value that isn't allowed",
    what: "A value is of the right type, and yet not one that is allowed.",
    why: "Kubernetes, Traefik or Elasticsearch would refuse it when it is applied, or take it for something else.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "Tools" { workload "report" image="example/report:1"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1"; }
"#,
    fix: "The message says what is allowed, and offers the nearest.",
};

fn finish(diag: Diag, rule: &str, kind: &TextKind, place: Span, refusal: Refusal) -> Diag {
    // What would be refused again is no help.
    let is_odd = |c: char| c.is_control() || matches!(c, '"' | '\\' | '\'' | '`');
    let is_plain = |text: &String| !text.contains(is_odd) && (kind.check)(text).is_ok();
    match refusal.instead.filter(is_plain) {
        Some(instead) => {
            let diag = diag.help(format!("write `\"{instead}\"`; allowed: {rule}"));
            if refusal.certain {
                diag.replace(format!("replace it by `{instead}`"), place, quote(&instead))
            } else {
                diag
            }
        }
        None => diag.help(format!("allowed: {rule}")),
    }
}

/// Text that its kind refuses.
pub(crate) fn text(kind: &TextKind, entry: &Entry, text: &str, what: &str, refusal: Refusal) -> Diag {
    let diag = Diag::new(
        &META,
        entry.value_span,
        refusal.reason.clone(),
        format!("{what} is refused: `{}` is not {} {}", shorten(text), article(kind.name), kind.name),
    );
    finish(diag, &format!("{}, as in `\"{}\"`", kind.rule, kind.example), kind, entry.value_span, refusal)
}

/// The name of a free property that its kind refuses.
pub(crate) fn name(kind: &TextKind, name: &Name, refusal: Refusal) -> Diag {
    let diag = Diag::new(
        &META,
        name.span,
        refusal.reason.clone(),
        format!("`{}` is not {} {}", shorten(&name.text), article(kind.name), kind.name),
    );
    finish(diag, &format!("{}, as in `{}`", kind.rule, kind.example), kind, name.span, refusal)
}

/// A word that isn't one of those allowed.
pub(crate) fn word(words: &[&str], entry: &Entry, text: &str, what: &str) -> Diag {
    let diag = Diag::new(
        &META,
        entry.value_span,
        "not one of those",
        format!("{what} must be {}, and is `{}`", crate::schema::one_of(words), shorten(text)),
    );
    // `drain` for `draining`.
    let mut longer = words.iter().copied().filter(|word| text.len() >= 3 && word.starts_with(text));
    let begun = longer.next().filter(|_| longer.next().is_none());
    match super::meant(text, words.iter().copied()).or(begun) {
        Some(meant) => {
            let diag = diag.help(format!("write `\"{meant}\"`"));
            match sure(text, words.iter().copied()) {
                Some(meant) => {
                    diag.replace(format!("replace it by `{meant}`"), entry.value_span, format!("\"{meant}\""))
                }
                None => diag,
            }
        }
        None => diag.help(format!("allowed: {}", list(words.iter().copied()))),
    }
}

/// A number out of bounds.
pub(crate) fn number(ty: Type, entry: &Entry, number: i128, what: &str) -> Diag {
    Diag::new(&META, entry.value_span, "out of bounds", format!("{what} must be {}, and is {number}", ty.describe()))
        .help(format!("write {}", ty.describe()))
}

/// A word on the line of a probe that isn't `exec`.
pub(crate) fn probe_word(word: &At<String>) -> Diag {
    Diag::new(
        &META,
        word.span,
        "means nothing here",
        format!("a probe asks a `path`, a port with `tcp=#true`, or a command behind `exec`, and not `{}`", shorten(&word.value)),
    )
    .help("write `path=\"/health\"`, `tcp=#true`, or `exec \"program\" \"argument\"`")
}

/// `exec` with nothing behind it.
pub(crate) fn no_command(word: &At<String>) -> Diag {
    Diag::new(&META, word.span, "which command?", "`exec` needs the command that must succeed")
        .help("write it behind `exec`, as in `exec \"pg_isready\" \"-q\"`")
}

/// `seconds` of a toleration that nobody would read.
pub(crate) fn toleration_seconds(at: Span) -> Diag {
    Diag::new(
        &META,
        at,
        "only counts with `NoExecute`",
        "`seconds` of `toleration` needs `effect=\"NoExecute\"`",
    )
    .help("add `effect=\"NoExecute\"`, or remove `seconds`")
}

/// `port` of a `connect` to an `external`, which has one port.
pub(crate) fn port_of_external(port: &At<String>, name: &str, external: Span) -> Diag {
    Diag::new(
        &META,
        port.span,
        "only counts for components",
        format!("`connect \"{name}\"` leads to an `external`, which has one port and no names for it"),
    )
    .with(external, "this `external`")
    .help("remove `port`")
}

/// An `external` whose host is an address, and in none of its ranges.
pub(crate) fn outside_of_itself(name: &str, host: &At<String>) -> Diag {
    let address = &host.value;
    let length = if address.contains(':') { 128 } else { 32 };
    Diag::new(
        &META,
        host.span,
        "no range has it",
        format!("`{address}` is in no `cidr` of the external `{name}`: policies would let nobody through to it"),
    )
    .help(format!("write `cidr=\"{address}/{length}\"`, or mend the address"))
}

/// What no process can be started with.
pub(crate) fn nul(at: Span, what: &str) -> Diag {
    Diag::new(
        &META,
        at,
        "has the character U+0000",
        format!("{what} has the character U+0000, with which no process can be started"),
    )
    .help("remove `\\u{0}`")
}

/// A prefix that doesn't start with a slash.
pub(crate) fn prefix(at: &At<String>) -> Diag {
    let text = shorten(&at.value);
    let diag = Diag::new(&META, at.span, "starts without `/`", format!("the prefix `{text}` must start with `/`"));
    if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '\'' | '`')) {
        return diag.help("write the path that requests begin with, as in `\"/api\"`");
    }
    diag.help(format!("write `\"/{text}\"`"))
        .replace("put `/` before it", at.span, quote(&format!("/{}", at.value)))
}

/// A label that `pod-security` sets.
pub(crate) fn pod_security_label(key: &str, at: Span) -> Diag {
    Diag::new(&META, at, "set by `pod-security`", format!("the label `{key}` follows from `pod-security`"))
        .help("remove it, and write the level as `pod-security \"…\"`")
}

/// A version that is too old.
pub(crate) fn too_old(what: &str, at: &At<String>, oldest: Version) -> Diag {
    Diag::new(&META, at.span, "too old", format!("{what} {} is not supported: {oldest} or later is", at.value))
        .help(format!("write `version \"{oldest}\"` or a later one"))
}

/// A label of a program by which Services and policies go.
pub(crate) fn app_label(value: &str, span: Span, own: &str) -> Diag {
    Diag::new(
        &META,
        span,
        "not this one",
        format!("the label `app` can't be `{}`: by `app: {own}` Services and policies find the pods", shorten(value)),
    )
    .help("take it out, or call the label otherwise, as in `labels team=\"…\"`")
}

/// The image of a hand-written Traefik, at `path`, that is older than the proof knows.
pub(crate) fn old_in_manifest(object: &Object, path: &str, image: &str, oldest: Version) -> Diag {
    Diag::new(
        &META,
        object.source,
        "too old",
        format!("the image `{}` is a Traefik that is not supported: {oldest} or later is", shorten(image)),
    )
    .in_field(path, None)
    .help(format!("take an image of {oldest} or later: older ones read rules and objects otherwise"))
}

/// An image whose tag says a version that is too old.
pub(crate) fn too_old_image(what: &str, at: &At<ImageRef>, oldest: Version) -> Diag {
    Diag::new(
        &META,
        at.span,
        "too old",
        format!("the image `{}` is a {what} that is not supported: {oldest} or later is", at.value),
    )
    .help(format!("take an image of {oldest} or later: arguments and objects are made for that"))
}

/// An amount of a hand-written container, at `path`, that lost its unit.
pub(crate) fn lost_unit(object: &Object, path: &str, amount: &str, refusal: Refusal) -> Diag {
    let amount = shorten(amount);
    Diag::new(
        &META,
        object.source,
        "its unit is missing",
        format!("`{}` can't mean it: its `{path}` is `{amount}`, and {}", object.id, refusal.reason),
    )
    .in_field(path, None)
    .help(match refusal.instead {
        Some(instead) => format!("write `{instead}`"),
        None => "write it with its unit".to_owned(),
    })
}
