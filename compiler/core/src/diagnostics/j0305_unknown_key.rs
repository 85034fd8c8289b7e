//! key that a Secret hasn't.

use super::prelude::*;
use crate::model::At;
use crate::model::declared::Secret;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0305",
    severity: Severity::Error,
    title: "key that a Secret hasn't",
    what: "A key is read that the Secret isn't said to hold.",
    why: "The pod would wait for ever, with `CreateContainerConfigError`.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
secret "s" { keys "K"; }
namespace "tools" { workload "report" image="example/report:1" { env "X" secret="s" key="L"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
secret "s" { keys "K"; }
namespace "tools" { workload "report" image="example/report:1" { env "X" secret="s" key="K"; }; }
"#,
    fix: "Mend the key, or add it to the `keys` of the secret, and to the Secret itself.",
};

/// The same, of a reference that stands in a manifest as a whole.
pub(crate) fn in_manifest(key: &At<String>, secret: &str, found: &Secret) -> Diag {
    Diag { fix: None, ..diag(key, secret, found) }
}

/// A key that isn't among those of the Secret.
pub(crate) fn diag(key: &At<String>, secret: &str, found: &Secret) -> Diag {
    let diag = Diag::new(&META, key.span, "isn't there", format!("secret `{secret}` has no key `{}`", key.value))
        .with(found.span, "the secret");
    match near(&key.value, found) {
        Some(meant) => {
            let diag = diag.help(format!("write `{meant}`"));
            match sure(&key.value, found.keys.keys().map(String::as_str)) {
                Some(meant) => diag.rename(key, meant),
                None => diag,
            }
        }
        None => diag.help(format!(
            "it has {}; add `\"{}\"` to its `keys` if the Secret holds it",
            list(found.keys.keys().map(String::as_str)),
            key.value
        )),
    }
}

/// The key that is meant, if one is near: `DB_URI` is not `DB_PORT`, as what
/// they begin with tells nothing.
fn near<'k>(key: &str, found: &'k Secret) -> Option<&'k str> {
    let keys = || found.keys.keys().map(String::as_str);
    let own = |name: &str| {
        let start = key.rfind('_').map_or(0, |at| at + 1);
        let same = name.get(..start).is_some_and(|before| key.starts_with(before));
        if same { start } else { 0 }
    };
    let meant = suggest(key, keys())?;
    let start = own(meant);
    suggest(key.get(start..)?, [meant.get(start..)?]).map(|_| meant)
}

/// A key whose name Traefik knows; `at` is the place that names the Secret.
pub(crate) fn fixed(key: &str, at: &At<String>, found: &Secret) -> Diag {
    let secret = &at.value;
    let diag = Diag::new(&META, at.span, format!("`{key}` is read from it"), format!("secret `{secret}` has no key `{key}`"))
        .with(found.span, "the secret");
    diag.help(match suggest(key, found.keys.keys().map(String::as_str)).filter(|near| !FIXED.contains(near)) {
        Some(near) => format!("write `{key}` for `{near}` in the `keys` of `{secret}`; the Secret itself must hold it under that name too"),
        None => format!(
            "it has {}; add `\"{key}\"` to its `keys` if the Secret holds it",
            list(found.keys.keys().map(String::as_str))
        ),
    })
}

/// Keys of a TLS Secret, none of which is meant by another.
const FIXED: [&str; 2] = ["tls.crt", "tls.key"];

/// Keys that every database reads; `at` is the place that names the Secret.
pub(crate) fn of_database(lacks: &[&str], at: Span, secret: &str, found: &Secret) -> Option<Diag> {
    let (first, more) = lacks.split_first()?;
    let all = list(lacks.iter().copied());
    let keys = if more.is_empty() { format!("key {all}") } else { format!("keys {all}") };
    let diag = Diag::new(
        &META,
        at,
        format!("a database reads {all} from it"),
        format!("secret `{secret}` has no {keys}"),
    )
    .with(found.span, "the secret");
    let has = list(found.keys.keys().map(String::as_str));
    let others = found.keys.keys().map(String::as_str);
    let others = others.filter(|other| !crate::resolve::DATABASE_KEYS.contains(other));
    let near = others.clone().find(|other| other.starts_with(*first)).or_else(|| suggest(first, others));
    let near = near.filter(|_| more.is_empty());
    Some(match near {
        Some(near) => diag.help(format!("write `{first}` for `{near}` in the `keys` of `{secret}`; the Secret itself must hold it under that name too")),
        None => diag.help(format!("the keys of a database are `DB_HOST`, `DB_PORT`, `DB_USER` and `DB_PASS`, and this Secret has {has}: add to its `keys` what the Secret holds; if one of its keys holds the whole URI, name it with `uri-key`")),
    })
}
