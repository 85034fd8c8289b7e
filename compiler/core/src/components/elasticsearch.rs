//! Elasticsearch: a `StatefulSet` with a disk for each node.
//!
//! The root file system stays writable: at its first start Elasticsearch puts a
//! keystore into `config`, beside files that the image brings, so no empty
//! volume can stand there. What it may write to is what the image gives to
//! group 0: `config`, `data`, `logs` and `plugins`.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::build::{meta, objects};
use super::elastic::{self, Amounts};
use super::list::Component;
use super::listens::{File, Listens, Says};
use super::program::{Cx, Disk, Peer, Program, Runs, Talk, builtin, merge};
use crate::model::At;
use crate::model::declared::{ElasticsearchOwn, Part, Storage};
use crate::model::object::{Kind, Object};
use crate::model::resolved::Stack;
use crate::model::settings::{
    Check, EnvValue, Port, Probe, ProbeKind, Protocol, Replicas, Security, Settings, Spread,
    SpreadBy,
};
use crate::schema::nodes::{PROGRAM, STORAGE};
use crate::schema::{Defines, NODE, NodeSpec, PropSpec, RefKind, Type, prop};
use crate::text::{ImageRef, Version};

/// `elasticsearch nodes=N { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "elasticsearch",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Elasticsearch, which keeps logs and metrics: one node, or an odd number of at least three.\n\
          It is scaled with `nodes`. Before Logstash writes, a Job of its own makes the lifecycle policy \
          `jobmon_ilm`, the index template `jobmon_template` and the first index behind the alias `jobmon`. \
          Elasticsearch's own security is off; network policies keep others away.",
    props: &PROPS,
    children: &[PROGRAM, &[&STORAGE]],
    example: "elasticsearch nodes=3 { storage \"120Gi\" class=\"local-ssd\"; }",
    ..NODE
};

static PROPS: [PropSpec; 1] =
    [prop("nodes", Type::Int(1, 99), "how many nodes: 1, or an odd number of at least 3")
        .default("1")];

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "elasticsearch", program, extras };

/// The port of its HTTP API.
pub const HTTP: u16 = elastic::ELASTICSEARCH_PORT;

/// The port by which nodes talk to each other.
pub const TRANSPORT: u16 = 9300;

/// The file with its settings; that of the image says where to listen.
const SETTINGS: &str = "/usr/share/elasticsearch/config/elasticsearch.yml";

/// Where it listens (Elasticsearch, "Networking").
const LISTENS: [Listens; 2] = [
    Listens {
        port: "http",
        usual: Some(HTTP),
        by: &[
            ("http.port", Says::Port),
            ("http.bind_host", Says::Host),
            ("http.host", Says::Host),
            ("network.bind_host", Says::Host),
            ("network.host", Says::Host),
            ("xpack.security.http.ssl.enabled", Says::Tls),
            ("xpack.security.enabled", Says::Password),
        ],
        file: Some(File::YamlWithHost { path: SETTINGS, setting: "network.host" }),
    },
    Listens {
        port: "transport",
        usual: Some(TRANSPORT),
        by: &[("transport.port", Says::Port)],
        file: Some(File::Yaml(SETTINGS)),
    },
];

/// The disk of each node, where nobody says.
const STORAGE_SIZE: &str = "10Gi";

/// Memory that is requested in full: heap and file cache are used up sooner or
/// later, and a pod beyond its request is the first to be killed.
const AMOUNTS: Amounts = Amounts { cpu: ("500m", "2"), memory: ("2Gi", "2Gi") };

/// From here on the heap follows the memory limit by itself (Elasticsearch
/// 7.11, "Heap size settings").
const SIZES_ITS_HEAP: Version = Version::new(7, 11, 0);

/// From here on databases for addresses would be fetched from the Internet
/// (Elasticsearch 7.14, "`GeoIP` processor").
const FETCHES_DATABASES: Version = Version::new(7, 14, 0);

/// The layers, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<ElasticsearchOwn>> {
    cx.elastic_layers(|parts| parts.elasticsearch.as_deref())
}

/// How many nodes, and the place that says so.
pub fn nodes(cx: &Cx<'_>) -> At<u32> {
    layers(cx).into_iter().find_map(|layer| layer.own.nodes).unwrap_or_else(|| builtin(1))
}

/// The disk of each node, and the place that says so.
pub fn storage<'w>(cx: &Cx<'w>) -> Option<&'w At<Storage>> {
    layers(cx).into_iter().find_map(|layer| layer.own.storage.as_ref())
}

/// The storage class of the disks: the one that is said, or the first of the
/// cluster; the cluster's default where the topology knows none.
pub fn class(cx: &Cx<'_>) -> Option<String> {
    storage(cx)
        .and_then(|storage| storage.value.class.as_ref())
        .map(|class| class.value.clone())
        .or_else(|| cx.world.topology.cluster.storage_classes.keys().next().cloned())
}

/// The image: also that of the programs that only need its shell and `curl`.
pub(super) fn image(cx: &Cx<'_>) -> Option<At<ImageRef>> {
    layers(cx)
        .into_iter()
        .find_map(|layer| layer.settings.image.clone())
        .or_else(|| elastic::image("elasticsearch", &cx.stack()?.text.value))
}

/// What everybody gets. Settings are variables with dots in their names, which
/// the image hands on in every version, so that one of them can be replaced
/// without the others.
fn settings(cx: &Cx<'_>, stack: &Stack<'_>, nodes: u32) -> Settings {
    let health = Check::Http {
        // Asks this node only: answers without a master, and without waiting.
        path: "/_cluster/health?local=true".to_owned(),
        port: Some(builtin("http".to_owned())),
        headers: Vec::new(),
    };
    let mut settings = Settings {
        image: image(cx),
        grace: Some(builtin(120)),
        security: Security { writable_root: Some(builtin(true)), ..elastic::security() },
        ..Settings::default()
    };
    settings.ports.insert("http".to_owned(), builtin(Port::tcp(HTTP)));
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(health.clone())));
    // Ten minutes: recovering many shards takes long. No liveness probe: a
    // node that is busy would be restarted, and busier then.
    let startup = Probe { period: 5, failures: 120, ..Probe::new(health) };
    settings.probes.insert(ProbeKind::Startup, builtin(startup));
    for (name, value) in variables(cx.site.name, stack.version, nodes) {
        settings.env.insert(name.to_owned(), builtin(EnvValue::Text(value)));
    }
    if nodes > 1 {
        settings.spread.push(builtin(Spread { by: SpreadBy::Host, required: false }));
    }
    settings
}

fn variables(namespace: &str, version: Version, nodes: u32) -> Vec<(&'static str, String)> {
    let mut variables = vec![("cluster.name", namespace.to_owned())];
    if nodes > 1 {
        let masters: Vec<String> = (0..nodes).map(|node| format!("elasticsearch-{node}")).collect();
        variables.push(("discovery.seed_hosts", "elasticsearch-nodes".to_owned()));
        // Matters only when the cluster starts for the first time; nodes that
        // have been in a cluster ignore it.
        variables.push(("cluster.initial_master_nodes", masters.join(",")));
    } else {
        // Turns its bootstrap checks into warnings, and it never joins others.
        variables.push(("discovery.type", "single-node".to_owned()));
    }
    // Raising the node's `vm.max_map_count` takes a privileged container.
    variables.push(("node.store.allow_mmap", "false".to_owned()));
    // On by default from 8.0 on, with a password that only the log tells.
    variables.push(("xpack.security.enabled", "false".to_owned()));
    // A write to `jobmon` before its alias exists must not make an index of
    // that name, which would stand in the alias's way for ever.
    variables.push(("action.auto_create_index", "-jobmon,+*".to_owned()));
    if version >= FETCHES_DATABASES {
        variables.push(("ingest.geoip.downloader.enabled", "false".to_owned()));
    }
    variables
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers = layers(cx);
    if layers.is_empty() {
        return None;
    }
    let nodes = nodes(cx);
    let (span, mut settings) = merge(&layers, &settings(cx, stack, nodes.value), stack.text.span);
    AMOUNTS.fill(&mut settings.resources);
    settings.replicas = Some(nodes.map(Replicas::Fixed));
    if stack.version < SIZES_ITS_HEAP {
        set_heap(&mut settings);
    }
    let mut program = Program::new("elasticsearch", "elasticsearch", span, settings);
    program.version = Some(stack.text.value.clone());
    program.runs = Runs::StatefulSet {
        disk: Disk {
            name: "data".to_owned(),
            size: storage(cx)
                .map_or_else(|| STORAGE_SIZE.to_owned(), |storage| storage.value.size.clone()),
            class: class(cx),
            mount: "/usr/share/elasticsearch/data".to_owned(),
        },
        // With one node too: it can't be changed when nodes are added. A new
        // cluster begins only when most of its nodes are there at once.
        parallel: true,
    };
    program.private_ports = vec![("transport".to_owned(), TRANSPORT)];
    program.listens = &LISTENS;
    if nodes.value > 1 {
        let to = Peer::Program {
            app: "elasticsearch".to_owned(),
            service: None,
            port: TRANSPORT,
            protocol: Protocol::Tcp,
        };
        program.talks.push(Talk::new(to, "its nodes form a cluster", span));
    }
    program.connect(cx);
    Some(program)
}

/// Half of the memory limit, the most that Elasticsearch recommends.
fn set_heap(settings: &mut Settings) {
    let Some(limit) = &settings.resources.limit_memory else { return };
    let half = limit.value.bytes() / 2 / (1 << 20);
    settings
        .env
        .entry("ES_JAVA_OPTS".to_owned())
        .or_insert_with(|| builtin(EnvValue::Text(format!("-Xms{half}m -Xmx{half}m"))));
}

/// The Service that gives each node a name. Nodes must find each other before
/// they are ready, or none ever is.
fn extras(cx: &Cx<'_>, program: &Program) -> Vec<Object> {
    let home = cx.home();
    let name = objects::headless_name(program);
    let body = Service {
        metadata: meta::of(&home, program, &name),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            ports: Some(vec![ServicePort {
                name: Some("transport".to_owned()),
                port: i32::from(TRANSPORT),
                protocol: Some(Protocol::Tcp.as_str().to_owned()),
                target_port: Some(IntOrString::String("transport".to_owned())),
                ..ServicePort::default()
            }]),
            publish_not_ready_addresses: Some(true),
            selector: Some(meta::selector(&program.object)),
            type_: Some("ClusterIP".to_owned()),
            ..ServiceSpec::default()
        }),
        status: None,
    };
    vec![objects::object(&home, program, Kind::Service, &name, body)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Resources;
    use crate::text::Memory;

    fn names(version: Version, nodes: u32) -> Vec<&'static str> {
        variables("jobmon", version, nodes).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn one_node_looks_for_no_others() {
        let names = names(Version::new(8, 19, 3), 1);
        assert!(names.contains(&"discovery.type"));
        assert!(!names.contains(&"cluster.initial_master_nodes"));
    }

    #[test]
    fn three_nodes_know_each_other_by_name() {
        let variables = variables("jobmon", Version::new(8, 19, 3), 3);
        assert!(variables.contains(&(
            "cluster.initial_master_nodes",
            "elasticsearch-0,elasticsearch-1,elasticsearch-2".to_owned()
        )));
        assert!(!variables.iter().any(|(name, _)| *name == "discovery.type"));
    }

    #[test]
    fn an_old_version_gets_no_setting_that_it_refuses() {
        assert!(!names(Version::new(7, 13, 4), 1).contains(&"ingest.geoip.downloader.enabled"));
        assert!(names(Version::new(7, 16, 2), 1).contains(&"ingest.geoip.downloader.enabled"));
    }

    #[test]
    fn the_heap_of_an_old_version_is_half_its_memory() {
        let limit_memory = Memory::parse("3Gi").ok().map(builtin);
        let mut settings = Settings {
            resources: Resources { limit_memory, ..Resources::default() },
            ..Settings::default()
        };
        set_heap(&mut settings);
        assert_eq!(
            settings.env.get("ES_JAVA_OPTS").map(|at| &at.value),
            Some(&EnvValue::Text("-Xms1536m -Xmx1536m".to_owned()))
        );
    }
}
