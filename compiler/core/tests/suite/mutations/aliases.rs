//! Aliases: the names by which callers find the Traefik of another namespace.

use jtc_core::components::program::Peer;
use jtc_core::proof::trail::Step;
use serde_json::json;

use super::Must;
use super::scene::{Emitted, Maker, breaks, text};

/// The Services that are another name.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "alias";
    for alias in made.kind("Service") {
        if text(alias.body, "/spec/type") == "ExternalName" {
            one(made, alias);
        }
    }
}

fn one(made: &mut Maker<'_>, alias: Emitted<'_>) {
    let home = alias.namespace();
    let leads_to = text(alias.body, "/spec/externalName");
    let target = leads_to.split('.').nth(1).expect("a namespace").to_owned();
    let users = made.paths(|demand| {
        *demand.namespace == *home
            && matches!(&*demand.to, Peer::Traefik { namespace, .. } if *namespace == target)
    });
    assert!(!users.is_empty(), "{} is used by nobody", alias.name());
    let lost = || breaks(users.clone(), Step::Name, []);

    made.harmless(alias);
    made.delete(alias, lost());
    made.edit(alias, "another name", lost(), |body| {
        body["metadata"]["name"] = "traefik-elsewhere".into();
    });
    let other = made.other_namespace(home).to_owned();
    made.edit(alias, "another namespace", lost(), |body| {
        body["metadata"]["namespace"] = other.into();
    });

    // An alias is a full name: the search list of a pod doesn't count for it.
    for (what, to) in [
        ("without the domain", format!("traefik.{target}.svc")),
        ("without svc", format!("traefik.{target}")),
        ("a bare name", "traefik".to_owned()),
        ("another domain", format!("traefik.{target}.svc.cluster.test")),
        ("another Service", format!("nobody.{target}.svc.cluster.local")),
        ("a namespace that there isn't", "traefik.nobody.svc.cluster.local".to_owned()),
        ("a namespace without Traefik", format!("traefik.{home}.svc.cluster.local")),
        ("the world outside", "traefik.example.org".to_owned()),
        ("itself", format!("{}.{home}.svc.cluster.local", alias.name())),
    ] {
        made.edit(alias, &format!("leads to {what}"), lost(), |body| {
            body["spec"]["externalName"] = to.into();
        });
    }
    let elsewhere = made
        .kind("Service")
        .into_iter()
        .find(|service| service.name() == "traefik" && service.namespace() != target);
    if let Some(elsewhere) = elsewhere {
        let to = format!("traefik.{}.svc.cluster.local", elsewhere.namespace());
        made.edit(alias, "leads to another Traefik", lost(), |body| {
            body["spec"]["externalName"] = to.into();
        });
    }
    // With an address here, and no pods.
    made.edit(alias, "a Service of its own", lost(), |body| {
        body["spec"]["type"] = "ClusterIP".into();
        body["spec"].as_object_mut().expect("a spec").remove("externalName");
    });
    // DNS knows no ports.
    made.edit(alias, "another port", Must::Nothing, |body| {
        body["spec"]["ports"] = json!([{ "name": "web", "port": 81, "protocol": "TCP" }]);
    });
    made.edit(alias, "no ports", Must::Nothing, |body| {
        body["spec"].as_object_mut().expect("a spec").remove("ports");
    });
}
