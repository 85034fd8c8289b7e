//! A whole namespace: all its programs, and all its objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use jtc_syntax::Span;
use k8s_openapi::api::core::v1::{Namespace, ResourceQuota, ResourceQuotaSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use rayon::prelude::*;

use super::build::policy::{Guest, GuestOrigin, policies};
use super::build::{alias, meta, pod};
use super::program::{Cx, Home, Peer, Program, Talk};
use super::{build, list, manifests, reapers, routes, traefik};
use crate::diagnostics::Report;
use crate::model::declared::{About, Cluster};
use crate::model::object::{Body, Kind, Object, ObjectId};
use crate::model::resolved::{LinkEnd, ReaperSite, Site, World};
use crate::model::settings::Protocol;
use crate::traefik_crds;

/// What a namespace is made of.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Its programs.
    pub programs: Vec<Program>,
    /// Its objects, in no certain order.
    pub objects: Vec<Object>,
    /// Its routes, where it is a Jobmon namespace and none is in error.
    pub routes: Option<Vec<routes::Route>>,
}

/// Whether Traefik's definitions are part of what is made.
pub fn defines_traefik(world: &World<'_>) -> bool {
    world.topology.cluster.traefik_crds.value
        && world.sites.iter().any(|site| site.jobmon.is_some())
}

/// The objects of the cluster: Traefik's definitions.
pub fn cluster(world: &World<'_>) -> Vec<Object> {
    let cluster = &world.topology.cluster;
    if !defines_traefik(world) {
        return Vec::new();
    }
    traefik_crds::CRDS
        .iter()
        .map(|crd| {
            let mut body: serde_json::Value = serde_json::from_str(crd.json).unwrap_or_default();
            if let Some(metadata) =
                body.get_mut("metadata").and_then(serde_json::Value::as_object_mut)
            {
                let labels = meta::common_labels(cluster);
                metadata
                    .insert("labels".to_owned(), serde_json::to_value(labels).unwrap_or_default());
            }
            Object {
                id: ObjectId::global(Kind::Crd, crd.name),
                source: cluster.span,
                component: "traefik".into(),
                body: Body::from(body),
                needs: Vec::new(),
            }
        })
        .collect()
}

/// Everything of a namespace. Names that lead nowhere are reported.
pub fn namespace(world: &World<'_>, site: &Site<'_>, report: &mut Report) -> Made {
    let cx = Cx { world, site };
    let home = cx.home();
    let mut objects = about(&home, &site.decl.about, site.decl.span);
    let mut programs = list::programs(&cx);
    let mut sound = None;
    if site.jobmon.is_some() {
        for program in &programs {
            if let Some(component) = list::find(&program.component) {
                objects.extend((component.extras)(&cx, program));
            }
        }
        let mut found = Report::default();
        let routes = routes::routes(&cx, &programs, &mut found);
        route_talks(&mut programs, &routes);
        objects.extend(routes::objects(&cx, &routes));
        sound = (!found.has_errors()).then_some(routes);
        report.append(found);
    }
    finish(&home, &programs, &guests(&cx), site.decl.span, &mut objects);
    objects.extend(aliases(&cx));
    objects.extend(manifests::objects(&cx, report));
    Made { programs, objects, routes: sound }
}

/// Everything of the reapers' namespace.
pub fn reapers(world: &World<'_>, site: &ReaperSite<'_>) -> Made {
    let home = Home::new(&world.topology.cluster, site.name, &site.decl.about);
    let mut objects = about(&home, &site.decl.about, site.decl.span);
    let programs = reapers::programs(world, site);
    finish(&home, &programs, &[], site.decl.span, &mut objects);
    objects.extend(reapers::aliases(world, site));
    Made { programs, objects, routes: None }
}

/// More programs than this in one namespace are worth all cores: the reapers'
/// has one for each of the others.
const MANY: usize = 256;

fn finish(
    home: &Home<'_>,
    programs: &[Program],
    guests: &[Guest],
    span: Span,
    objects: &mut Vec<Object>,
) {
    if programs.len() > MANY {
        objects
            .par_extend(programs.par_iter().flat_map_iter(|program| build::objects(home, program)));
    } else {
        for program in programs {
            objects.extend(build::objects(home, program));
        }
    }
    if home.cluster.network_policies {
        objects.extend(policies(home, programs, guests, span));
    }
}

/// Traefik talks to whatever its routes lead to.
fn route_talks(programs: &mut [Program], routes: &[routes::Route]) {
    let Some(traefik) = programs.iter_mut().find(|program| &*program.component == "traefik") else {
        return;
    };
    for route in routes {
        let to = Peer::Program {
            app: route.backend.object.clone(),
            service: Some(route.backend.port.service),
            port: route.backend.port.container,
            protocol: route.backend.port.protocol,
        };
        if !traefik.talks.iter().any(|talk| *talk.to == to) {
            traefik.talks.push(Talk::new(to, "a route leads there", route.span));
        }
    }
}

/// Who enters through Traefik.
fn guests(cx: &Cx<'_>) -> Vec<Guest> {
    let entrypoints = traefik::entrypoints(cx);
    let mut guests = Vec::new();
    let guest = |entrypoint: &traefik::Entrypoint, from: GuestOrigin| Guest {
        app: "traefik".to_owned(),
        port: entrypoint.port.container,
        protocol: entrypoint.port.protocol,
        from,
    };
    for caller in &cx.site.callers {
        if let Some(entrypoint) =
            entrypoints.iter().find(|entrypoint| entrypoint.name == caller.entrypoint)
        {
            let namespace = caller.namespace.to_owned();
            guests
                .push(guest(entrypoint, GuestOrigin::Pods { namespace, app: caller.app.clone() }));
        }
    }
    if let Some(balancer) = traefik::load_balancer(cx) {
        let ranges: Vec<String> =
            balancer.value.source_ranges.iter().map(ToString::to_string).collect();
        for entrypoint in &entrypoints {
            guests.push(guest(entrypoint, GuestOrigin::Addresses(ranges.clone())));
        }
    }
    guests
}

/// One alias Service for each other namespace that a program here talks to.
fn aliases(cx: &Cx<'_>) -> Vec<Object> {
    type Ports = BTreeMap<(u16, Protocol), String>;
    let mut targets: BTreeMap<&str, (Span, Ports)> = BTreeMap::new();
    for link in &cx.site.links {
        if let LinkEnd::Remote { namespace, entrypoint, service_port, protocol, .. } = &link.to {
            let (_, ports) =
                targets.entry(namespace).or_insert_with(|| (link.span, BTreeMap::new()));
            ports.insert((*service_port, *protocol), entrypoint.clone());
        }
    }
    targets
        .into_iter()
        .map(|(namespace, (span, ports))| {
            let ports: Vec<(String, u16, &str)> = ports
                .into_iter()
                .map(|((port, protocol), name)| (name, port, protocol.as_str()))
                .collect();
            alias::service(&cx.home(), namespace, &ports, span)
        })
        .collect()
}

/// The Namespace and what holds for all of it.
fn about(home: &Home<'_>, about: &About, span: Span) -> Vec<Object> {
    let component: Arc<str> = "namespace".into();
    let mut objects = vec![Object {
        id: ObjectId::global(Kind::Namespace, home.namespace),
        source: span,
        component: component.clone(),
        body: namespace_object(home, about).into(),
        needs: Vec::new(),
    }];
    if let Some(quota) = &about.quota {
        let amounts = pod::resources(&quota.value).unwrap_or_default();
        let hard: BTreeMap<String, Quantity> =
            [("requests", amounts.requests), ("limits", amounts.limits)]
                .into_iter()
                .flat_map(|(kind, amounts)| {
                    let named = move |(name, amount)| (format!("{kind}.{name}"), amount);
                    amounts.into_iter().flatten().map(named)
                })
                .collect();
        let body = ResourceQuota {
            metadata: meta::plain(home.cluster, Some(home.namespace), "quota"),
            spec: Some(ResourceQuotaSpec { hard: Some(hard), ..ResourceQuotaSpec::default() }),
            status: None,
        };
        objects.push(Object {
            id: ObjectId::new(Kind::ResourceQuota, home.namespace, "quota"),
            source: quota.span,
            component,
            body: body.into(),
            needs: Vec::new(),
        });
    }
    objects
}

fn namespace_object(home: &Home<'_>, about: &About) -> Namespace {
    let cluster: &Cluster = home.cluster;
    let mut metadata = meta::plain(cluster, None, home.namespace);
    let labels = metadata.labels.get_or_insert_with(BTreeMap::new);
    labels.insert(meta::APP.to_owned(), home.namespace.to_owned());
    let level = home.level.as_str();
    let version = format!("v{}.{}", cluster.kubernetes.value.major, cluster.kubernetes.value.minor);
    for mode in ["enforce", "audit", "warn"] {
        // Only what is enforced is warned of: a warning at each apply that
        // nobody can act on is soon not read.
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), level.to_owned());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), version.clone());
    }
    labels.extend(about.labels.iter().map(|(key, value)| (key.clone(), value.value.clone())));
    let annotations = metadata.annotations.get_or_insert_with(BTreeMap::new);
    if let Some(project) = &cluster.rancher_project {
        annotations.insert("field.cattle.io/projectId".to_owned(), project.value.clone());
    }
    annotations
        .extend(about.annotations.iter().map(|(key, value)| (key.clone(), value.value.clone())));
    if annotations.is_empty() {
        metadata.annotations = None;
    }
    Namespace { metadata, ..Namespace::default() }
}
