//! Network policies: whom they are about, peers, ports, types; narrower, wider,
//! and the same in other words.

use jtc_core::components::program::Peer;
use jtc_core::proof::trail::Step;
use serde_json::{Value, json};

use super::Must;
use super::scene::{Emitted, Maker, break_at, breaks, list, port, text};

/// All policies.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "NetworkPolicy";
    for policy in made.kind("NetworkPolicy") {
        made.harmless(policy);
        match policy.name() {
            "default-deny" => made.delete(policy, Must::Open),
            "allow-dns" => dns(made, policy),
            _ => program(made, policy),
        }
    }
}

/// Asking for names: everything that goes by a name begins with it.
fn dns(made: &mut Maker<'_>, policy: Emitted<'_>) {
    let namespace = policy.namespace();
    let asking = made.paths(|demand| {
        *demand.namespace == *namespace
            && !matches!(&*demand.to, Peer::ApiServer | Peer::Program { service: None, .. })
    });
    let lost = || breaks(asking.clone(), Step::Dns, []);
    made.delete(policy, lost());
    made.edit(policy, "another port", lost(), |body| {
        body["spec"]["egress"][0]["ports"][0]["port"] = 54.into();
    });
    made.edit(policy, "by TCP alone", lost(), |body| {
        body["spec"]["egress"][0]["ports"] = json!([{ "port": 53, "protocol": "TCP" }]);
    });
    made.edit(policy, "to other pods", lost(), |body| {
        body["spec"]["egress"][0]["to"][0]["podSelector"]["matchLabels"]["k8s-app"] =
            "other".into();
    });
    made.edit(policy, "to another namespace", lost(), |body| {
        body["spec"]["egress"][0]["to"][0]["namespaceSelector"]["matchLabels"]
            ["kubernetes.io/metadata.name"] = "dns".into();
    });
    made.edit(policy, "to pods of its own namespace", lost(), |body| {
        let peer = body["spec"]["egress"][0]["to"][0].as_object_mut().expect("a peer");
        peer.remove("namespaceSelector");
    });
    made.edit(policy, "for other pods", lost(), |body| {
        body["spec"]["podSelector"] = json!({ "matchLabels": { "app": "nobody" } });
    });
    made.edit(policy, "its ports the other way round", Must::Nothing, |body| {
        body["spec"]["egress"][0]["ports"].as_array_mut().expect("ports").reverse();
    });
    made.edit(policy, "no types, which are those of its rules", Must::Nothing, |body| {
        body["spec"].as_object_mut().expect("a spec").remove("policyTypes");
    });
}

/// Which way a rule looks: its field, that of the peers, and the hop.
const WAYS: [(&str, &str, Step); 2] =
    [("egress", "to", Step::Egress), ("ingress", "from", Step::Ingress)];

/// A port with what it speaks, as a rule has it.
fn is_port(rule: &Value, number: u16, udp: bool) -> bool {
    list(rule, "/ports")
        .iter()
        .any(|it| port(it, "/port") == number && (text(it, "/protocol") == "UDP") == udp)
}

/// A peer of pods: namespace and `app`.
fn is_pods(rule: &Value, peers: &str, home: &str, namespace: &str, app: &str) -> bool {
    list(rule, &format!("/{peers}")).iter().any(|peer| {
        let of = peer.pointer("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name");
        let of = of.and_then(Value::as_str).unwrap_or(home);
        of == namespace && text(peer, "/podSelector/matchLabels/app") == app
    })
}

fn is_block(rule: &Value, cidr: &str) -> bool {
    list(rule, "/to").iter().any(|peer| text(peer, "/ipBlock/cidr") == cidr)
}

/// The `app` label of the pods of a component, as they are emitted.
fn app_of(made: &Maker<'_>, namespace: &str, component: &str) -> Option<String> {
    made.objects().into_iter().find_map(|object| {
        let template = object.template()?;
        (object.namespace() == namespace && object.component == component)
            .then(|| text(object.body, &format!("{template}/metadata/labels/app")).to_owned())
    })
}

/// Whether a rule of the policy of `app` lets a path through.
fn lets(made: &Maker<'_>, home: &str, app: &str, way: &str, rule: &Value, path: usize) -> bool {
    let demand = made.demand(path);
    let from = app_of(made, &demand.namespace, &demand.component).unwrap_or_default();
    let udp = demand.protocol() == jtc_core::model::settings::Protocol::Udp;
    match (way, &*demand.to) {
        ("egress", Peer::Program { app: to, port, .. }) => {
            from == app && is_port(rule, *port, udp) && is_pods(rule, "to", home, home, to)
        }
        ("egress", Peer::Traefik { namespace, port, asks, .. }) => {
            let out = from == app
                && is_port(rule, *port, udp)
                && is_pods(rule, "to", home, namespace, "traefik");
            // And from Traefik there to who answers.
            out || (home == namespace
                && app == "traefik"
                && is_pods(rule, "to", home, home, &asks.app))
        }
        ("egress", Peer::External { cidrs, port, .. }) => {
            let there = if cidrs.is_empty() {
                is_block(rule, "0.0.0.0/0")
            } else {
                cidrs.iter().all(|cidr| is_block(rule, &cidr.to_string()))
            };
            from == app && is_port(rule, *port, udp) && there
        }
        ("egress", Peer::ApiServer) => {
            from == app && is_port(rule, 6443, false) && is_block(rule, "0.0.0.0/0")
        }
        ("ingress", Peer::Program { app: to, port, .. }) => {
            to == app && is_port(rule, *port, udp) && is_pods(rule, "from", home, home, &from)
        }
        ("ingress", Peer::Traefik { namespace, port, asks, .. }) => {
            let enters = app == "traefik"
                && is_port(rule, *port, udp)
                && is_pods(rule, "from", home, &demand.namespace, &from);
            enters
                || (home == namespace
                    && asks.app == app
                    && is_pods(rule, "from", home, home, "traefik"))
        }
        _ => false,
    }
}

/// The paths that a policy is about in one direction.
fn concerned(made: &Maker<'_>, home: &str, app: &str, way: &str) -> Vec<usize> {
    made.paths(|demand| {
        let from = &*demand.namespace == home
            && app_of(made, home, &demand.component).as_deref() == Some(app);
        let to = match &*demand.to {
            Peer::Program { app: to, .. } => &*demand.namespace == home && to == app,
            Peer::Traefik { namespace, asks, .. } => {
                namespace == home && (app == "traefik" || asks.app == app)
            }
            _ => false,
        };
        match (way, &*demand.to) {
            ("egress", Peer::Traefik { namespace, .. }) => {
                from || (namespace == home && app == "traefik")
            }
            ("egress", _) => from,
            _ => to,
        }
    })
}

fn program(made: &mut Maker<'_>, policy: Emitted<'_>) {
    let home = policy.namespace();
    let app = text(policy.body, "/spec/podSelector/matchLabels/app").to_owned();
    for (way, peers, step) in WAYS {
        let rules = list(policy.body, &format!("/spec/{way}"));
        let paths = concerned(made, home, &app, way);
        for (index, rule) in rules.iter().enumerate() {
            // Who has no other rule to go by.
            let only: Vec<usize> = paths
                .iter()
                .copied()
                .filter(|path| {
                    lets(made, home, &app, way, rule, *path)
                        && !rules.iter().enumerate().any(|(other, rule)| {
                            other != index && lets(made, home, &app, way, rule, *path)
                        })
                })
                .collect();
            one_rule(made, policy, (way, peers, step), index, &only);
        }
        if !rules.is_empty() {
            let must = breaks(paths.clone(), step, []);
            made.edit(policy, &format!("not about {way}"), must, |body| {
                let kind = if way == "egress" { "Egress" } else { "Ingress" };
                let types = body["spec"]["policyTypes"].as_array_mut().expect("types");
                types.retain(|it| it != kind);
            });
        }
        if rules.len() > 1 {
            made.edit(policy, &format!("{way} the other way round"), Must::Nothing, |body| {
                body["spec"][way].as_array_mut().expect("rules").reverse();
            });
        }
    }
    about(made, policy, home, &app);
}

/// Whom the policy is about.
fn about(made: &mut Maker<'_>, policy: Emitted<'_>, home: &str, app: &str) {
    let out = concerned(made, home, app, "egress");
    let inside = concerned(made, home, app, "ingress");
    let unprotected = || {
        let out = out.iter().map(|path| (*path, Step::Egress));
        // Who goes out from here and comes in as well breaks on the way out.
        let inside = inside.iter().filter(|path| !out.clone().any(|(other, _)| other == **path));
        break_at(out.clone().chain(inside.map(|path| (*path, Step::Ingress))).collect(), [])
    };
    let traefik = app == "traefik";
    // With Traefik, who comes in breaks there first.
    let gone = || match unprotected() {
        Must::Break(who, also) if traefik => {
            let who = who.into_iter().map(|(path, step)| {
                let comes = inside.contains(&path);
                (path, if comes { Step::Ingress } else { step })
            });
            Must::Break(who.collect(), also)
        }
        must => must,
    };
    made.delete(policy, gone());
    made.edit(policy, "about other pods", gone(), |body| {
        body["spec"]["podSelector"]["matchLabels"]["app"] = "nobody".into();
    });
    let other = made.other_namespace(home).to_owned();
    made.edit(policy, "in another namespace", gone(), |body| {
        body["metadata"]["namespace"] = other.into();
        body["metadata"]["name"] = "moved".into();
    });
    let value = app.to_owned();
    made.edit(policy, "about the same pods in other words", Must::Nothing, |body| {
        body["spec"]["podSelector"] =
            json!({ "matchExpressions": [{ "key": "app", "operator": "In", "values": [value] }] });
    });
    made.edit(policy, "no types, which are those of its rules", Must::Nothing, |body| {
        body["spec"].as_object_mut().expect("a spec").remove("policyTypes");
    });
    made.edit(policy, "another name", Must::Nothing, |body| {
        body["metadata"]["name"] = "renamed".into();
    });
    made.edit(policy, "about all pods of the namespace", Must::Open, |body| {
        body["spec"]["podSelector"] = json!({});
    });
}

fn one_rule(
    made: &mut Maker<'_>,
    policy: Emitted<'_>,
    (way, peers, step): (&'static str, &'static str, Step),
    index: usize,
    only: &[usize],
) {
    let pointer = format!("/spec/{way}/{index}");
    let rule = policy.body.pointer(&pointer).expect("the rule").clone();
    let what = |what: &str| format!("{way} {index}: {what}");
    let lost = || breaks(only.iter().copied(), step, []);
    let set = |key: &'static str, value: Value| {
        let pointer = pointer.clone();
        move |body: &mut Value| body.pointer_mut(&pointer).expect("the rule")[key] = value
    };
    made.edit(policy, &what("gone"), lost(), |body| {
        body["spec"][way].as_array_mut().expect("rules").remove(index);
    });
    let ports = list(&rule, "/ports");
    let (number, protocol) = (port(&ports[0], "/port"), text(&ports[0], "/protocol").to_owned());
    let (below, above) = (number - 1, number + 1);
    let range =
        |first: u16, last: u16| json!([{ "port": first, "endPort": last, "protocol": protocol }]);
    if ports.len() == 1 {
        made.edit(policy, &what("the ports above"), lost(), set("ports", range(above, above + 9)));
        made.edit(policy, &what("the port below"), lost(), set("ports", range(below, below)));
        let other = if protocol == "UDP" { "TCP" } else { "UDP" };
        let swapped = json!([{ "port": number, "protocol": other }]);
        made.edit(policy, &what("another protocol"), lost(), set("ports", swapped));
        let named = json!([{ "port": "nobody", "protocol": protocol }]);
        made.edit(policy, &what("a port name that no pod has"), lost(), set("ports", named));
        made.edit(
            policy,
            &what("a range of just that port"),
            Must::Nothing,
            set("ports", range(number, number)),
        );
        if protocol == "TCP" {
            let bare = json!([{ "port": number }]);
            made.edit(
                policy,
                &what("no protocol, which is TCP"),
                Must::Nothing,
                set("ports", bare),
            );
        }
    } else {
        made.edit(policy, &what("not its last port"), lost(), |body| {
            let ports = body.pointer_mut(&format!("{pointer}/ports"));
            ports.and_then(Value::as_array_mut).expect("ports").pop();
        });
    }
    made.edit(policy, &what("a range of ports"), Must::Open, set("ports", range(1, 65535)));
    let all = json!([{ "protocol": "TCP" }, { "protocol": "UDP" }]);
    made.edit(policy, &what("all ports"), Must::Open, set("ports", all));
    made.edit(policy, &what("everybody"), Must::Open, set(peers, json!([])));
    made.edit(policy, &what("its peers the other way round, or twice"), Must::Nothing, |body| {
        let rule = body.pointer_mut(&pointer).expect("the rule");
        let list = rule[peers].as_array_mut().expect("peers");
        if list.len() > 1 { list.reverse() } else { list.push(list[0].clone()) }
    });
    for (at, peer) in list(&rule, &format!("/{peers}")).iter().enumerate() {
        one_peer(made, policy, &format!("{pointer}/{peers}/{at}"), peer, step, only);
    }
}

fn one_peer(
    made: &mut Maker<'_>,
    policy: Emitted<'_>,
    pointer: &str,
    peer: &Value,
    step: Step,
    only: &[usize],
) {
    let home = policy.namespace();
    let what = |what: &str| format!("{}: {what}", pointer.trim_start_matches("/spec/"));
    let set = |value: Value| {
        let pointer = pointer.to_owned();
        move |body: &mut Value| *body.pointer_mut(&pointer).expect("the peer") = value
    };
    let cidr = text(peer, "/ipBlock/cidr");
    if !cidr.is_empty() {
        let outside: Vec<usize> = only
            .iter()
            .copied()
            .filter(|path| {
                matches!(*made.demand(*path).to, Peer::External { .. } | Peer::ApiServer)
            })
            .collect();
        // Of the two that are everywhere, the first counts for this proof.
        if cidr == "::/0" || step == Step::Ingress {
            return;
        }
        let lost = || breaks(outside.clone(), step, []);
        let narrow = json!({ "ipBlock": { "cidr": "192.0.2.0/24" } });
        made.edit(policy, &what("another range"), lost(), set(narrow));
        if cidr != "0.0.0.0/0" {
            let except = json!({ "ipBlock": { "cidr": "10.0.0.0/8", "except": [cidr] } });
            made.edit(policy, &what("a wider range without this one"), lost(), set(except));
            let wider = json!({ "ipBlock": { "cidr": "10.0.0.0/8" } });
            made.edit(policy, &what("a wider range"), Must::Open, set(wider));
        }
        return;
    }
    let app = text(peer, "/podSelector/matchLabels/app").to_owned();
    let namespace = peer
        .pointer("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
        .and_then(Value::as_str);
    // The paths of this peer alone.
    let mine: Vec<usize> = only
        .iter()
        .copied()
        .filter(|path| {
            let demand = made.demand(*path);
            let from = app_of(made, &demand.namespace, &demand.component);
            match (step, &*demand.to) {
                (Step::Egress, Peer::Program { app: to, .. }) => *to == app,
                (Step::Egress, Peer::Traefik { namespace: to, asks, .. }) => {
                    namespace == Some(to.as_str()) || (to == home && asks.app == app)
                }
                (_, Peer::Traefik { .. }) => {
                    (from.as_deref() == Some(&*app) && namespace == Some(&*demand.namespace))
                        || (app == "traefik" && namespace.is_none())
                }
                (_, Peer::Program { .. }) => from.as_deref() == Some(&*app),
                _ => false,
            }
        })
        .collect();
    let lost = || breaks(mine.clone(), step, []);
    let mut other = peer.clone();
    other["podSelector"]["matchLabels"]["app"] = "nobody".into();
    made.edit(policy, &what("other pods"), lost(), set(other));
    let mut more = peer.clone();
    more["podSelector"]["matchLabels"]["tier"] = "front".into();
    made.edit(policy, &what("a label that the pods lack"), lost(), set(more));
    let mut absent = peer.clone();
    absent["podSelector"] =
        json!({ "matchExpressions": [{ "key": "app", "operator": "DoesNotExist" }] });
    made.edit(policy, &what("pods without the label"), lost(), set(absent));
    let mut same = peer.clone();
    same["podSelector"] =
        json!({ "matchExpressions": [{ "key": "app", "operator": "In", "values": ["x", app] }] });
    made.edit(policy, &what("the same pods in other words"), Must::Nothing, set(same));
    let mut wider = peer.clone();
    wider.as_object_mut().expect("a peer").remove("podSelector");
    if namespace.is_some() {
        made.edit(policy, &what("all pods there"), Must::Open, set(wider));
        let mut elsewhere = peer.clone();
        elsewhere["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] =
            "elsewhere".into();
        made.edit(policy, &what("another namespace"), lost(), set(elsewhere));
        let mut here = peer.clone();
        here.as_object_mut().expect("a peer").remove("namespaceSelector");
        made.edit(policy, &what("its own namespace"), lost(), set(here));
        let mut labelled = peer.clone();
        labelled["namespaceSelector"] =
            json!({ "matchLabels": { "app": namespace.unwrap_or_default() } });
        made.edit(
            policy,
            &what("the namespace by another label"),
            Must::Nothing,
            set(labelled.clone()),
        );
        if let Some(there) = made.find("Namespace", "", namespace.unwrap_or_default()) {
            let mut body = policy.body.clone();
            set(labelled)(&mut body);
            let mut changed = there.body.clone();
            changed["metadata"]["labels"]["app"] = "renamed".into();
            made.push(
                policy,
                &what("the namespace by a label that it lost"),
                lost(),
                vec![(policy.at, Some(body)), (there.at, Some(changed))],
                Vec::new(),
            );
        }
    } else {
        let mut all = peer.clone();
        all["podSelector"] = json!({});
        made.edit(policy, &what("all pods of the namespace"), Must::Open, set(all));
        let mut elsewhere = peer.clone();
        elsewhere["namespaceSelector"] =
            json!({ "matchLabels": { "kubernetes.io/metadata.name": "elsewhere" } });
        made.edit(policy, &what("pods of another namespace"), lost(), set(elsewhere));
        let mut here = peer.clone();
        here["namespaceSelector"] =
            json!({ "matchLabels": { "kubernetes.io/metadata.name": home } });
        made.edit(policy, &what("its own namespace by name"), Must::Nothing, set(here));
    }
    let mut everywhere = peer.clone();
    everywhere["namespaceSelector"] = json!({});
    made.edit(policy, &what("such pods of all namespaces"), Must::Open, set(everywhere));
}
