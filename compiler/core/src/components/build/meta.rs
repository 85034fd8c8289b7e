//! Names and labels.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::components::program::{Home, Program};
use crate::model::declared::Cluster;

/// The label by which Services and policies select pods.
pub const APP: &str = "app";

/// Labels of everything in the cluster, and of this compiler.
pub fn common_labels(cluster: &Cluster) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> =
        cluster.labels.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect();
    labels.insert("app.kubernetes.io/managed-by".to_owned(), "jtc".to_owned());
    labels
}

fn common_annotations(cluster: &Cluster) -> Option<BTreeMap<String, String>> {
    (!cluster.annotations.is_empty()).then(|| {
        cluster.annotations.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect()
    })
}

/// The metadata of an object that belongs to no program.
pub fn plain(cluster: &Cluster, namespace: Option<&str>, name: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: namespace.map(str::to_owned),
        labels: Some(common_labels(cluster)),
        annotations: common_annotations(cluster),
        ..ObjectMeta::default()
    }
}

/// The labels of a program's objects.
pub fn labels(home: &Home<'_>, program: &Program) -> BTreeMap<String, String> {
    let mut labels = common_labels(home.cluster);
    labels.insert(APP.to_owned(), program.object.clone());
    labels.insert("app.kubernetes.io/name".to_owned(), program.object.clone());
    if let Some(version) = &program.version {
        labels.insert("app.kubernetes.io/version".to_owned(), label_value(version));
    }
    for (key, value) in &program.settings.labels {
        labels.insert(key.clone(), value.value.clone());
    }
    labels
}

/// The metadata of an object of a program.
pub fn of(home: &Home<'_>, program: &Program, name: &str) -> ObjectMeta {
    let mut annotations = common_annotations(home.cluster).unwrap_or_default();
    for (key, value) in &program.settings.annotations {
        annotations.insert(key.clone(), value.value.clone());
    }
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(home.namespace.to_owned()),
        labels: Some(labels(home, program)),
        annotations: (!annotations.is_empty()).then_some(annotations),
        ..ObjectMeta::default()
    }
}

/// What selects the pods of a program. It never changes while the program
/// lives, since the API server refuses a changed selector: no version in it.
pub fn selector(object: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(APP.to_owned(), object.to_owned())])
}

/// A version as a label value: `+` is refused there.
pub fn label_value(version: &str) -> String {
    version
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .take(63)
        .collect::<String>()
        .trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_owned()
}

/// Ten hexadecimal digits that change when the text does (FNV-1a, 64 bits).
/// Not for security: it names Jobs and restarts pods.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{:010x}", state & 0xff_ffff_ffff)
}
