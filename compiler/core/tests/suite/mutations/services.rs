//! Services: numbers, names, protocols, target ports, selectors, types.

use jtc_core::components::program::Peer;
use jtc_core::proof::trail::Step;
use serde_json::{Value, json};

use super::Must;
use super::scene::{Emitted, Maker, break_at, breaks, list, port, text};

/// The Services that lead to pods.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "Service";
    for service in made.kind("Service") {
        if text(service.body, "/spec/type") != "ExternalName" {
            whole(made, service);
            // DNS knows no ports.
            let ports =
                if is_headless(service) { 0 } else { list(service.body, "/spec/ports").len() };
            for index in 0..ports {
                one_port(made, service, index);
            }
        }
    }
}

/// Whether its name is that of its pods.
fn is_headless(service: Emitted<'_>) -> bool {
    text(service.body, "/spec/clusterIP") == "None"
}

/// Who comes by a port of the Service: by its number from the same namespace or,
/// to Traefik, from others. And who comes to the program by way of Traefik.
fn users(made: &Maker<'_>, service: Emitted<'_>, number: u16) -> (Vec<usize>, Vec<usize>) {
    let (namespace, name) = (service.namespace(), service.name());
    if name == "traefik" {
        let mut direct = made.remote(namespace, None);
        direct.retain(|path| {
            matches!(&*made.demand(*path).to, Peer::Traefik { service, .. } if *service == number)
        });
        return (direct, Vec::new());
    }
    let mut direct = made.local(namespace, name);
    direct.retain(|path| {
        matches!(&*made.demand(*path).to, Peer::Program { service: Some(port), .. } if *port == number)
    });
    let routed = if direct.is_empty() { Vec::new() } else { made.remote(namespace, Some(name)) };
    (direct, routed)
}

/// The container port that a port of the Service leads to.
fn container_port(made: &Maker<'_>, service: Emitted<'_>, target: &str) -> Option<u16> {
    let app = text(service.body, "/spec/selector/app");
    made.objects().into_iter().find_map(|object| {
        let template = object.template()?;
        let pod = object.body.pointer(template)?;
        if object.namespace() != service.namespace() || text(pod, "/metadata/labels/app") != app {
            return None;
        }
        let ports = list(pod, "/spec/containers/0/ports");
        ports.iter().find(|port| text(port, "/name") == target).map(|it| port(it, "/containerPort"))
    })
}

fn one_port(made: &mut Maker<'_>, service: Emitted<'_>, index: usize) {
    let pointer = format!("/spec/ports/{index}");
    let this = service.body.pointer(&pointer).expect("the port");
    let number = port(this, "/port");
    let target = text(this, "/targetPort");
    let listens = container_port(made, service, target).expect("a target port by name");
    let (direct, routed) = users(made, service, number);
    let all = || direct.iter().copied().chain(routed.iter().copied());
    let what = |what: &str| format!("port {number}: {what}");
    let set = |key: &'static str, value: Value| {
        let pointer = pointer.clone();
        move |body: &mut Value| body.pointer_mut(&pointer).expect("the port")[key] = value
    };

    // Traefik looks for the number that the route names.
    let lost = |step| {
        let direct = direct.iter().map(|path| (*path, step));
        break_at(direct.chain(routed.iter().map(|path| (*path, Step::Route))).collect(), [])
    };
    made.edit(service, &what("another number"), lost(Step::ServicePort), set("port", 4242.into()));
    let (other, same) =
        if text(this, "/protocol") == "UDP" { ("TCP", "UDP") } else { ("UDP", "TCP") };
    let must = breaks(direct.clone(), Step::ServicePort, routed.clone());
    made.edit(service, &what("another protocol"), must, set("protocol", other.into()));
    let must = if same == "TCP" {
        Must::Nothing
    } else {
        breaks(direct.clone(), Step::ServicePort, routed.clone())
    };
    made.edit(service, &what("no protocol"), must, |body| {
        let port = body.pointer_mut(&pointer).and_then(Value::as_object_mut);
        port.expect("the port").remove("protocol");
    });

    made.edit(
        service,
        &what("a target that no pod has"),
        breaks(all(), Step::Target, []),
        set("targetPort", "nobody".into()),
    );
    made.edit(
        service,
        &what("the target by its number"),
        Must::Nothing,
        set("targetPort", listens.into()),
    );
    let must = breaks(direct.clone(), Step::Target, routed.clone());
    // To Traefik nobody listens there, either; the policies say so first.
    let must =
        if service.name() == "traefik" { breaks(direct.clone(), Step::Egress, []) } else { must };
    made.edit(service, &what("another target"), must, set("targetPort", (listens + 1).into()));
    made.edit(service, &what("another name"), Must::Nothing, set("name", "renamed".into()));
    if number == listens {
        made.edit(service, &what("no target, which is the same number"), Must::Nothing, |body| {
            let port = body.pointer_mut(&pointer).and_then(Value::as_object_mut);
            port.expect("the port").remove("targetPort");
        });
    }
}

fn whole(made: &mut Maker<'_>, service: Emitted<'_>) {
    made.harmless(service);
    let (namespace, name) = (service.namespace(), service.name());
    let ports: Vec<u16> =
        list(service.body, "/spec/ports").iter().map(|it| port(it, "/port")).collect();
    if is_headless(service) {
        return siblings(made, service);
    }
    let (mut direct, mut routed) = (Vec::new(), Vec::new());
    for number in &ports {
        let users = users(made, service, *number);
        direct.extend(users.0);
        routed.extend(users.1);
    }
    let all = || direct.iter().copied().chain(routed.iter().copied());
    let gone = || {
        let direct = direct.iter().map(|path| (*path, Step::Name));
        break_at(direct.chain(routed.iter().map(|path| (*path, Step::Route))).collect(), [])
    };

    made.delete(service, gone());
    made.edit(service, "another name", gone(), |body| {
        body["metadata"]["name"] = format!("{name}-two").into();
    });
    let other = made.other_namespace(namespace).to_owned();
    made.edit(service, "another namespace", gone(), |body| {
        // No other Service is in its way there.
        body["metadata"]["name"] = format!("{name}-moved").into();
        body["metadata"]["namespace"] = other.into();
    });

    let unselected = || breaks(all(), Step::Target, []);
    made.edit(service, "another selector", unselected(), |body| {
        body["spec"]["selector"]["app"] = "nobody".into();
    });
    made.edit(service, "a selector of a label that no pod has", unselected(), |body| {
        body["spec"]["selector"]["tier"] = "front".into();
    });
    made.edit(service, "no selector", unselected(), |body| {
        body["spec"].as_object_mut().expect("a spec").remove("selector");
    });
    let app = text(service.body, "/spec/selector/app").to_owned();
    made.edit(service, "a selector of one label more that the pods have", Must::Nothing, |body| {
        body["spec"]["selector"]["app.kubernetes.io/name"] = app.into();
    });

    let must = break_at(direct.iter().map(|path| (*path, Step::Name)).collect(), routed.clone());
    made.edit(service, "a name of the world outside", must, |body| {
        body["spec"] = json!({ "type": "ExternalName", "externalName": "www.example.org" });
    });
    headless(made, service, &direct);
    made.edit(service, "a port of every node", Must::Open, |body| {
        body["spec"]["type"] = "NodePort".into();
    });
    if text(service.body, "/spec/type") == "LoadBalancer" {
        made.edit(service, "no load balancer", Must::Outside, |body| {
            let spec = body["spec"].as_object_mut().expect("a spec");
            spec.insert("type".to_owned(), "ClusterIP".into());
            spec.remove("externalTrafficPolicy");
        });
    }
    if ports.len() > 1 {
        made.edit(service, "its ports the other way round", Must::Nothing, |body| {
            body["spec"]["ports"].as_array_mut().expect("ports").reverse();
        });
    }
    made.edit(service, "a port more", Must::Open, |body| {
        let ports = body["spec"]["ports"].as_array_mut().expect("ports");
        ports.push(json!({ "name": "more", "port": 4343, "protocol": "TCP" }));
    });
}

/// The name of a headless Service is that of the pods, so that callers come to
/// the port that they ask for; Traefik knows the pods' port all the same.
fn headless(made: &mut Maker<'_>, service: Emitted<'_>, direct: &[usize]) {
    let mapped = direct.iter().copied().filter(|path| match &*made.demand(*path).to {
        Peer::Program { service, port, .. } => *service != Some(*port),
        Peer::Traefik { service, port, .. } => service != port,
        _ => false,
    });
    let mapped: Vec<usize> = mapped.collect();
    let must =
        if mapped.is_empty() { Must::Nothing } else { breaks(mapped, Step::ServicePort, []) };
    made.edit(service, "headless", must, |body| {
        let spec = body["spec"].as_object_mut().expect("a spec");
        spec.insert("type".to_owned(), "ClusterIP".into());
        spec.insert("clusterIP".to_owned(), "None".into());
        spec.remove("externalTrafficPolicy");
    });
}

/// The name by which pods that are alike find each other.
fn siblings(made: &mut Maker<'_>, service: Emitted<'_>) {
    let (namespace, name) = (service.namespace(), service.name());
    let app = text(service.body, "/spec/selector/app");
    let users = made.paths(|demand| {
        *demand.namespace == *namespace
            && matches!(&*demand.to, Peer::Program { app: to, service: None, .. } if to == app)
    });
    let lost = || breaks(users.clone(), Step::Name, []);
    made.delete(service, lost());
    let other = made.other_namespace(namespace).to_owned();
    made.edit(service, "another namespace", lost(), |body| {
        body["metadata"]["name"] = format!("{name}-moved").into();
        body["metadata"]["namespace"] = other.into();
    });
    made.edit(service, "another selector", lost(), |body| {
        body["spec"]["selector"]["app"] = "nobody".into();
    });
    made.edit(service, "an address of its own", lost(), |body| {
        body["spec"].as_object_mut().expect("a spec").remove("clusterIP");
    });
    made.edit(service, "no ports", Must::Nothing, |body| {
        body["spec"].as_object_mut().expect("a spec").remove("ports");
    });
}
