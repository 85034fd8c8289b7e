//! The arguments of each Traefik: entrypoints, provider, namespaces, and what it
//! doesn't know.

use jtc_core::proof::trail::Step;
use serde_json::Value;

use super::Must;
use super::scene::{Emitted, Maker, breaks, list};

const ARGS: &str = "/spec/template/spec/containers/0/args";

/// Every Traefik.
pub(super) fn make(made: &mut Maker<'_>) {
    made.family = "Traefik";
    for deployment in made.kind("Deployment") {
        if deployment.name() == "traefik" {
            one(made, deployment);
        }
    }
}

fn args(deployment: Emitted<'_>) -> Vec<String> {
    let words = list(deployment.body, ARGS).iter();
    words.map(|word| word.as_str().expect("a word").to_owned()).collect()
}

fn one(made: &mut Maker<'_>, deployment: Emitted<'_>) {
    let namespace = deployment.namespace();
    let callers = made.remote(namespace, None);
    let words = args(deployment);
    let set = |made: &mut Maker<'_>, what: &str, must: Must, words: Vec<String>| {
        made.edit(deployment, what, must, |body| {
            *body.pointer_mut(ARGS).expect("arguments") =
                words.into_iter().map(Value::from).collect();
        });
    };
    let without = |start: &str| -> Vec<String> {
        words.iter().filter(|word| !word.starts_with(start)).cloned().collect()
    };
    let with = |more: &[&str]| -> Vec<String> {
        words.iter().cloned().chain(more.iter().map(|&word| word.to_owned())).collect()
    };
    let replaced = |from: &str, to: &str| -> Vec<String> {
        words.iter().map(|word| word.replace(from, to)).collect()
    };
    let lost = |step| breaks(callers.clone(), step, []);

    // The entrypoints that callers of the cluster come to.
    for word in words.iter().filter(|word| word.starts_with("--entrypoints.")) {
        let (option, address) = word.split_once('=').expect("an option with a value");
        let name = option.split('.').nth(1).expect("a name").to_owned();
        let (port, udp) = match address.trim_start_matches(':').split_once('/') {
            Some((port, protocol)) => (port, protocol == "udp"),
            None => (address.trim_start_matches(':'), false),
        };
        let port: u16 = port.parse().expect("a port");
        let users: Vec<usize> = callers
            .iter()
            .copied()
            .filter(|path| {
                let demand = made.demand(*path);
                matches!(&*demand.to, jtc_core::components::program::Peer::Traefik { port: to, protocol, .. }
                    if *to == port && (*protocol == jtc_core::model::settings::Protocol::Udp) == udp)
            })
            .collect();
        let unreached = || breaks(users.clone(), Step::Entrypoint, []);
        if name != "traefik" {
            set(made, &format!("no entrypoint {name}"), unreached(), without(word));
            let renamed = replaced(word, &word.replace(&format!(".{name}."), ".renamed."));
            let must = breaks(users.clone(), Step::Route, []);
            set(made, &format!("entrypoint {name} by another name"), must, renamed);
            let moved = replaced(word, &format!("{option}=:{}", port + 1));
            set(made, &format!("entrypoint {name} at another port"), unreached(), moved);
            let other = if udp { "tcp" } else { "udp" };
            let spoken = replaced(word, &format!("{option}=:{port}/{other}"));
            set(made, &format!("entrypoint {name} over {other}"), unreached(), spoken);
            if !udp {
                let same = replaced(word, &format!("{option}=:{port}/tcp"));
                set(made, &format!("entrypoint {name} over tcp, as said"), Must::Nothing, same);
                let any = replaced(word, &format!("{option}=0.0.0.0:{port}"));
                set(made, &format!("entrypoint {name} at any address"), Must::Nothing, any);
                let tls = with(&[&format!("--entrypoints.{name}.http.tls=true")]);
                let must = breaks(users.clone(), Step::Route, []);
                set(made, &format!("TLS alone at entrypoint {name}"), must, tls);
                let middleware = format!(
                    "--entrypoints.{name}.http.middlewares={namespace}-nobody@kubernetescrd"
                );
                let must = breaks(users.clone(), Step::Route, []);
                set(
                    made,
                    &format!("a middleware missing at entrypoint {name}"),
                    must,
                    with(&[&middleware]),
                );
                let redirect = [
                    "--entrypoints.secure.address=:14443",
                    &format!("--entrypoints.{name}.http.redirections.entrypoint.to=secure"),
                    &format!("--entrypoints.{name}.http.redirections.entrypoint.scheme=https"),
                ];
                let must = breaks(users.clone(), Step::Middleware, []);
                set(made, &format!("a redirect at entrypoint {name}"), must, with(&redirect));
            }
        }
    }

    // The provider.
    let crd = "--providers.kubernetescrd";
    // Nothing says any more that it knows routes at all.
    set(made, "no provider", lost(Step::Entrypoint), without(crd));
    set(made, "a provider by its options alone", Must::Nothing, without(&format!("{crd}=")));
    let watched = format!("{crd}.namespaces=");
    set(made, "watches everything", lost(Step::Access), without(&watched));
    let other = made.other_namespace(namespace);
    let elsewhere = replaced(&format!("{watched}{namespace}"), &format!("{watched}{other}"));
    set(made, "watches another namespace", lost(Step::Access), elsewhere);
    let both = replaced(&format!("{watched}{namespace}"), &format!("{watched}{namespace},{other}"));
    set(made, "watches another namespace as well", lost(Step::Access), both);
    let cluster = without(&format!("{crd}.disableclusterscoperesources"));
    set(made, "asks for what belongs to the cluster", lost(Step::Access), cluster);
    let empty = without(&format!("{crd}.allowemptyservices"));
    set(made, "no routes to Services without pods", Must::Nothing, empty);
    set(made, "a class", lost(Step::Route), with(&[&format!("{crd}.ingressclass=other")]));
    set(
        made,
        "a label selector",
        lost(Step::Route),
        with(&[&format!("{crd}.labelselector=app=none")]),
    );

    // What it doesn't know ends it.
    for unknown in [
        "--no-such-option=1",
        "--entrypoints.web.adress=:1",
        "--providers.kubernetescrd.namespace=x",
        "--log.levl=DEBUG",
        "--serverstransport=true",
        "--log.nocolor=maybe",
        "--log.maxage=long",
        "--entrypoints.traefik.forwardedheaders.trustedips=somebody",
        // The probe asks for what nobody answers.
        "--ping=false",
        "--ping.entrypoint=nowhere",
    ] {
        set(made, unknown, lost(Step::Access), with(&[unknown]));
    }
    for known in [
        "--log.level=DEBUG",
        "--log.nocolor=true",
        "--log.maxage=7",
        "--entrypoints.traefik.forwardedheaders.trustedips=10.0.0.0/8,192.168.1.1",
        "--entrypoints.traefik.transport.lifecycle.gracetimeout=1m30s",
        "--ping.entrypoint=traefik",
        "--global=true",
    ] {
        set(made, known, Must::Nothing, with(&[known]));
    }
    set(
        made,
        "an entrypoint with a bad address",
        lost(Step::Access),
        with(&["--entrypoints.x.address=:99999"]),
    );

    // What changes nothing for anybody.
    set(
        made,
        "arguments the other way round",
        Must::Nothing,
        words.iter().rev().cloned().collect(),
    );
    set(made, "capitals", Must::Nothing, replaced("kubernetescrd", "kubernetesCRD"));
    set(made, "no access log", Must::Nothing, without("--accesslog"));
    set(made, "a log level", Must::Nothing, with(&["--log.level=DEBUG"]));
    set(made, "an entrypoint more", Must::Open, with(&["--entrypoints.more.address=:4444"]));
}
