//! Alias Services: how a program of one namespace names the Traefik of
//! another.
//!
//! An ExternalName Service is a DNS alias and nothing else: its ports mean
//! nothing, and the Host header that the client sends is the alias.

use jtc_syntax::Span;
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};

use super::meta;
use crate::components::program::Home;
use crate::model::object::{Kind, Need, Object, ObjectId};
use crate::model::resolved::{Link, LinkEnd, Site};

/// The name of the alias for a namespace: `traefik-NAMESPACE`.
pub fn name(namespace: &str) -> String {
    format!("traefik-{namespace}")
}

/// The alias Service in `home` for the Traefik of `target`.
pub fn service(
    home: &Home<'_>,
    target: &str,
    ports: &[(String, u16, &str)],
    source: Span,
) -> Object {
    let name = name(target);
    let mut meta = meta::plain(home.cluster, Some(home.namespace), &name);
    if let Some(labels) = &mut meta.labels {
        labels.insert("app.kubernetes.io/name".to_owned(), name.clone());
    }
    let spec = ServiceSpec {
        type_: Some("ExternalName".to_owned()),
        external_name: Some(format!("traefik.{target}.svc.{}", home.cluster.dns_domain)),
        ports: (!ports.is_empty()).then(|| {
            ports
                .iter()
                .map(|(name, port, protocol)| ServicePort {
                    name: Some(name.clone()),
                    port: i32::from(*port),
                    protocol: Some((*protocol).to_owned()),
                    ..ServicePort::default()
                })
                .collect()
        }),
        ..ServiceSpec::default()
    };
    Object {
        id: ObjectId::new(Kind::Service, home.namespace, &name),
        source,
        component: name.into(),
        body: Service { metadata: meta, spec: Some(spec), status: None }.into(),
        needs: vec![Need::exists(ObjectId::new(Kind::Service, target, "traefik"), source)],
    }
}

/// What must be ready before the program that says this `connect`.
pub fn readiness(site: &Site<'_>, link: &Link<'_>) -> Vec<Need> {
    match &link.to {
        LinkEnd::Local { program, .. } => vec![Need::ready(site.name, program, link.span)],
        LinkEnd::Remote { namespace, program, .. } => vec![
            Need::ready(namespace, "traefik", link.span),
            Need::ready(namespace, program, link.span),
        ],
        LinkEnd::External { .. } => Vec::new(),
    }
}
