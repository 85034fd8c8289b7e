//! The pod template of a program.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapEnvSource, ConfigMapVolumeSource, Container, ContainerPort,
    EmptyDirVolumeSource, EnvFromSource, EnvVar, EnvVarSource, ExecAction, HTTPGetAction,
    HTTPHeader, KeyToPath, Lifecycle, LifecycleHandler, PersistentVolumeClaimVolumeSource,
    PodSecurityContext, PodSpec, PodTemplateSpec, Probe as KubeProbe, ResourceRequirements,
    SeccompProfile, SecretEnvSource, SecretKeySelector, SecretVolumeSource, SecurityContext,
    SleepAction, Sysctl, TCPSocketAction, Toleration as KubeToleration, TopologySpreadConstraint,
    Volume as KubeVolume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::meta;
use crate::components::program::{Home, Program, Runs};
use crate::model::At;
use crate::model::settings::{
    Check, EnvValue, Probe, ProbeKind, Resources, Security, Settings, SpreadBy, VolumeSource,
};
use crate::text::expand;

/// The user that programs run as where nothing else is said.
pub const USER: i64 = 1000;

/// The kernel's lowest port that anybody may listen to.
pub const LOWEST_FREE_PORT: &str = "net.ipv4.ip_unprivileged_port_start";

/// Seconds that a pod has to end where nothing else is said, as in Kubernetes.
pub const GRACE: u32 = 30;

/// The name of the ConfigMap with a program's files.
pub fn files_name(program: &Program) -> String {
    format!("{}-files", program.object)
}

/// The name of the claim of a volume.
pub fn claim_name(program: &Program, volume: &str) -> String {
    format!("{}-{volume}", program.object)
}

/// The key of a file in its ConfigMap: its path, with `/` replaced.
pub fn file_key(path: &str) -> String {
    path.trim_matches('/')
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' })
        .collect()
}

/// The pod template.
pub fn template(home: &Home<'_>, program: &Program) -> PodTemplateSpec {
    let settings = &program.settings;
    let mut labels = meta::labels(home, program);
    labels.extend(meta::selector(&program.object));
    let mut annotations: BTreeMap<String, String> = settings
        .pod_annotations
        .iter()
        .map(|(key, value)| (key.clone(), value.value.clone()))
        .collect();
    if let Some(hash) = config_hash(program) {
        annotations.insert("jtc/config-hash".to_owned(), hash);
    }
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(labels),
            annotations: (!annotations.is_empty()).then_some(annotations),
            ..ObjectMeta::default()
        }),
        spec: Some(spec(program)),
    }
}

/// Changes when the content of a ConfigMap does, so that the pods restart.
fn config_hash(program: &Program) -> Option<String> {
    let files = program
        .settings
        .config_files
        .iter()
        .flat_map(|(path, content)| [path.as_str(), &content.value.0]);
    let variables = program
        .config_env
        .iter()
        .flat_map(|(_, variables)| variables.iter().flat_map(|(key, value)| [key.as_str(), value]));
    let mut parts = files.chain(variables).peekable();
    parts.peek()?;
    Some(meta::hash(parts))
}

fn spec(program: &Program) -> PodSpec {
    let settings = &program.settings;
    let own_account = settings.service_account.is_none();
    let account = settings
        .service_account
        .as_ref()
        .map_or_else(|| program.object.clone(), |account| account.value.clone());
    let restart = match program.runs {
        Runs::Job | Runs::CronJob => Some("OnFailure".to_owned()),
        Runs::Deployment | Runs::StatefulSet { .. } => None,
    };
    PodSpec {
        automount_service_account_token: Some(
            program.token || settings.permissions.is_some() || !own_account,
        ),
        containers: vec![container(program)],
        // A Service named `kibana` would put `KIBANA_PORT=tcp://…` into every
        // pod, which Elastic's images read as configuration.
        enable_service_links: Some(false),
        init_containers: (!program.init.is_empty()).then(|| program.init.clone()),
        node_selector: (!settings.node_selector.is_empty()).then(|| {
            settings
                .node_selector
                .iter()
                .map(|(key, value)| (key.clone(), value.value.clone()))
                .collect()
        }),
        priority_class_name: settings.priority_class.as_ref().map(|class| class.value.clone()),
        restart_policy: restart,
        security_context: Some(PodSecurityContext {
            sysctls: some(low_ports(program)),
            ..pod_security(&settings.security)
        }),
        service_account_name: Some(account),
        termination_grace_period_seconds: settings.grace.map(|grace| i64::from(grace.value)),
        tolerations: tolerations(settings),
        topology_spread_constraints: spread(program),
        volumes: some(volumes(program)),
        ..PodSpec::default()
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// What Pod Security's level `restricted` wants of a pod
/// (`k8s.io/pod-security-admission/policy`), unless the program is root.
pub fn pod_security(security: &Security) -> PodSecurityContext {
    let user = security.user.map_or(USER, |user| user.value);
    let group = security.group.map_or(user, |group| group.value);
    PodSecurityContext {
        fs_group: Some(security.fs_group.map_or(group, |group| group.value))
            .filter(|group| *group != 0),
        // Volumes of many files would else be gone through at each start.
        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
        run_as_group: Some(group),
        run_as_non_root: Some(user != 0),
        run_as_user: Some(user),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        }),
        ..PodSecurityContext::default()
    }
}

/// Lets a program that isn't root listen to a port below 1024. Docker and
/// containerd 2 do so by themselves, CRI-O and containerd 1 don't; every level
/// of Pod Security allows it (`check_sysctls.go`), and it holds for the pod
/// alone.
fn low_ports(program: &Program) -> Vec<Sysctl> {
    let user = program.settings.security.user.map_or(USER, |user| user.value);
    let ports = program.settings.ports.values().map(|port| port.value.container);
    let low =
        ports.chain(program.private_ports.iter().map(|(_, port)| *port)).any(|port| port < 1024);
    let free = || Sysctl { name: LOWEST_FREE_PORT.to_owned(), value: "0".to_owned() };
    (user != 0 && low).then(free).into_iter().collect()
}

/// What it wants of a container.
pub fn container_security(security: &Security) -> SecurityContext {
    let add: Vec<String> = security.capabilities.keys().cloned().collect();
    let capabilities = if security.runtime_capabilities {
        some(add).map(|add| Capabilities { add: Some(add), drop: None })
    } else {
        Some(Capabilities { add: some(add), drop: Some(vec!["ALL".to_owned()]) })
    };
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities,
        read_only_root_filesystem: Some(!security.writable_root.is_some_and(|on| on.value)),
        ..SecurityContext::default()
    }
}

fn container(program: &Program) -> Container {
    let settings = &program.settings;
    let probe = |kind: ProbeKind| {
        settings.probes.get(&kind).map(|probe| self::probe(&probe.value, settings))
    };
    let config_env = program.config_env.iter().map(|(name, _)| EnvFromSource {
        config_map_ref: Some(ConfigMapEnvSource { name: name.clone(), optional: None }),
        ..EnvFromSource::default()
    });
    let secrets = settings.env_from.keys().map(|secret| EnvFromSource {
        secret_ref: Some(SecretEnvSource { name: secret.clone(), optional: None }),
        ..EnvFromSource::default()
    });
    Container {
        name: program.container.clone(),
        image: settings.image.as_ref().map(|image| image.value.to_string()),
        command: settings.command.as_ref().map(|words| words.value.clone()),
        args: settings.args.as_ref().map(|words| words.value.clone()),
        env: some(env(settings)),
        env_from: some(config_env.chain(secrets).collect()),
        lifecycle: settings.drain.filter(|drain| drain.value > 0).map(|drain| Lifecycle {
            // Needs no program in the image, unlike `exec`.
            pre_stop: Some(LifecycleHandler {
                sleep: Some(SleepAction { seconds: i64::from(drain.value) }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        }),
        liveness_probe: probe(ProbeKind::Liveness),
        readiness_probe: probe(ProbeKind::Readiness),
        startup_probe: probe(ProbeKind::Startup),
        ports: some(
            settings
                .ports
                .iter()
                .map(|(name, port)| ContainerPort {
                    container_port: i32::from(port.value.container),
                    name: Some(name.clone()),
                    protocol: Some(port.value.protocol.as_str().to_owned()),
                    ..ContainerPort::default()
                })
                .chain(program.private_ports.iter().map(|(name, port)| ContainerPort {
                    container_port: i32::from(*port),
                    name: Some(name.clone()),
                    protocol: Some("TCP".to_owned()),
                    ..ContainerPort::default()
                }))
                .collect(),
        ),
        resources: resources(&settings.resources),
        security_context: Some(container_security(&settings.security)),
        volume_mounts: some(mounts(program)),
        ..Container::default()
    }
}

/// The variables, each behind those that it names by `$(NAME)`: only what stands
/// before it is put in (Kubernetes, "Define Dependent Environment Variables").
fn env(settings: &Settings) -> Vec<EnvVar> {
    in_order(&settings.env)
        .into_iter()
        .filter_map(|name| settings.env.get_key_value(name))
        .map(|(name, value)| match &value.value {
            EnvValue::Text(text) => {
                EnvVar { name: name.clone(), value: Some(text.clone()), value_from: None }
            }
            EnvValue::Secret(key) => secret_env(name, &key.secret.value, &key.key.value),
        })
        .collect()
}

/// The names of variables, each behind those that it names. Of some that name each
/// other in a circle, the first comes last.
fn in_order(env: &IndexMap<String, At<EnvValue>>) -> Vec<&String> {
    let named = |at: &'_ At<EnvValue>| match &at.value {
        EnvValue::Text(text) if expand::may_expand(text) => {
            expand::names(text).filter_map(|name| env.get_key_value(name)).collect()
        }
        EnvValue::Text(_) | EnvValue::Secret(_) => Vec::new(),
    };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut order = Vec::with_capacity(env.len());
    for (name, at) in env {
        if !seen.insert(name) {
            continue;
        }
        // No recursion, as a chain of them may be long.
        let mut open = vec![(name, named(at).into_iter())];
        while let Some((name, rest)) = open.last_mut() {
            if let Some((name, at)) = rest.find(|(name, _)| seen.insert(name.as_str())) {
                open.push((name, named(at).into_iter()));
            } else {
                order.push(*name);
                open.pop();
            }
        }
    }
    order
}

/// A variable from a key of a Secret.
pub fn secret_env(name: &str, secret: &str, key: &str) -> EnvVar {
    EnvVar {
        name: name.to_owned(),
        value: None,
        value_from: Some(EnvVarSource {
            secret_key_ref: Some(SecretKeySelector {
                name: secret.to_owned(),
                key: key.to_owned(),
                optional: None,
            }),
            ..EnvVarSource::default()
        }),
    }
}

fn probe(probe: &Probe, settings: &Settings) -> KubeProbe {
    let port = |named: &Option<crate::model::At<String>>| {
        let name = named.as_ref().map(|name| name.value.clone());
        IntOrString::String(
            name.or_else(|| settings.ports.keys().next().cloned()).unwrap_or_default(),
        )
    };
    let seconds = |number: u32| i32::try_from(number).ok();
    let mut kube = KubeProbe {
        period_seconds: seconds(probe.period),
        timeout_seconds: seconds(probe.timeout),
        initial_delay_seconds: seconds(probe.delay).filter(|delay| *delay > 0),
        failure_threshold: seconds(probe.failures),
        ..KubeProbe::default()
    };
    match &probe.check {
        Check::Http { path, port: named, headers } => {
            kube.http_get = Some(HTTPGetAction {
                path: Some(path.clone()),
                port: port(named),
                http_headers: some(
                    headers
                        .iter()
                        .map(|(name, value)| HTTPHeader {
                            name: name.clone(),
                            value: value.clone(),
                        })
                        .collect(),
                ),
                ..HTTPGetAction::default()
            });
        }
        Check::Tcp { port: named } => {
            kube.tcp_socket = Some(TCPSocketAction { port: port(named), host: None });
        }
        Check::Exec(command) => kube.exec = Some(ExecAction { command: Some(command.clone()) }),
    }
    kube
}

/// Requests and limits, as Kubernetes has them.
pub fn resources(resources: &Resources) -> Option<ResourceRequirements> {
    let amounts = |cpu: Option<String>, memory: Option<String>| {
        let amounts: BTreeMap<String, Quantity> = [("cpu", cpu), ("memory", memory)]
            .into_iter()
            .filter_map(|(name, amount)| Some((name.to_owned(), Quantity(amount?))))
            .collect();
        (!amounts.is_empty()).then_some(amounts)
    };
    let cpu = |at: &Option<crate::model::At<crate::text::Cpu>>| {
        at.as_ref().map(|at| at.value.to_string())
    };
    let memory = |at: &Option<crate::model::At<crate::text::Memory>>| {
        at.as_ref().map(|at| at.value.to_string())
    };
    let requests = amounts(cpu(&resources.request_cpu), memory(&resources.request_memory));
    let limits = amounts(cpu(&resources.limit_cpu), memory(&resources.limit_memory));
    (requests.is_some() || limits.is_some()).then(|| ResourceRequirements {
        requests,
        limits,
        ..ResourceRequirements::default()
    })
}

fn tolerations(settings: &Settings) -> Option<Vec<KubeToleration>> {
    some(
        settings
            .tolerations
            .iter()
            .map(|at| KubeToleration {
                key: Some(at.value.key.clone()),
                operator: Some(
                    if at.value.value.is_some() { "Equal" } else { "Exists" }.to_owned(),
                ),
                value: at.value.value.clone(),
                effect: at.value.effect.clone(),
                toleration_seconds: at.value.seconds,
            })
            .collect(),
    )
}

fn spread(program: &Program) -> Option<Vec<TopologySpreadConstraint>> {
    some(
        program
            .settings
            .spread
            .iter()
            .map(|at| TopologySpreadConstraint {
                label_selector: Some(LabelSelector {
                    match_labels: Some(meta::selector(&program.object)),
                    ..LabelSelector::default()
                }),
                max_skew: 1,
                topology_key: match at.value.by {
                    SpreadBy::Zone => "topology.kubernetes.io/zone",
                    SpreadBy::Host => "kubernetes.io/hostname",
                }
                .to_owned(),
                when_unsatisfiable: if at.value.required {
                    "DoNotSchedule"
                } else {
                    "ScheduleAnyway"
                }
                .to_owned(),
                ..TopologySpreadConstraint::default()
            })
            .collect(),
    )
}

/// The name of the volume with a program's files. Names of built-in volumes
/// start alike, so that none is taken by chance.
pub const FILES: &str = "jtc-files";

/// The folders of a program that get an empty volume: those where no volume
/// of its own stands.
pub fn scratch(program: &Program) -> impl Iterator<Item = &String> {
    let taken =
        |path: &String| program.settings.volumes.values().any(|volume| volume.value.mount == *path);
    program.scratch.iter().filter(move |path| !taken(path))
}

/// The name of the empty volume for a folder.
pub fn scratch_name(path: &str) -> String {
    let name = file_key(path).to_ascii_lowercase().replace(['.', '_'], "-");
    format!("jtc-scratch-{name}")
}

fn volumes(program: &Program) -> Vec<KubeVolume> {
    let mut volumes = Vec::new();
    let files = &program.settings.config_files;
    if !files.is_empty() {
        volumes.push(KubeVolume {
            name: FILES.to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: files_name(program),
                items: some(
                    files
                        .keys()
                        .map(|path| KeyToPath {
                            key: file_key(path),
                            path: file_key(path),
                            mode: None,
                        })
                        .collect(),
                ),
                ..ConfigMapVolumeSource::default()
            }),
            ..KubeVolume::default()
        });
    }
    for path in scratch(program) {
        volumes.push(KubeVolume {
            name: scratch_name(path),
            empty_dir: Some(EmptyDirVolumeSource::default()),
            ..KubeVolume::default()
        });
    }
    for (name, volume) in &program.settings.volumes {
        let mut kube = KubeVolume { name: name.clone(), ..KubeVolume::default() };
        match &volume.value.source {
            VolumeSource::Claim { .. } => {
                kube.persistent_volume_claim = Some(PersistentVolumeClaimVolumeSource {
                    claim_name: claim_name(program, name),
                    read_only: volume.value.read_only.then_some(true),
                });
            }
            VolumeSource::Secret(secret) => {
                kube.secret = Some(SecretVolumeSource {
                    secret_name: Some(secret.value.clone()),
                    ..SecretVolumeSource::default()
                });
            }
            VolumeSource::Empty => kube.empty_dir = Some(EmptyDirVolumeSource::default()),
        }
        volumes.push(kube);
    }
    volumes
}

fn mounts(program: &Program) -> Vec<VolumeMount> {
    let mut mounts: Vec<VolumeMount> = program
        .settings
        .config_files
        .keys()
        .map(|path| VolumeMount {
            name: FILES.to_owned(),
            mount_path: path.clone(),
            // One file, so that what else is in its folder stays; a change
            // restarts the pods through the hash in their annotations.
            sub_path: Some(file_key(path)),
            read_only: Some(true),
            ..VolumeMount::default()
        })
        .collect();
    for path in scratch(program) {
        mounts.push(VolumeMount {
            name: scratch_name(path),
            mount_path: path.clone(),
            ..VolumeMount::default()
        });
    }
    if let Runs::StatefulSet { disk, .. } = &program.runs {
        mounts.push(VolumeMount {
            name: disk.name.clone(),
            mount_path: disk.mount.clone(),
            ..VolumeMount::default()
        });
    }
    for (name, volume) in &program.settings.volumes {
        mounts.push(VolumeMount {
            name: name.clone(),
            mount_path: volume.value.mount.clone(),
            read_only: volume.value.read_only.then_some(true),
            ..VolumeMount::default()
        });
    }
    mounts
}
