//! Pods: labels, container ports, replicas, account, DNS.

use jtc_core::components::program::Peer;
use jtc_core::proof::trail::Step;
use serde_json::{Value, json};

use super::Must;
use super::scene::{Emitted, Maker, break_at, breaks, list, port, text};

/// Everything that makes pods.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "pods";
    for program in made.objects() {
        if let Some(template) = program.template() {
            labels(made, program, template);
            account(made, program, template);
            harmless(made, program, template);
            for index in 0..list(program.body, &containers(template, "/0/ports")).len() {
                one_port(made, program, template, index);
            }
        }
    }
}

fn containers(template: &str, rest: &str) -> String {
    format!("{template}/spec/containers{rest}")
}

/// Who reaches the pods of a program: by its Service, and by way of Traefik.
fn users(made: &Maker<'_>, program: Emitted<'_>, app: &str) -> (Vec<usize>, Vec<usize>) {
    let namespace = program.namespace();
    if app == "traefik" {
        return (made.remote(namespace, None), Vec::new());
    }
    (made.local(namespace, app), made.remote(namespace, Some(app)))
}

fn labels(made: &mut Maker<'_>, program: Emitted<'_>, template: &'static str) {
    let app = text(program.body, &format!("{template}/metadata/labels/app")).to_owned();
    let (direct, routed) = users(made, program, &app);
    // No policy but the one that denies everything is about them any more.
    let own = made.from(program.namespace(), program.component);
    let siblings: Vec<usize> = own
        .iter()
        .copied()
        .filter(|path| matches!(&*made.demand(*path).to, Peer::Program { service: None, .. }))
        .collect();
    let reached = direct.iter().chain(&routed).map(|path| (*path, Step::Target));
    let reaches = own.iter().filter(|path| !siblings.contains(path));
    let reaches = reaches.map(|path| (*path, Step::Egress));
    let must = break_at(reached.chain(reaches).collect(), siblings.clone());
    made.edit(program, "pods with another label", must, |body| {
        body.pointer_mut(template).expect("a template")["metadata"]["labels"]["app"] =
            "renamed".into();
        if body.pointer("/spec/selector/matchLabels/app").is_some() {
            body["spec"]["selector"]["matchLabels"]["app"] = "renamed".into();
        }
    });
    if program.kind() == "Deployment" || program.kind() == "StatefulSet" {
        let reached = direct.iter().chain(&routed).map(|path| (*path, Step::Target));
        made.edit(program, "no replicas", break_at(reached.collect(), siblings), |body| {
            body["spec"]["replicas"] = 0.into();
        });
    }
}

fn account(made: &mut Maker<'_>, program: Emitted<'_>, template: &'static str) {
    const TOKEN: &str = "automountServiceAccountToken";
    let own = made.from(program.namespace(), program.component);
    let api: Vec<usize> = own
        .iter()
        .copied()
        .filter(|path| matches!(*made.demand(*path).to, Peer::ApiServer))
        .collect();
    let is_traefik = program.component == "traefik";
    let seen = if is_traefik { made.remote(program.namespace(), None) } else { Vec::new() };
    let blind = || {
        let paths: Vec<usize> = api.iter().chain(&seen).copied().collect();
        breaks(paths, Step::Access, [])
    };
    let pointer = format!("{template}/spec");
    let change = |body: &mut Value, change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        change(body.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("a pod"));
    };
    let has = program.body.pointer(&format!("{pointer}/{TOKEN}")) == Some(&json!(true));
    let name = text(program.body, &format!("{pointer}/serviceAccountName"));
    let account = made.find("ServiceAccount", program.namespace(), name);
    if has {
        made.edit(program, "no token", blind(), |body| {
            change(body, &|pod| {
                pod.insert(TOKEN.to_owned(), false.into());
            });
        });
        let account = account.expect("an account of its own");
        assert_eq!(account.body.pointer(&format!("/{TOKEN}")), Some(&json!(false)));
        made.edit(program, "a token as the account says, which is none", blind(), |body| {
            change(body, &|pod| {
                pod.remove(TOKEN);
            });
        });
        // What the pod doesn't say the account says, and otherwise there is one.
        for (what, said) in [("a token", Some(true)), ("nothing", None)] {
            let mut pod = program.body.clone();
            change(&mut pod, &|pod| {
                pod.remove(TOKEN);
            });
            let mut body = account.body.clone();
            let fields = body.as_object_mut().expect("an account");
            match said {
                Some(said) => fields.insert(TOKEN.to_owned(), said.into()),
                None => fields.remove(TOKEN),
            };
            made.push(
                program,
                &format!("says nothing of a token, and the account says {what}"),
                Must::Nothing,
                vec![(program.at, Some(pod)), (account.at, Some(body))],
                Vec::new(),
            );
        }
    } else {
        made.edit(program, "a token that it doesn't need", Must::Open, |body| {
            change(body, &|pod| {
                pod.insert(TOKEN.to_owned(), true.into());
            });
        });
    }
    let must = if is_traefik { breaks(seen.clone(), Step::Access, []) } else { Must::Open };
    made.edit(program, "another account", must, |body| {
        change(body, &|pod| {
            pod.insert("serviceAccountName".to_owned(), "default".into());
        });
    });

    // Names of the cluster are asked of the DNS of the cluster alone.
    let named = own.iter().copied().filter(|path| made.demand(*path).host().is_some());
    let named: Vec<usize> = named.collect();
    let lost = || {
        if named.is_empty() { Must::Open } else { breaks(named.clone(), Step::Dns, own.clone()) }
    };
    made.edit(program, "the DNS of its node", lost(), |body| {
        change(body, &|pod| {
            pod.insert("dnsPolicy".to_owned(), "Default".into());
        });
    });
    made.edit(program, "the DNS of the cluster, as always", Must::Nothing, |body| {
        change(body, &|pod| {
            pod.insert("dnsPolicy".to_owned(), "ClusterFirst".into());
        });
    });
    made.edit(program, "the network of its node", lost(), |body| {
        change(body, &|pod| {
            pod.insert("hostNetwork".to_owned(), true.into());
        });
    });
}

fn harmless(made: &mut Maker<'_>, program: Emitted<'_>, template: &'static str) {
    made.harmless(program);
    made.edit(program, "pods with an annotation more", Must::Nothing, |body| {
        body.pointer_mut(template).expect("a template")["metadata"]["annotations"]
            ["example.org/note"] = "n".into();
    });
    made.edit(program, "pods with a label more", Must::Nothing, |body| {
        body.pointer_mut(template).expect("a template")["metadata"]["labels"]["example.org/note"] =
            "n".into();
    });
    made.edit(program, "another image", Must::Nothing, |body| {
        body.pointer_mut(&containers(template, "/0")).expect("a container")["image"] =
            "registry.example.org/other:1".into();
    });
    made.edit(program, "another name of its container", Must::Nothing, |body| {
        body.pointer_mut(&containers(template, "/0")).expect("a container")["name"] =
            "renamed".into();
    });
}

fn one_port(made: &mut Maker<'_>, program: Emitted<'_>, template: &'static str, index: usize) {
    let pointer = containers(template, &format!("/0/ports/{index}"));
    let this = program.body.pointer(&pointer).expect("the port");
    let (name, number) = (text(this, "/name").to_owned(), port(this, "/containerPort"));
    let app = text(program.body, &format!("{template}/metadata/labels/app")).to_owned();
    let namespace = program.namespace();
    // Who comes by a Service that calls the port by its name.
    let services = made.kind("Service").into_iter().filter(|service| {
        service.namespace() == namespace
            && text(service.body, "/spec/selector/app") == app
            && list(service.body, "/spec/ports").iter().any(|it| text(it, "/targetPort") == name)
    });
    let services: Vec<Emitted<'_>> = services.collect();
    let (mut direct, mut routed) = users(made, program, &app);
    let wanted = |made: &Maker<'_>, path: usize| match &*made.demand(path).to {
        Peer::Program { port, .. } | Peer::Traefik { port, .. } => *port == number,
        _ => false,
    };
    direct.retain(|path| wanted(made, *path));
    if direct.is_empty() {
        routed.clear();
    }
    let siblings = made.paths(|demand| {
        *demand.namespace == *namespace
            && matches!(&*demand.to, Peer::Program { app: to, service: None, port, .. }
                if *to == app && *port == number)
    });
    let what = |what: &str| format!("container port {number}: {what}");
    // Where its probe asks. A probe doesn't look at what a port speaks.
    if app == "traefik" && name == "ping" {
        let callers = made.remote(namespace, None);
        let unready = || breaks(callers.clone(), Step::Access, []);
        let pointer = |key: &str| format!("{pointer}/{key}");
        for (change, key, value, must) in [
            ("another name", "name", Value::from("renamed"), unready()),
            ("another number", "containerPort", Value::from(number + 1), unready()),
            ("another protocol", "protocol", Value::from("UDP"), Must::Nothing),
        ] {
            let pointer = pointer(key);
            made.edit(program, &what(change), must, |body| {
                *body.pointer_mut(&pointer).expect("the port") = value;
            });
        }
        return;
    }
    let lost = || {
        let all = direct.iter().chain(&routed).map(|path| (*path, Step::Target));
        break_at(all.collect(), siblings.clone())
    };
    let set = |key: &'static str, value: Value| {
        let pointer = pointer.clone();
        move |body: &mut Value| body.pointer_mut(&pointer).expect("the port")[key] = value
    };
    made.edit(program, &what("another name"), lost(), set("name", "renamed".into()));
    let other = if text(this, "/protocol") == "UDP" { "TCP" } else { "UDP" };
    made.edit(program, &what("another protocol"), lost(), set("protocol", other.into()));
    let gone = list(program.body, &containers(template, "/0/ports")).len();
    made.edit(program, &what("gone"), lost(), |body| {
        let ports = body.pointer_mut(&containers(template, "/0/ports"));
        ports.and_then(Value::as_array_mut).expect("ports").remove(index);
    });
    // The program listens where it did. Traefik sends to the new number, which
    // the policies stop at the latest.
    let must = breaks(
        direct.clone(),
        if app == "traefik" { Step::Egress } else { Step::Target },
        routed.iter().chain(&siblings).copied(),
    );
    made.edit(program, &what("another number"), must, set("containerPort", (number + 1).into()));
    if gone > 1 {
        made.edit(program, &what("ports the other way round"), Must::Nothing, |body| {
            let ports = body.pointer_mut(&containers(template, "/0/ports"));
            ports.and_then(Value::as_array_mut).expect("ports").reverse();
        });
    }
    if !services.is_empty() {
        let mut pod = program.body.clone();
        set("name", "renamed".into())(&mut pod);
        let mut changed = vec![(program.at, Some(pod))];
        for service in services {
            let mut body = service.body.clone();
            for port in body["spec"]["ports"].as_array_mut().expect("ports") {
                if text(port, "/targetPort") == name {
                    port["targetPort"] = "renamed".into();
                }
            }
            changed.push((service.at, Some(body)));
        }
        made.push(
            program,
            &what("another name here and there"),
            Must::Nothing,
            changed,
            Vec::new(),
        );
    }
}
