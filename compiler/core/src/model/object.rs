//! What comes out: Kubernetes objects, each with where it comes from and what
//! it needs.

use std::sync::Arc;

use jtc_syntax::Span;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, PersistentVolumeClaim, ResourceQuota, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use serde::Serialize;

use crate::traefik_api::{IngressRoute, IngressRouteUdp, Middleware};

/// A kind of object, in the order in which kinds stand within a wave.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `CustomResourceDefinition`.
    Crd,
    /// `Namespace`.
    Namespace,
    /// `ResourceQuota`.
    ResourceQuota,
    /// `ServiceAccount`.
    ServiceAccount,
    /// `Role`.
    Role,
    /// `RoleBinding`.
    RoleBinding,
    /// `Secret`; never emitted, only referred to.
    Secret,
    /// `ConfigMap`.
    ConfigMap,
    /// `PersistentVolumeClaim`.
    PersistentVolumeClaim,
    /// `NetworkPolicy`.
    NetworkPolicy,
    /// `Service`.
    Service,
    /// Traefik's `Middleware`.
    Middleware,
    /// `StatefulSet`.
    StatefulSet,
    /// `Job`.
    Job,
    /// `Deployment`.
    Deployment,
    /// `CronJob`.
    CronJob,
    /// `HorizontalPodAutoscaler`.
    HorizontalPodAutoscaler,
    /// `PodDisruptionBudget`.
    PodDisruptionBudget,
    /// Traefik's `IngressRoute`.
    IngressRoute,
    /// Traefik's `IngressRouteUdp`.
    IngressRouteUdp,
    /// A kind that only a hand-written manifest has.
    Other(Arc<OtherKind>),
}

/// A kind that the compiler knows nothing of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherKind {
    /// As in `apps/v1`.
    pub api_version: String,
    /// As in `DaemonSet`.
    pub kind: String,
}

impl Kind {
    /// As in `Deployment`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Crd => "CustomResourceDefinition",
            Self::Namespace => "Namespace",
            Self::ResourceQuota => "ResourceQuota",
            Self::ServiceAccount => "ServiceAccount",
            Self::Role => "Role",
            Self::RoleBinding => "RoleBinding",
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
            Self::PersistentVolumeClaim => "PersistentVolumeClaim",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::Service => "Service",
            Self::Middleware => "Middleware",
            Self::StatefulSet => "StatefulSet",
            Self::Job => "Job",
            Self::Deployment => "Deployment",
            Self::CronJob => "CronJob",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::PodDisruptionBudget => "PodDisruptionBudget",
            Self::IngressRoute => "IngressRoute",
            Self::IngressRouteUdp => "IngressRouteUDP",
            Self::Other(other) => &other.kind,
        }
    }
}

/// What an object is called: no two objects of a run have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; `None` for what belongs to the cluster.
    pub namespace: Option<Arc<str>>,
    /// Its name.
    pub name: Arc<str>,
}

impl ObjectId {
    /// An object of a namespace.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        Self { kind, namespace: Some(namespace.into()), name: name.into() }
    }

    /// An object of the cluster.
    pub fn global(kind: Kind, name: &str) -> Self {
        Self { kind, namespace: None, name: name.into() }
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}/{namespace}/{}", self.kind.as_str(), self.name),
            None => write!(f, "{}/{}", self.kind.as_str(), self.name),
        }
    }
}

/// Why one thing comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It must exist: a namespace, a definition, an account.
    ExistsBefore,
    /// It must work: a definition established, a Job done, pods ready.
    ReadyBefore,
    /// A pod mounts it or takes variables from it.
    Mounts,
    /// It selects the pods of it.
    Selects,
    /// A route leads to it.
    RoutesTo,
    /// It reads a key of it.
    ReadsSecret,
    /// A component is made of it.
    Owns,
}

impl Why {
    /// In words, as in `ready-before`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExistsBefore => "exists-before",
            Self::ReadyBefore => "ready-before",
            Self::Mounts => "mounts",
            Self::Selects => "selects",
            Self::RoutesTo => "routes-to",
            Self::ReadsSecret => "reads-secret",
            Self::Owns => "owns",
        }
    }
}

/// Something that comes before an object, which its body doesn't tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What comes before.
    pub on: Dependency,
    /// Why.
    pub why: Why,
    /// The place in the source that wants it so.
    pub span: Span,
}

/// What can come before an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// An object.
    Object(ObjectId),
    /// The pods of a program: its Deployment, `StatefulSet` or Job.
    Program {
        /// Its namespace.
        namespace: Arc<str>,
        /// What the topology calls it, as in `server`.
        component: Arc<str>,
    },
}

impl Need {
    /// An object must exist before.
    pub fn exists(on: ObjectId, span: Span) -> Self {
        Self { on: Dependency::Object(on), why: Why::ExistsBefore, span }
    }

    /// The pods of a program must be ready before.
    pub fn ready(namespace: &str, component: &str, span: Span) -> Self {
        let on = Dependency::Program { namespace: namespace.into(), component: component.into() };
        Self { on, why: Why::ReadyBefore, span }
    }
}

/// An object to be.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is called.
    pub id: ObjectId,
    /// The place in the source that it comes from.
    pub source: Span,
    /// The component that it is part of, as in `server`.
    pub component: Arc<str>,
    /// What it says.
    pub body: Body,
    /// What comes before it, beside what its body refers to.
    pub needs: Vec<Need>,
}

macro_rules! bodies {
    ($($variant:ident($ty:ty)),* $(,)?) => {
        /// What an object says.
        #[derive(Clone, Debug)]
        pub enum Body {
            $(
                #[doc = concat!("`", stringify!($variant), "`.")]
                $variant(Box<$ty>),
            )*
        }

        impl Serialize for Body {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(body) => body.serialize(serializer),)*
                }
            }
        }

        $(
            impl From<$ty> for Body {
                fn from(body: $ty) -> Self {
                    Self::$variant(Box::new(body))
                }
            }
        )*
    };
}

bodies! {
    Namespace(Namespace),
    ResourceQuota(ResourceQuota),
    ServiceAccount(ServiceAccount),
    Role(Role),
    RoleBinding(RoleBinding),
    ConfigMap(ConfigMap),
    PersistentVolumeClaim(PersistentVolumeClaim),
    NetworkPolicy(NetworkPolicy),
    Service(Service),
    Middleware(Middleware),
    StatefulSet(StatefulSet),
    Job(Job),
    Deployment(Deployment),
    CronJob(CronJob),
    HorizontalPodAutoscaler(HorizontalPodAutoscaler),
    PodDisruptionBudget(PodDisruptionBudget),
    IngressRoute(IngressRoute),
    IngressRouteUdp(IngressRouteUdp),
    Value(serde_json::Value),
}
