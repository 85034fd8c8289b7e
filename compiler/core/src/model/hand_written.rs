//! Hand-written objects as typed as the compiler's own, where their kind is one
//! that the compiler knows.

use std::borrow::Cow;
use std::fmt;

use k8s_openapi::api::core::v1::{Pod, PodTemplateSpec};
use k8s_openapi::api::{apps, autoscaling, batch, core, networking, policy, rbac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::object::{Body, Kind, OtherKind};

/// What a hand-written object is.
#[derive(Clone, Debug)]
pub enum HandWritten {
    /// Of a kind that the compiler makes too.
    Body(Body),
    /// Of another kind that makes pods of this template: a `DaemonSet`, a
    /// `ReplicaSet`, a Pod.
    Pods(Box<PodTemplateSpec>),
    /// Of a kind of which nothing is known here.
    Untyped,
}

/// Where the template of the pods stands in an object of a kind that makes some; a Pod
/// is all of it.
pub fn template_path(kind: &Kind) -> Option<&'static str> {
    Some(match kind.as_str() {
        "Pod" => "",
        "CronJob" => "spec.jobTemplate.spec.template.",
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => "spec.template.",
        _ => return None,
    })
}

/// Why an object isn't what its kind says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field, as in `spec.ports[0].port`; empty where none is meant.
    pub path: String,
    /// What is wrong with its value; nothing if there is no such field.
    pub why: Option<String>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, why } = self;
        match why {
            None => write!(f, "there is no field `{path}`"),
            Some(why) if path.is_empty() => f.write_str(why),
            Some(why) => write!(f, "its `{path}` is refused: {why}"),
        }
    }
}

/// Reads a hand-written object; an error says why it isn't what its kind says.
pub fn read(kind: &Kind, value: &Value) -> Result<HandWritten, Misfit> {
    let body = match kind {
        Kind::Namespace => typed::<core::v1::Namespace>(value)?,
        Kind::ServiceAccount => typed::<core::v1::ServiceAccount>(value)?,
        Kind::Deployment => typed::<apps::v1::Deployment>(value)?,
        Kind::StatefulSet => typed::<apps::v1::StatefulSet>(value)?,
        Kind::Job => typed::<batch::v1::Job>(value)?,
        Kind::CronJob => typed::<batch::v1::CronJob>(value)?,
        Kind::Service => typed::<core::v1::Service>(value)?,
        Kind::NetworkPolicy => typed::<networking::v1::NetworkPolicy>(value)?,
        Kind::PodDisruptionBudget => typed::<policy::v1::PodDisruptionBudget>(value)?,
        Kind::Role => typed::<rbac::v1::Role>(value)?,
        Kind::RoleBinding => typed::<rbac::v1::RoleBinding>(value)?,
        Kind::HorizontalPodAutoscaler => typed::<autoscaling::v2::HorizontalPodAutoscaler>(value)?,
        Kind::ConfigMap => typed::<core::v1::ConfigMap>(&without_breaks(value, "binaryData"))?,
        Kind::PersistentVolumeClaim => typed::<core::v1::PersistentVolumeClaim>(value)?,
        Kind::Secret => {
            exact::<core::v1::Secret>(&without_breaks(value, "data"))?;
            return Ok(HandWritten::Untyped);
        }
        Kind::Other(other) => return self::other(other, value),
        _ => return Ok(HandWritten::Untyped),
    };
    Ok(HandWritten::Body(body))
}

/// Base64 without the ends of its lines, over which Go reads (`encoding/base64`).
fn without_breaks<'v>(value: &'v Value, field: &str) -> Cow<'v, Value> {
    let texts = value.get(field).and_then(Value::as_object);
    let has_break = |text: &Value| text.as_str().is_some_and(|text| text.contains(['\n', '\r']));
    if !texts.is_some_and(|texts| texts.values().any(has_break)) {
        return Cow::Borrowed(value);
    }
    let mut value = value.clone();
    let texts = value.get_mut(field).and_then(Value::as_object_mut);
    for text in texts.into_iter().flat_map(|texts| texts.values_mut()) {
        if let Value::String(text) = text {
            text.retain(|c| !matches!(c, '\n' | '\r'));
        }
    }
    Cow::Owned(value)
}

fn typed<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Body, Misfit>
where
    Body: From<T>,
{
    exact::<T>(value).map(Body::from)
}

/// A value of a type that has all that is written.
pub fn exact<T: DeserializeOwned + Serialize>(value: &Value) -> Result<T, Misfit> {
    let read = T::deserialize(value).map_err(|error| misfit::<T>(value, &error))?;
    // What the type doesn't know is lost on the way there and back.
    let known = serde_json::to_value(&read)
        .map_err(|error| Misfit { path: String::new(), why: Some(error.to_string()) })?;
    match lost(value, &known) {
        Some(path) => {
            Err(Misfit { path: path.strip_prefix('.').unwrap_or(&path).to_owned(), why: None })
        }
        None => Ok(read),
    }
}

/// A value that a type refuses. It is read again for the path, which few need.
fn misfit<T: DeserializeOwned>(value: &Value, error: &serde_json::Error) -> Misfit {
    let path = match serde_path_to_error::deserialize::<_, T>(value) {
        Err(found) if found.path().iter().next().is_some() => found.path().to_string(),
        Err(_) | Ok(_) => String::new(),
    };
    Misfit { path, why: Some(error.to_string()) }
}

/// The path of the first field of `written` that `known` hasn't, with a dot
/// before each key.
fn lost(written: &Value, known: &Value) -> Option<String> {
    use serde_json::Value::{Array, Object};
    match (written, known) {
        (Object(written), Object(known)) => written
            .iter()
            .filter(|(_, value)| !value.is_null())
            .find_map(|(key, value)| match known.get(key) {
                Some(known) => lost(value, known).map(|rest| format!(".{key}{rest}")),
                None => Some(format!(".{key}")),
            }),
        (Array(written), Array(known)) => {
            written.iter().zip(known).enumerate().find_map(|(index, (written, known))| {
                lost(written, known).map(|rest| format!("[{index}]{rest}"))
            })
        }
        _ => None,
    }
}

/// A hand-written object of a kind that the compiler makes none of.
fn other(kind: &OtherKind, value: &Value) -> Result<HandWritten, Misfit> {
    let template = match (kind.api_version.as_str(), kind.kind.as_str()) {
        ("apps/v1", "DaemonSet") => {
            exact::<apps::v1::DaemonSet>(value)?.spec.map(|spec| spec.template)
        }
        ("apps/v1", "ReplicaSet") => {
            exact::<apps::v1::ReplicaSet>(value)?.spec.and_then(|spec| spec.template)
        }
        ("v1", "Pod") => {
            let pod: Pod = exact(value)?;
            Some(PodTemplateSpec { metadata: Some(pod.metadata), spec: pod.spec })
        }
        _ => None,
    };
    Ok(template.map_or(HandWritten::Untyped, |template| HandWritten::Pods(Box::new(template))))
}
