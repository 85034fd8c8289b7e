//! The names of the files under `-o`.
//!
//! `wave-NN/KIND_NAMESPACE_NAME.yaml`, without the namespace for what belongs
//! to the cluster. No two objects share a name, also where letter case doesn't
//! count: kind, namespace and name are made of lower-case letters, digits, `-`
//! and `.`, everything else becomes `~` and two hexadecimal digits a byte, and
//! so `_` separates them without doubt. (`-` would not: `a-b` in `c` and `a` in
//! `b-c` are two objects.)

use std::fmt::Write;

use jtc_core::emit::Document;
use jtc_core::model::object::{Kind, ObjectId};

/// The most bytes of a name, below the 255 that file systems allow.
const LONGEST: usize = 240;

/// The path of each document below the output folder.
pub(super) fn of(documents: &[Document]) -> Vec<String> {
    let last = documents.iter().map(|document| document.wave).max().unwrap_or_default();
    let digits = last.to_string().len().max(2);
    documents
        .iter()
        .map(|document| format!("wave-{:0digits$}/{}.yaml", document.wave, stem(&document.id)))
        .collect()
}

fn stem(id: &ObjectId) -> String {
    let mut stem = String::new();
    match &id.kind {
        // Two kinds of the same name differ in their group.
        Kind::Other(other) => {
            let (group, version) =
                other.api_version.rsplit_once('/').unwrap_or(("", &other.api_version));
            push_lower(&mut stem, &other.kind);
            for part in [version, group].into_iter().filter(|part| !part.is_empty()) {
                stem.push('.');
                push(&mut stem, part);
            }
        }
        kind => push_lower(&mut stem, kind.as_str()),
    }
    if let Some(namespace) = &id.namespace {
        stem.push('_');
        push(&mut stem, namespace);
    }
    stem.push('_');
    push(&mut stem, &id.name);
    if stem.len() > LONGEST {
        // All of it is ASCII, so that it can be cut anywhere.
        let sum = checksum(&stem);
        stem.truncate(LONGEST - 17);
        // Writing to a string can't fail.
        let _ = write!(stem, "~{sum:016x}");
    }
    stem
}

/// Kinds differ in more than their case.
fn push_lower(stem: &mut String, text: &str) {
    push(stem, &text.to_ascii_lowercase());
}

fn push(stem: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.') {
            stem.push(char::from(byte));
        } else {
            let _ = write!(stem, "~{byte:02x}");
        }
    }
}

/// FNV-1a of 64 bits: the same everywhere, which is all that is asked of it.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jtc_core::model::object::OtherKind;

    use super::*;

    fn other(api_version: &str, kind: &str) -> Kind {
        Kind::Other(Arc::new(OtherKind {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
        }))
    }

    #[test]
    fn names_say_what_is_in_the_file() {
        let cases = [
            (
                ObjectId::new(Kind::Deployment, "jobmon-prod", "jobmon-server"),
                "deployment_jobmon-prod_jobmon-server",
            ),
            (ObjectId::global(Kind::Namespace, "jobmon-prod"), "namespace_jobmon-prod"),
            (
                ObjectId::global(Kind::Crd, "middlewares.traefik.io"),
                "customresourcedefinition_middlewares.traefik.io",
            ),
            (ObjectId::new(other("apps/v1", "DaemonSet"), "a", "b"), "daemonset.v1.apps_a_b"),
            (ObjectId::new(other("v1", "Endpoints"), "a", "b"), "endpoints.v1_a_b"),
            (ObjectId::new(Kind::Role, "a", "System:x_Y/.."), "role_a_~53ystem~3ax~5f~59~2f.."),
        ];
        for (id, name) in cases {
            assert_eq!(stem(&id), name);
        }
    }

    #[test]
    fn names_are_unlike_and_fit() {
        let long = "x".repeat(253);
        let ids = [
            ObjectId::new(Kind::Service, "a-b", "c"),
            ObjectId::new(Kind::Service, "a", "b-c"),
            ObjectId::new(Kind::Role, "a", "B"),
            ObjectId::new(Kind::Role, "a", "b"),
            ObjectId::new(other("one.io/v1", "Thing"), "a", "b"),
            ObjectId::new(other("two.io/v1", "Thing"), "a", "b"),
            ObjectId::new(Kind::ConfigMap, "a", &format!("{long}1")),
            ObjectId::new(Kind::ConfigMap, "a", &format!("{long}2")),
        ];
        let mut names: Vec<String> = ids.iter().map(|id| stem(id).to_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), ids.len());
        assert!(names.iter().all(|name| name.len() <= LONGEST));
    }

    #[test]
    fn wave_folders_sort_by_number() {
        let document = |wave| Document {
            id: ObjectId::global(Kind::Namespace, "a"),
            wave,
            path: "".into(),
            line: 1,
            text: String::new(),
        };
        assert_eq!(of(&[document(3)]), ["wave-03/namespace_a.yaml"]);
        assert_eq!(of(&[document(3), document(100)])[0], "wave-003/namespace_a.yaml");
    }
}
