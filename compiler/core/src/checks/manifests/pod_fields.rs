//! Fields of hand-written pods that don't go with each other.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, PodAffinityTerm, PodSpec, Probe, Toleration};

use super::Tell;

/// What the API server refuses of a `spec` of pods that stands at `path`
/// (`pkg/apis/core/validation/validation.go`).
pub(super) fn check(tell: &mut Tell<'_>, path: &str, spec: &PodSpec) {
    for (index, toleration) in spec.tolerations.iter().flatten().enumerate() {
        self::toleration(tell, &format!("{path}.tolerations[{index}]"), toleration);
    }
    let mut spreads = BTreeSet::new();
    for (index, spread) in spec.topology_spread_constraints.iter().flatten().enumerate() {
        if !spreads.insert((&spread.topology_key, &spread.when_unsatisfiable)) {
            let why = "says the `topologyKey` and the `whenUnsatisfiable` of one before it";
            let path = format!("{path}.topologySpreadConstraints[{index}]");
            tell.refused(&path, why, "take one of the two out");
            continue;
        }
        let path = format!("{path}.topologySpreadConstraints[{index}]");
        if spread.max_skew <= 0 {
            let why = format!("is {}", spread.max_skew);
            tell.refused(&format!("{path}.maxSkew"), &why, "write 1 or more");
        }
        topology(tell, &path, &spread.topology_key);
        if spread.when_unsatisfiable.is_empty() {
            let help = "write `DoNotSchedule`, or `ScheduleAnyway`";
            tell.refused(&format!("{path}.whenUnsatisfiable"), "is missing", help);
        }
    }
    let servers = spec.dns_config.as_ref().and_then(|config| config.nameservers.as_ref());
    if spec.dns_policy.as_deref() == Some("None") && servers.is_none_or(Vec::is_empty) {
        let help = "write whom they ask for names, or take `dnsPolicy: None` out";
        tell.refused(&format!("{path}.dnsConfig.nameservers"), "is missing", help);
    }
    let affinity = spec.affinity.as_ref();
    let nodes = affinity.and_then(|affinity| affinity.node_affinity.as_ref());
    let nodes =
        nodes.and_then(|nodes| nodes.required_during_scheduling_ignored_during_execution.as_ref());
    if nodes.is_some_and(|nodes| nodes.node_selector_terms.is_empty()) {
        tell.refused(
            &format!(
                "{path}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
            ),
            "is empty",
            "write which nodes are meant, or take `nodeAffinity` out",
        );
    }
    let near = affinity.and_then(|affinity| affinity.pod_affinity.as_ref());
    let far = affinity.and_then(|affinity| affinity.pod_anti_affinity.as_ref());
    let near = near.map(|near| {
        let required = &near.required_during_scheduling_ignored_during_execution;
        ("podAffinity", required, &near.preferred_during_scheduling_ignored_during_execution)
    });
    let far = far.map(|far| {
        let required = &far.required_during_scheduling_ignored_during_execution;
        ("podAntiAffinity", required, &far.preferred_during_scheduling_ignored_during_execution)
    });
    for (name, required, preferred) in near.into_iter().chain(far) {
        let mut terms: Vec<(String, &PodAffinityTerm)> = Vec::new();
        for (index, term) in required.iter().flatten().enumerate() {
            terms.push((format!("requiredDuringSchedulingIgnoredDuringExecution[{index}]"), term));
        }
        for (index, term) in preferred.iter().flatten().enumerate() {
            let place = format!("preferredDuringSchedulingIgnoredDuringExecution[{index}]");
            terms.push((format!("{place}.podAffinityTerm"), &term.pod_affinity_term));
        }
        for (place, term) in terms {
            topology(tell, &format!("{path}.affinity.{name}.{place}"), &term.topology_key);
        }
    }
}

fn topology(tell: &mut Tell<'_>, path: &str, key: &str) {
    if key.is_empty() {
        tell.refused(
            &format!("{path}.topologyKey"),
            "is missing",
            "write the label that tells places apart, as `kubernetes.io/hostname` for nodes",
        );
    }
}

fn toleration(tell: &mut Tell<'_>, path: &str, toleration: &Toleration) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (key, value) = (text(&toleration.key), text(&toleration.value));
    let exists = toleration.operator.as_deref() == Some("Exists");
    if exists && !value.is_empty() {
        let why = format!("is `{value}` beside `operator: Exists`");
        tell.refused(&format!("{path}.value"), &why, "take one of the two out");
    } else if !exists && key.is_empty() {
        tell.refused(
            &format!("{path}.key"),
            "is missing",
            "write the taint that it tolerates, or `operator: Exists` for all",
        );
    }
    if toleration.toleration_seconds.is_some() && toleration.effect.as_deref() != Some("NoExecute")
    {
        tell.refused(
            &format!("{path}.effect"),
            "isn't `NoExecute` beside `tolerationSeconds`",
            "write `effect: NoExecute`, or take `tolerationSeconds` out",
        );
    }
}

/// What the API server refuses of a container that stands at `path`.
pub(super) fn container(tell: &mut Tell<'_>, path: &str, container: &Container) {
    for (index, variable) in container.env.iter().flatten().enumerate() {
        let path = format!("{path}.env[{index}]");
        let is_printable = |c: char| c.is_ascii_graphic() || c == ' ';
        if variable.name.is_empty() || variable.name.contains(|c| c == '=' || !is_printable(c)) {
            let (why, help) = match &*variable.name {
                "" => ("is missing".to_owned(), "write what the variable is called"),
                name if name.contains('=') => {
                    (format!("is `{name}`"), "write a name without `=`, and the value as `value`")
                }
                name => (format!("is `{name}`"), "write a name of letters A to Z, digits and `_`"),
            };
            tell.refused(&format!("{path}.name"), &why, help);
        }
        let sources = variable.value_from.as_ref().map(|from| {
            usize::from(from.config_map_key_ref.is_some())
                + usize::from(from.field_ref.is_some())
                + usize::from(from.file_key_ref.is_some())
                + usize::from(from.resource_field_ref.is_some())
                + usize::from(from.secret_key_ref.is_some())
        });
        if let Some(sources) = sources.filter(|sources| *sources != 1) {
            let why = if sources == 0 { "names nothing" } else { "names several things" };
            let help = "write one, as in `secretKeyRef: {name: NAME, key: KEY}`";
            tell.refused(&format!("{path}.valueFrom"), why, help);
        }
        let has_value = variable.value.as_ref().is_some_and(|value| !value.is_empty());
        if has_value && variable.value_from.is_some() {
            tell.refused(
                &format!("{path}.valueFrom"),
                "stands beside `value`",
                "take one of the two out",
            );
        }
    }
    for (index, source) in container.env_from.iter().flatten().enumerate() {
        let path = format!("{path}.envFrom[{index}]");
        if source.config_map_ref.is_none() && source.secret_ref.is_none() {
            let help = "write where the variables come from, as in `secretRef: {name: NAME}`";
            tell.refused(&path, "is empty", help);
        }
    }
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        if mount.mount_path.is_empty() {
            let path = format!("{path}.volumeMounts[{index}].mountPath");
            tell.refused(&path, "is missing", "write where the files are to be, as `/data`");
        }
    }
}

/// What the API server refuses of a probe that stands at `path`; `once` says
/// whether one success is all that it may ask for.
pub(super) fn probe(tell: &mut Tell<'_>, path: &str, probe: &Probe, once: bool) {
    let ways = [
        ("exec", probe.exec.is_some()),
        ("grpc", probe.grpc.is_some()),
        ("httpGet", probe.http_get.is_some()),
        ("tcpSocket", probe.tcp_socket.is_some()),
    ];
    let ways: Vec<&str> = ways.iter().filter(|(_, is)| *is).map(|(way, _)| *way).collect();
    match ways.as_slice() {
        [] => tell.refused(
            path,
            "asks nothing",
            "write how to ask, as in `httpGet: {path: /health, port: 8080}`",
        ),
        [_] => {}
        [_, second, ..] => {
            let why = format!("stands beside `{}`", ways.first().unwrap_or(&""));
            tell.refused(&format!("{path}.{second}"), &why, "let a probe ask in one way");
        }
    }
    let command = probe.exec.as_ref().map(|exec| exec.command.as_deref().unwrap_or_default());
    if command.is_some_and(<[String]>::is_empty) {
        let help = "write what to run, as in `command: [\"/bin/check\"]`";
        tell.refused(&format!("{path}.exec.command"), "is missing", help);
    }
    if let Some(times) = probe.success_threshold.filter(|times| once && *times > 1) {
        let why = format!("is {times}: one success is enough there");
        tell.refused(&format!("{path}.successThreshold"), &why, "take it out");
    }
}
