//! What any program says about itself, and what only some components say.

use jtc_syntax::Node;

use super::define::{image, pairs, port, protocol};
use super::{Lowering, name_span};
use crate::diagnostics as d;
use crate::model::At;
use crate::model::declared::{
    Auth, ElasticsearchOwn, EntrypointDecl, MetricbeatOwn, Part, Parts, ServerOwn, Storage,
    TraefikOwn,
};
use crate::model::settings::{
    Check, Connect, Content, EnvValue, KeyRef, LoadBalancer, Port, Probe, ProbeKind, Replicas,
    Resources, Rule, Schedule, Security, Settings, Spread, SpreadBy, Strategy, Toleration, Volume,
    VolumeSource,
};
use crate::schema::access::{EntryExt, NodeExt};
use crate::sources::join;
use crate::text::{Cidr, Cpu, Memory};

/// The components that stand in this node.
pub(super) fn parts(cx: &mut Lowering<'_>, node: &Node) -> Parts {
    Parts {
        server: part(cx, node, "server", server_own),
        gui: part(cx, node, "gui", |_| ()),
        traefik: part(cx, node, "traefik", traefik_own),
        elasticsearch: part(cx, node, "elasticsearch", elasticsearch_own),
        logstash: part(cx, node, "logstash", |_| ()),
        kibana: part(cx, node, "kibana", |_| ()),
        apm: part(cx, node, "apm", |_| ()),
        metricbeat: part(cx, node, "metricbeat", |node| MetricbeatOwn {
            database: node.prop_text("database"),
            secret: node.prop_text("secret"),
        }),
    }
}

fn part<O>(
    cx: &mut Lowering<'_>,
    parent: &Node,
    name: &str,
    own: fn(&Node) -> O,
) -> Option<Box<Part<O>>> {
    let node = parent.child(name)?;
    Some(Box::new(Part {
        span: Some(node.name.span),
        settings: settings(cx, node),
        own: own(node),
    }))
}

/// A workload: its image may be a property.
pub(super) fn workload(cx: &mut Lowering<'_>, node: &Node) -> Part<()> {
    let mut settings = settings(cx, node);
    if node.prop_text("image").is_some() && node.child("image").is_some() {
        cx.report.push(d::j0212_one_of::both(node, "`image=`", "`image` in its braces"));
    }
    if settings.image.is_none() {
        settings.image = image(node.prop_text("image"));
    }
    Part { span: Some(name_span(node)), settings, own: () }
}

fn number(node: &Node, child: &str) -> Option<At<u32>> {
    let entry = node.child(child)?.arg(0)?.int()?;
    u32::try_from(entry.value).ok().map(|value| At::new(value, entry.span))
}

fn server_own(node: &Node) -> ServerOwn {
    let auth = node.child("auth").and_then(|auth| {
        let mode = auth.arg_text(0)?;
        let oidc = auth.child("oidc");
        let prop = |name: &str| oidc.and_then(|oidc| oidc.prop_text(name));
        let value = match mode.value.as_str() {
            "oidc" => Auth::Oidc { secret: prop("secret"), url: prop("url") },
            _ => Auth::Off,
        };
        Some(At::new(value, mode.span))
    });
    ServerOwn {
        auth,
        session: node.child("session").and_then(key_ref),
        workers: number(node, "workers"),
        migrate: node.child("migrate").and_then(|child| match child.arg(0) {
            Some(entry) => entry.bool(),
            None => Some(At::new(true, child.name.span)),
        }),
    }
}

fn key_ref(node: &Node) -> Option<KeyRef> {
    Some(KeyRef { secret: node.prop_text("secret")?, key: node.prop_text("key")? })
}

fn traefik_own(node: &Node) -> TraefikOwn {
    let load_balancer = node.child("load-balancer").map(|child| {
        let ranges = child.prop_text("source-ranges");
        let balancer = LoadBalancer {
            pool: child.prop_text("pool"),
            address: child.prop_text("address"),
            source_ranges: ranges
                .iter()
                .flat_map(|ranges| ranges.value.split(','))
                .filter_map(|range| Cidr::parse(range.trim()).ok())
                .collect(),
        };
        At::new(balancer, child.name.span)
    });
    let mut own = TraefikOwn {
        version: node.child("version").and_then(|child| child.arg_text(0)),
        load_balancer,
        ..TraefikOwn::default()
    };
    for child in node.children_named("entrypoint") {
        let entrypoint = child.prop_int("port").map(|number| {
            let decl = EntrypointDecl {
                port: port(number.value),
                protocol: protocol(child.prop_text("protocol")),
            };
            At::new(decl, name_span(child))
        });
        super::insert(&mut own.entrypoints, child, entrypoint);
    }
    own
}

fn elasticsearch_own(node: &Node) -> ElasticsearchOwn {
    ElasticsearchOwn {
        nodes: node.prop_int("nodes").and_then(|nodes| {
            u32::try_from(nodes.value).ok().map(|value| At::new(value, nodes.span))
        }),
        storage: node.child("storage").and_then(|child| {
            let size = child.arg_text(0)?;
            let storage = Storage { size: size.value, class: child.prop_text("class") };
            Some(At::new(storage, child.name.span))
        }),
    }
}

/// What any program says.
pub(super) fn settings(cx: &mut Lowering<'_>, node: &Node) -> Settings {
    let mut settings = Settings {
        labels: pairs(node, "labels"),
        annotations: pairs(node, "annotations"),
        pod_annotations: pairs(node, "pod-annotations"),
        node_selector: pairs(node, "node-selector"),
        ..Settings::default()
    };
    for child in node.child_nodes() {
        setting(cx, child, &mut settings);
    }
    settings
}

fn setting(cx: &mut Lowering<'_>, node: &Node, settings: &mut Settings) {
    let span = node.name.span;
    match &*node.name.text {
        "image" => settings.image = image(node.arg_text(0)),
        "command" => {
            no_nul(cx, node, "a command");
            settings.command = Some(At::new(node.texts(), span));
        }
        "args" => {
            no_nul(cx, node, "an argument");
            settings.args = Some(At::new(node.texts(), span));
        }
        "env" => env(cx, node, settings),
        "env-from" => {
            if let Some(secret) = node.prop_text("secret") {
                settings.env_from.entry(secret.value).or_insert(secret.span);
            }
        }
        "config-file" => config_file(cx, node, settings),
        "port" => {
            let number = node.arg(1).and_then(EntryExt::int);
            let port = number.map(|number| {
                let container = port(number.value);
                let service =
                    node.prop_int("service").map_or(container, |service| self::port(service.value));
                let protocol = protocol(node.prop_text("protocol"));
                At::new(Port { container, service, protocol }, name_span(node))
            });
            super::insert(&mut settings.ports, node, port);
        }
        "volume" => {
            let volume = volume(cx, node);
            super::insert(&mut settings.volumes, node, volume);
        }
        "resources" => settings.resources = resources(node),
        "replicas" => settings.replicas = replicas(cx, node),
        "strategy" => {
            settings.strategy = node.arg_text(0).map(|text| {
                let recreate = text.value == "recreate";
                text.map(|_| if recreate { Strategy::Recreate } else { Strategy::Rolling })
            });
        }
        "grace" => settings.grace = first_number(node),
        "drain" => settings.drain = first_number(node),
        "probe" => probe(cx, node, settings),
        "schedule" => {
            settings.schedule = node.arg_text(0).map(|cron| {
                let time_zone = node
                    .prop_text("time-zone")
                    .map_or_else(|| "Etc/UTC".to_owned(), |zone| zone.value);
                At::new(Schedule { cron: cron.value, time_zone }, cron.span)
            });
        }
        "run-once" => settings.run_once = Some(span),
        "service-account" => settings.service_account = node.arg_text(0),
        "permissions" => settings.permissions = Some(At::new(permissions(node), span)),
        "toleration" => settings.tolerations.extend(toleration(cx, node)),
        "spread" => settings.spread.extend(spread(node)),
        "priority-class" => settings.priority_class = node.arg_text(0),
        "security" => settings.security = security(node),
        "connect" => {
            let Some(target) = node.arg_text(0) else { return };
            let connect = Connect {
                target: target.value,
                port: node.prop_text("port"),
                host_env: node.prop_text("host-env"),
                port_env: node.prop_text("port-env"),
                url_env: node.prop_text("url-env"),
                wait: node.prop_bool("wait").is_none_or(|wait| wait.value),
            };
            // One for each port of a target.
            let key = match &connect.port {
                Some(port) => format!("{} {}", connect.target, port.value),
                None => connect.target.clone(),
            };
            settings.connects.entry(key).or_insert_with(|| At::new(connect, name_span(node)));
        }
        _ => {}
    }
}

fn first_number(node: &Node) -> Option<At<u32>> {
    let at = node.arg(0)?.int()?;
    u32::try_from(at.value).ok().map(|value| At::new(value, at.span))
}

/// No text that a process starts with holds NUL, where it would end.
fn no_nul(cx: &mut Lowering<'_>, node: &Node, what: &str) {
    let texts = node.arguments().filter_map(EntryExt::text);
    let found = texts.filter(|text| text.value.contains('\0'));
    cx.report.extend(found.map(|text| d::j0208_bad_value::nul(text.span, what)));
}

fn env(cx: &mut Lowering<'_>, node: &Node, settings: &mut Settings) {
    if node.arg_text(0).is_some_and(|name| !name.value.contains('\0')) {
        no_nul(cx, node, "the value of a variable");
    }
    let text = node.arg_text(1);
    let key = key_ref(node);
    let span = name_span(node);
    let value = match (text, key) {
        (Some(text), None) => Some(EnvValue::Text(text.value)),
        (None, Some(key)) => Some(EnvValue::Secret(key)),
        (Some(_), Some(_)) => {
            cx.report.push(d::j0212_one_of::both(node, "a value", "`secret` with `key`"));
            None
        }
        (None, None) => {
            if says_nothing(node) {
                let half = [("secret", "key"), ("key", "secret")]
                    .into_iter()
                    .find(|(given, _)| node.prop(given).is_some());
                cx.report.push(match half {
                    Some((given, lacks)) => d::j0212_one_of::half(node, given, lacks),
                    None => d::j0212_one_of::neither(node, "a value", "`secret` with `key`"),
                });
            }
            None
        }
    };
    super::insert(&mut settings.env, node, value.map(|value| At::new(value, span)));
}

/// Whether a node with a name has no value besides; where it has one of the
/// wrong type, or no name, that has been told.
fn says_nothing(node: &Node) -> bool {
    !node.incomplete && node.arg(0).is_some() && node.arg(1).is_none()
}

fn config_file(cx: &mut Lowering<'_>, node: &Node, settings: &mut Settings) {
    let text = node.arg_text(1);
    let from = node.prop_text("from");
    let span = name_span(node);
    let content = match (text, from) {
        (Some(text), None) => Some(text.value),
        (None, Some(from)) => read(cx, &from),
        (Some(_), Some(_)) => {
            cx.report.push(d::j0212_one_of::both(node, "a content", "`from`"));
            None
        }
        (None, None) => {
            if says_nothing(node) {
                cx.report.push(d::j0212_one_of::neither(node, "a content", "`from`"));
            }
            None
        }
    };
    let content = content.map(|text| At::new(Content(text.into()), span));
    super::insert(&mut settings.config_files, node, content);
}

/// The text of a file that a value names, relative to the file it stands in.
pub(super) fn read(cx: &mut Lowering<'_>, path: &At<String>) -> Option<String> {
    let found = read_or_report(cx, path);
    // What can't be read is not the same as what is empty.
    let kept = found.as_deref().unwrap_or("\0");
    cx.read.push(Content(kept.into()));
    found
}

fn read_or_report(cx: &mut Lowering<'_>, path: &At<String>) -> Option<String> {
    let (from, _) = cx.sources.place(path.span);
    let Some(joined) = join(from, &path.value) else {
        cx.report.push(d::j0112_include_outside::diag(path));
        return None;
    };
    match cx.files.read(&joined).map(String::from_utf8) {
        Ok(Ok(text)) => Some(text),
        Ok(Err(error)) => {
            cx.report.push(d::j0114_unreadable::not_text(
                &joined,
                path.span,
                error.utf8_error().valid_up_to(),
            ));
            None
        }
        Err(problem) => {
            cx.report.push(d::j0114_unreadable::diag(&joined, path.span, &problem));
            None
        }
    }
}

fn volume(cx: &mut Lowering<'_>, node: &Node) -> Option<At<Volume>> {
    let mount = node.prop_text("mount")?.value;
    let size = node.prop_text("size");
    let secret = node.prop_text("secret");
    let empty = node.prop_bool("empty").filter(|empty| empty.value);
    let read_only = node.prop_bool("read-only").map_or(secret.is_some(), |on| on.value);
    let source = match (size, secret, empty) {
        (Some(size), None, None) => VolumeSource::Claim {
            size: size.value,
            class: node.prop_text("class"),
            access: node.prop_text("access"),
        },
        (None, Some(secret), None) => VolumeSource::Secret(secret),
        (None, None, Some(_)) => VolumeSource::Empty,
        (None, None, None) => {
            if !node.incomplete && node.prop("size").is_none() && node.prop("secret").is_none() {
                cx.report.push(d::j0212_one_of::neither(
                    node,
                    "`size=\"10Gi\"`",
                    "`secret=\"…\"` or `empty=#true`",
                ));
            }
            return None;
        }
        _ => {
            cx.report.push(d::j0212_one_of::both(node, "`size`", "`secret` or `empty=#true`"));
            return None;
        }
    };
    Some(At::new(Volume { mount, source, read_only }, name_span(node)))
}

/// `requests` and `limits`.
pub(super) fn resources(node: &Node) -> Resources {
    let text = |child: &str, name: &str| node.child(child).and_then(|child| child.prop_text(name));
    let cpu = |child: &str| {
        let at = text(child, "cpu")?;
        Cpu::parse(&at.value).ok().map(|value| At::new(value, at.span))
    };
    let memory = |child: &str| {
        let at = text(child, "memory")?;
        Memory::parse(&at.value).ok().map(|value| At::new(value, at.span))
    };
    Resources {
        request_cpu: cpu("requests"),
        request_memory: memory("requests"),
        limit_cpu: cpu("limits"),
        limit_memory: memory("limits"),
    }
}

fn replicas(cx: &mut Lowering<'_>, node: &Node) -> Option<At<Replicas>> {
    let small = |at: At<i64>| u32::try_from(at.value).ok();
    let prop = |name: &str| node.prop_int(name).and_then(small);
    let fixed = node.arg(0).and_then(EntryExt::int);
    let auto = node.prop("min").or(node.prop("max")).or(node.prop("cpu")).or(node.prop("memory"));
    let value = match (fixed, auto) {
        (Some(fixed), None) => Replicas::Fixed(small(fixed)?),
        (None, Some(_)) => {
            let (Some(min), Some(max)) = (prop("min"), prop("max")) else {
                if !node.incomplete {
                    cx.report.push(d::j0213_autoscaling::bounds(node));
                }
                return None;
            };
            let (cpu, memory) = (prop("cpu"), prop("memory"));
            if cpu.is_none() && memory.is_none() {
                cx.report.push(d::j0213_autoscaling::target(node));
                return None;
            }
            if min > max {
                cx.report.push(d::j0213_autoscaling::order(node, min, max));
                return None;
            }
            Replicas::Auto { min, max, cpu, memory }
        }
        (Some(_), Some(_)) => {
            cx.report.push(d::j0212_one_of::both(node, "a number", "`min` and `max`"));
            return None;
        }
        (None, None) => {
            if !node.incomplete && node.arg(0).is_none() {
                cx.report.push(d::j0212_one_of::neither(node, "a number", "`min` and `max`"));
            }
            return None;
        }
    };
    Some(At::new(value, node.name.span))
}

fn probe(cx: &mut Lowering<'_>, node: &Node, settings: &mut Settings) {
    let Some(kind) = node.arg_text(0) else { return };
    let kind = match kind.value.as_str() {
        "liveness" => ProbeKind::Liveness,
        "startup" => ProbeKind::Startup,
        _ => ProbeKind::Readiness,
    };
    let path = node.prop_text("path");
    let tcp = node.prop_bool("tcp").filter(|tcp| tcp.value);
    for node in [Some(node), node.child("exec")].into_iter().flatten() {
        no_nul(cx, node, "a command");
    }
    let exec = match exec_words(cx, node) {
        Ok(words) => words.or_else(|| node.child("exec").map(NodeExt::texts)),
        Err(Said) => return,
    };
    let port = node.prop_text("port");
    let check = match (path, tcp, exec) {
        (Some(path), None, None) => Check::Http { path: path.value, port, headers: Vec::new() },
        (None, Some(_), None) => Check::Tcp { port },
        (None, None, Some(command)) => Check::Exec(command),
        (None, None, None) => {
            if !node.incomplete && node.prop("path").is_none() && node.prop("exec").is_none() {
                cx.report.push(d::j0212_one_of::neither(
                    node,
                    "`path=\"/\"`",
                    "`tcp=#true` or `exec`",
                ));
            }
            return;
        }
        _ => {
            cx.report.push(d::j0212_one_of::both(node, "`path`", "`tcp=#true` or `exec`"));
            return;
        }
    };
    let usual = Probe::new(check);
    let prop = |name: &str, otherwise: u32| {
        node.prop_int(name).and_then(|at| u32::try_from(at.value).ok()).unwrap_or(otherwise)
    };
    let probe = Probe {
        period: prop("period", usual.period),
        timeout: prop("timeout", usual.timeout),
        delay: prop("delay", usual.delay),
        failures: prop("failures", usual.failures),
        check: usual.check,
    };
    settings.probes.insert(kind, At::new(probe, node.name.span));
}

/// A mistake that has been reported.
struct Said;

/// The command behind the word `exec` on the line of a probe.
fn exec_words(cx: &mut Lowering<'_>, node: &Node) -> Result<Option<Vec<String>>, Said> {
    let mut words = node.arguments().skip(1).filter_map(EntryExt::text);
    match words.next() {
        None => Ok(None),
        Some(first) if first.value == "exec" => {
            let words: Vec<String> = words.map(|word| word.value).collect();
            if words.is_empty() {
                cx.report.push(d::j0208_bad_value::no_command(&first));
                return Err(Said);
            }
            Ok(Some(words))
        }
        Some(other) => {
            cx.report.push(d::j0208_bad_value::probe_word(&other));
            Err(Said)
        }
    }
}

fn permissions(node: &Node) -> Vec<Rule> {
    node.children_named("allow")
        .filter_map(|allow| {
            Some(Rule {
                group: allow.prop_text("group").map(|group| group.value).unwrap_or_default(),
                resource: allow.prop_text("of")?.value,
                name: allow.prop_text("name").map(|name| name.value),
                verbs: allow.texts(),
            })
        })
        .collect()
}

fn toleration(cx: &mut Lowering<'_>, node: &Node) -> Option<At<Toleration>> {
    let key = node.arg_text(0)?;
    let no_execute = node.prop_text("effect").is_some_and(|effect| effect.value == "NoExecute");
    if let Some(seconds) = node.prop_int("seconds").filter(|_| !no_execute) {
        cx.report.push(d::j0208_bad_value::toleration_seconds(seconds.span));
    }
    let text = |name: &str| node.prop_text(name).map(|at| at.value);
    let value = Toleration {
        key: key.value,
        value: text("value"),
        effect: text("effect"),
        seconds: node.prop_int("seconds").map(|at| at.value),
    };
    Some(At::new(value, key.span))
}

fn spread(node: &Node) -> Option<At<Spread>> {
    let by = node.prop_text("by")?;
    let spread = Spread {
        by: if by.value == "zone" { SpreadBy::Zone } else { SpreadBy::Host },
        required: node.prop_bool("required").is_some_and(|on| on.value),
    };
    Some(At::new(spread, by.span))
}

fn security(node: &Node) -> Security {
    let id = |name: &str| node.child(name).and_then(|child| child.arg(0)).and_then(EntryExt::int);
    let mut security = Security {
        user: id("user"),
        group: id("group"),
        fs_group: id("fs-group"),
        writable_root: node
            .child("writable-root")
            .and_then(|child| child.arg(0))
            .and_then(EntryExt::bool),
        ..Security::default()
    };
    for child in node.children_named("capabilities") {
        for at in child.entries.iter().filter_map(EntryExt::text) {
            security.capabilities.insert(at.value, at.span);
        }
    }
    security
}
