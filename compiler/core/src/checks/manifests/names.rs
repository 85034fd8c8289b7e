//! Names, labels and other texts that have a form
//! (`k8s.io/kubernetes/pkg/apis/*/validation`).

use serde_json::Value;

use super::{Tell, template};
use crate::checks::MOST_BYTES;
use crate::diagnostics as d;
use crate::model::hand_written::HandWritten;
use crate::model::object::{Body, Kind};
use crate::text;

/// The most characters of a name where its pods get eleven more: those of a
/// CronJob in theirs, those of a `StatefulSet` in the label
/// `controller-revision-hash`.
const SHORT: usize = 52;

pub(super) fn check(tell: &mut Tell<'_>, typed: &HandWritten) {
    let object = tell.object;
    let id = &object.id;
    let kind = match id.kind.as_str() {
        "Namespace" | "StatefulSet" => Some(&text::DNS_LABEL),
        "Service" => Some(&text::SERVICE_NAME),
        // Anything that can be part of a path (`ValidatePathSegmentName`).
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => None,
        _ => Some(&text::DNS_NAME),
    };
    if let Some(kind) = kind {
        tell.text(kind, "metadata.name", &id.name);
    }
    if matches!(id.kind, Kind::CronJob | Kind::StatefulSet) && id.name.chars().count() > SHORT {
        tell.report.push(d::j0608_long_name::in_manifest(object, SHORT));
    }
    let value = tell.value;
    labels(tell, "", value.get("metadata"));
    let path = template::path(&object.id.kind);
    if !path.is_empty() {
        labels(tell, path, value.pointer(&format!("/{}metadata", path.replace('.', "/"))));
    }
    if let HandWritten::Body(Body::ConfigMap(map)) = typed {
        let data = map.data.iter().flatten().map(|(key, _)| key);
        for key in data.chain(map.binary_data.iter().flatten().map(|(key, _)| key)) {
            tell.text(&text::SECRET_KEY, "data", key);
        }
        let data = map.data.iter().flatten().map(|(_, value)| value.len());
        let size: usize =
            data.chain(map.binary_data.iter().flatten().map(|(_, value)| value.0.len())).sum();
        if size > MOST_BYTES {
            tell.report.push(d::j0619_large_file::in_manifest(object, size));
        }
    }
}

/// Labels, and the names of annotations; `above` is what they stand in.
fn labels(tell: &mut Tell<'_>, above: &str, meta: Option<&Value>) {
    for name in ["labels", "annotations"] {
        let map = meta.and_then(|meta| meta.get(name)).and_then(Value::as_object);
        let path = format!("{above}metadata.{name}");
        for (key, value) in map.into_iter().flatten() {
            // `ValidateAnnotations` doesn't mind capitals.
            let form = if name == "labels" { key.clone() } else { key.to_ascii_lowercase() };
            tell.text(&text::LABEL_KEY, &path, &form);
            if let Some(value) = value.as_str().filter(|_| name == "labels") {
                tell.text(&text::LABEL_VALUE, &format!("{path}.{key}"), value);
            }
        }
    }
}
