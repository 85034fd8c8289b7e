//! Traefik: the only way into a namespace.

use jtc_syntax::Span;
use k8s_openapi::api::rbac::v1::PolicyRule;

use super::build::objects;
use super::list::Component;
use super::program::{Cx, Exposure, Peer, Program, Talk, builtin, merge};
use crate::model::At;
use crate::model::declared::{Part, TraefikOwn};
use crate::model::object::{Kind, Need, Object, ObjectId, Why};
use crate::model::settings::{
    Check, LoadBalancer, Port, Probe, ProbeKind, Protocol, Replicas, Resources, Settings, Spread,
    SpreadBy,
};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text::{self, Cpu, ImageRef, Memory};
use crate::traefik_crds;

/// `traefik { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "traefik",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "The Traefik of the namespace: whatever comes from elsewhere enters here.\n\
          It reads only the objects of its own namespace, and has no rights outside it.",
    children: &[PROGRAM, &[&VERSION, &LOAD_BALANCER, &ENTRYPOINT]],
    example: "traefik { replicas 3; load-balancer pool=\"jobmon-prod\"; }",
    ..NODE
};

static VERSION: NodeSpec = NodeSpec {
    name: "version",
    doc: "The version of Traefik; 3.7 or later.",
    args: &[arg("version", Type::Text(&text::TRAEFIK_VERSION), "two or three numbers")],
    example: "version \"3.7.13\"",
    ..NODE
};

static LOAD_BALANCER: NodeSpec = NodeSpec {
    name: "load-balancer",
    doc: "Gives Traefik an address outside the cluster. Without it only the cluster can reach it.",
    props: &LOAD_BALANCER_PROPS,
    example: "load-balancer pool=\"jobmon-prod\" source-ranges=\"10.0.0.0/8\"",
    ..NODE
};

static LOAD_BALANCER_PROPS: [PropSpec; 3] = [
    prop("pool", Type::Ref(RefKind::AddressPool), "the pool that its address comes from"),
    prop("address", Type::Text(&text::IP), "a certain address").default("any of the pool"),
    prop("source-ranges", Type::Text(&text::CIDR_LIST), "who may connect").default("everybody"),
];

static ENTRYPOINT: NodeSpec = NodeSpec {
    name: "entrypoint",
    defines: Some(Defines::First(RefKind::Entrypoint)),
    doc: "A port that Traefik listens on.\n\
          There are `web` 80, `kibana` 5601, `elasticsearch` 9200, `logs` 5000 over UDP and `apm` 8200, each where \
          the namespace has what it leads to.",
    args: &[arg("name", Type::Text(&text::PORT_NAME), "the name that routes use")],
    props: &ENTRYPOINT_PROPS,
    occurs: Occurs::ByName,
    example: "entrypoint \"metrics\" port=9100",
    ..NODE
};

static ENTRYPOINT_PROPS: [PropSpec; 2] = [
    prop("port", Type::Int(1, 65535), "the port of Traefik's Service").required(),
    prop("protocol", Type::OneOf(&["tcp", "udp"]), "what it speaks").default("tcp"),
];

/// The component.
pub static COMPONENT: Component = Component { spec: &SPEC, object: "traefik", program, extras };

/// The version that runs where nothing else is said: the one that the
/// definitions in `data/traefik` were made from.
const DEFAULT_VERSION: &str = "3.7.13";

/// The port of `/ping` and of nothing else.
const PING: u16 = 8080;

/// A port that Traefik listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrypoint {
    /// Its name.
    pub name: String,
    /// Its ports and protocol.
    pub port: Port,
    /// The place that says so.
    pub span: Span,
}

/// The port of the pods for a port of the Service: what a program that isn't
/// root may open, and not the one of `/ping`.
pub fn container_port(service: u16) -> u16 {
    if service < 1024 || service == PING { service.saturating_add(10_000) } else { service }
}

/// The entrypoints of a Jobmon namespace: the usual ones for what it has,
/// then its own.
pub fn entrypoints(cx: &Cx<'_>) -> Vec<Entrypoint> {
    let usual = [
        ("web", 80, Protocol::Tcp, cx.jobmon().is_some()),
        (
            "kibana",
            5601,
            Protocol::Tcp,
            !cx.elastic_layers(|parts| parts.kibana.as_deref()).is_empty(),
        ),
        ("elasticsearch", 9200, Protocol::Tcp, cx.stack().is_some()),
        (
            "logs",
            5000,
            Protocol::Udp,
            !cx.elastic_layers(|parts| parts.logstash.as_deref()).is_empty(),
        ),
        ("apm", 8200, Protocol::Tcp, !cx.elastic_layers(|parts| parts.apm.as_deref()).is_empty()),
    ];
    let layers = layers(cx);
    let span = layers.first().and_then(|layer| layer.span).unwrap_or(cx.site.decl.span);
    let mut entrypoints: Vec<Entrypoint> = usual
        .into_iter()
        .filter(|(.., there)| *there)
        .map(|(name, port, protocol, _)| Entrypoint {
            name: name.to_owned(),
            port: Port { container: container_port(port), service: port, protocol },
            span,
        })
        .collect();
    for layer in layers.iter().rev() {
        for (name, at) in &layer.own.entrypoints {
            let port = Port {
                container: container_port(at.value.port),
                service: at.value.port,
                protocol: at.value.protocol,
            };
            let new = Entrypoint { name: name.clone(), port, span: at.span };
            match entrypoints.iter_mut().find(|old| old.name == *name) {
                Some(old) => *old = new,
                None => entrypoints.push(new),
            }
        }
    }
    entrypoints
}

/// The layers of Traefik, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<TraefikOwn>> {
    cx.layers(|parts| parts.traefik.as_deref())
}

/// The load balancer, if the namespace has one.
pub fn load_balancer<'w>(cx: &Cx<'w>) -> Option<&'w At<LoadBalancer>> {
    layers(cx).into_iter().find_map(|layer| layer.own.load_balancer.as_ref())
}

/// The version of Traefik, as written.
pub fn version(cx: &Cx<'_>) -> String {
    layers(cx)
        .into_iter()
        .find_map(|layer| layer.own.version.as_ref())
        .map_or_else(|| DEFAULT_VERSION.to_owned(), |version| version.value.clone())
}

fn settings(version: &str, entrypoints: &[Entrypoint]) -> Settings {
    let mut settings = Settings {
        image: ImageRef::parse(&format!("traefik:v{version}")).ok().map(builtin),
        replicas: Some(builtin(Replicas::Fixed(2))),
        grace: Some(builtin(60)),
        // Until every node has learnt that the pod is going, connections
        // still come.
        drain: Some(builtin(10)),
        spread: vec![builtin(Spread { by: SpreadBy::Host, required: false })],
        resources: Resources {
            request_cpu: Cpu::parse("100m").ok().map(builtin),
            request_memory: Memory::parse("128Mi").ok().map(builtin),
            limit_cpu: Cpu::parse("1").ok().map(builtin),
            limit_memory: Memory::parse("512Mi").ok().map(builtin),
        },
        ..Settings::default()
    };
    for entrypoint in entrypoints {
        settings.ports.insert(entrypoint.name.clone(), At::new(entrypoint.port, entrypoint.span));
    }
    let ping = Check::Http {
        path: "/ping".to_owned(),
        port: Some(builtin("ping".to_owned())),
        headers: Vec::new(),
    };
    settings
        .probes
        .insert(ProbeKind::Readiness, builtin(Probe { failures: 1, ..Probe::new(ping.clone()) }));
    settings.probes.insert(ProbeKind::Liveness, builtin(Probe::new(ping)));
    settings
}

/// Traefik's arguments: its static configuration.
fn args(namespace: &str, entrypoints: &[Entrypoint]) -> Vec<String> {
    let mut args = vec![
        "--global.checknewversion=false".to_owned(),
        "--global.sendanonymoususage=false".to_owned(),
        "--accesslog=true".to_owned(),
        "--ping=true".to_owned(),
        format!("--entrypoints.traefik.address=:{PING}"),
    ];
    for entrypoint in entrypoints {
        let protocol = match entrypoint.port.protocol {
            Protocol::Tcp => "",
            Protocol::Udp => "/udp",
        };
        args.push(format!(
            "--entrypoints.{}.address=:{}{protocol}",
            entrypoint.name, entrypoint.port.container
        ));
    }
    args.extend([
        "--providers.kubernetescrd=true".to_owned(),
        format!("--providers.kubernetescrd.namespaces={namespace}"),
        // A Service without ready pods then answers 503 and not 404.
        "--providers.kubernetescrd.allowemptyservices=true".to_owned(),
        // Else it lists nodes, which no Role of a namespace can allow, and
        // serves nothing at all.
        "--providers.kubernetescrd.disableclusterscoperesources=true".to_owned(),
    ]);
    args
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    cx.jobmon()?;
    let entrypoints = entrypoints(cx);
    let version = version(cx);
    let mut builtin_settings = settings(&version, &entrypoints);
    builtin_settings.args = Some(builtin(args(cx.site.name, &entrypoints)));
    let (span, mut settings) = merge(&layers(cx), &builtin_settings, cx.site.decl.span);
    // What a topology adds stands behind what Traefik can't do without.
    if let (Some(said), Some(needed)) = (&mut settings.args, builtin_settings.args)
        && *said != needed
    {
        said.value.splice(0..0, needed.value);
    }
    let mut program = Program::new("traefik", "traefik", span, settings);
    program.version = Some(version);
    program.token = true;
    program.private_ports = vec![("ping".to_owned(), PING)];
    // Where it unpacks them, from the folder that it runs in (`cmd/traefik/plugins.go`).
    let args = program.settings.args.iter().flat_map(|args| &args.value);
    if args.into_iter().any(|arg| arg.to_ascii_lowercase().contains("experimental.plugins.")) {
        program.scratch = vec!["/plugins-storage".to_owned()];
    }
    if let Some(balancer) = load_balancer(cx) {
        program.exposure = Exposure::LoadBalancer(balancer.value.clone());
    }
    program.talks.push(Talk::new(Peer::ApiServer, "reads its routes", span));
    // One definition missing, and it serves nothing while `/ping` is well.
    program.needs.extend(definitions(cx, span));
    program
        .needs
        .push(Need::exists(ObjectId::new(Kind::RoleBinding, cx.site.name, "traefik"), span));
    program.connect(cx);
    Some(program)
}

/// That Traefik's definitions are established, where they are part of the
/// output.
pub fn definitions(cx: &Cx<'_>, span: Span) -> impl Iterator<Item = Need> + use<> {
    let managed = cx.world.topology.cluster.traefik_crds.value;
    traefik_crds::CRDS.iter().filter(move |_| managed).map(move |crd| Need {
        on: crate::model::object::Dependency::Object(ObjectId::global(Kind::Crd, crd.name)),
        why: Why::ReadyBefore,
        span,
    })
}

/// What Traefik's provider reads, and nothing else: without one of these it
/// serves nothing at all (`pkg/provider/kubernetes/crd/client.go`).
fn extras(cx: &Cx<'_>, program: &Program) -> Vec<Object> {
    let rule = |group: &str, resources: Vec<String>, verbs: &[&str]| PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(resources),
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
        ..PolicyRule::default()
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let rules = vec![
        rule("", names(&["configmaps", "secrets", "services"]), &["get", "list", "watch"]),
        rule("discovery.k8s.io", names(&["endpointslices"]), &["list", "watch"]),
        rule(
            traefik_crds::GROUP,
            traefik_crds::CRDS.iter().map(|crd| crd.plural.to_owned()).collect(),
            &["get", "list", "watch"],
        ),
    ];
    let account =
        program.settings.service_account.as_ref().map_or("traefik", |account| &account.value);
    objects::role(&cx.home(), program, &program.object, rules, account).into_iter().collect()
}
