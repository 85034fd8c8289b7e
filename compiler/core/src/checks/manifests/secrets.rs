//! Hand-written Secrets: the keys that those of a type must have.

use serde_json::Value;

use super::Tell;

/// Types, and the keys of each; several in one item where any of them will do
/// (Kubernetes, "Secrets", "Types of Secret").
const KEYS: [(&str, &[&[&str]]); 5] = [
    ("kubernetes.io/basic-auth", &[&["username", "password"]]),
    ("kubernetes.io/dockercfg", &[&[".dockercfg"]]),
    ("kubernetes.io/dockerconfigjson", &[&[".dockerconfigjson"]]),
    ("kubernetes.io/ssh-auth", &[&["ssh-privatekey"]]),
    ("kubernetes.io/tls", &[&["tls.crt"], &["tls.key"]]),
];

pub(super) fn check(tell: &mut Tell<'_>) {
    if tell.object.id.kind.as_str() != "Secret" {
        return;
    }
    let own = tell.value.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some((_, keys)) = KEYS.iter().find(|(kind, _)| *kind == own) else { return };
    let has = |key: &str| {
        let mut parts = ["data", "stringData"].iter().filter_map(|part| tell.value.get(part));
        parts.any(|part| part.get(key).is_some())
    };
    let lacks: Vec<String> = keys
        .iter()
        .filter(|any| !any.iter().any(|key| has(key)))
        .map(|any| any.join("` or `"))
        .collect();
    for key in lacks {
        let why = format!("has no `{key}`, which a Secret of the type `{own}` must have");
        tell.refused("data", &why, "add it, or take `type` out");
    }
}
