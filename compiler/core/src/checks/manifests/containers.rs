//! The containers of a hand-written pod.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, PodSpec, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Tell, amounts, pod_fields};
use crate::checks::cluster::OLDEST_TRAEFIK;
use crate::components::build::pod::GRACE;
use crate::diagnostics as d;
use crate::network::{is_traefik, release};
use crate::text;

/// Checks a container that stands at `path`.
pub(super) fn check(
    tell: &mut Tell<'_>,
    path: &str,
    container: &Container,
    spec: &PodSpec,
    claims: &[&str],
) {
    tell.text(&text::DNS_LABEL, &format!("{path}.name"), &container.name);
    if container.image.as_deref().unwrap_or_default().is_empty() {
        tell.report.push(d::j0615_no_image::in_manifest(tell.object, path));
    }
    if let Some(resources) = &container.resources {
        amounts::check(tell, &format!("{path}.resources"), resources);
    }
    traefik(tell, path, container);
    ports(tell, path, container);
    pod_fields::container(tell, path, container);
    let probes = [
        ("livenessProbe", &container.liveness_probe),
        ("readinessProbe", &container.readiness_probe),
        ("startupProbe", &container.startup_probe),
    ];
    for (name, probe) in probes {
        if let Some(probe) = probe {
            let path = format!("{path}.{name}");
            pod_fields::probe(tell, &path, probe, name != "readinessProbe");
            self::probe(tell, &path, probe, container);
        }
    }
    time_to_end(tell, path, container, spec);
    mounts(tell, path, container, spec, claims);
}

/// A Traefik that reads its routes otherwise than the proof does.
fn traefik(tell: &mut Tell<'_>, path: &str, container: &Container) {
    let image = container.image.as_deref().filter(|_| is_traefik(container));
    let is_old = release(container).is_some_and(|own| own < OLDEST_TRAEFIK);
    if let Some(image) = image.filter(|_| is_old) {
        let path = format!("{path}.image");
        let found = d::j0208_bad_value::old_in_manifest(tell.object, &path, image, OLDEST_TRAEFIK);
        tell.report.push(found);
    }
}

/// What those that run before the others, and end, can't have.
pub(super) fn before_others(tell: &mut Tell<'_>, path: &str, container: &Container) {
    if container.restart_policy.as_deref() == Some("Always") {
        return;
    }
    let own = [
        ("lifecycle", container.lifecycle.is_some()),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
    ];
    for (field, _) in own.into_iter().filter(|(_, is_there)| *is_there) {
        tell.refused(
            &format!("{path}.{field}"),
            "stands in a container that ends before the others start",
            "take it out; one that goes on running beside them has `restartPolicy: Always`",
        );
    }
}

fn ports(tell: &mut Tell<'_>, path: &str, container: &Container) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (index, port) in container.ports.iter().flatten().enumerate() {
        let path = format!("{path}.ports[{index}]");
        let Some(name) = &port.name else { continue };
        tell.text(&text::PORT_NAME, &format!("{path}.name"), name);
        if !names.insert(name) {
            tell.refused(
                &format!("{path}.name"),
                &format!("is `{name}`, which another port of the container has"),
                "give each port a name of its own",
            );
        }
    }
}

fn probe(tell: &mut Tell<'_>, path: &str, probe: &Probe, container: &Container) {
    let http = probe.http_get.as_ref().map(|http| ("httpGet", &http.port));
    let tcp = probe.tcp_socket.as_ref().map(|tcp| ("tcpSocket", &tcp.port));
    let Some((way, IntOrString::String(port))) = http.or(tcp) else { return };
    let ports = container.ports.as_deref().unwrap_or_default();
    let known: Vec<&str> = ports.iter().filter_map(|port| port.name.as_deref()).collect();
    if !known.contains(&port.as_str()) {
        let path = format!("{path}.{way}.port");
        tell.report.push(d::j0611_probe_port::in_manifest(tell.object, &path, port, &known));
    }
}

/// The wait before a container is told to end takes from the time to end in.
fn time_to_end(tell: &mut Tell<'_>, path: &str, container: &Container, spec: &PodSpec) {
    let hook = container.lifecycle.as_ref().and_then(|lifecycle| lifecycle.pre_stop.as_ref());
    let Some(hook) = hook else { return };
    let command = hook.exec.as_ref().and_then(|exec| exec.command.as_deref());
    let (way, seconds) = match (&hook.sleep, command.and_then(sleeps)) {
        (Some(sleep), _) => ("sleep.seconds", sleep.seconds),
        (None, Some(seconds)) => ("exec.command", seconds),
        (None, None) => return,
    };
    let grace = spec.termination_grace_period_seconds.unwrap_or_else(|| i64::from(GRACE));
    if seconds > 0 && seconds >= grace {
        let path = format!("{path}.lifecycle.preStop.{way}");
        tell.report.push(d::j0605_drain::in_manifest(tell.object, &path, seconds, grace));
    }
}

/// The seconds that a command sleeps, by itself or in a shell.
fn sleeps(command: &[String]) -> Option<i64> {
    let mut words = command.iter().flat_map(|word| {
        word.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&'))
            .filter(|word| !word.is_empty())
    });
    words.find(|word| *word == "sleep" || word.ends_with("/sleep"))?;
    let time = words.next()?;
    time.strip_suffix('s').unwrap_or(time).parse().ok()
}

fn mounts(tell: &mut Tell<'_>, path: &str, container: &Container, spec: &PodSpec, claims: &[&str]) {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let path = format!("{path}.volumeMounts[{index}]");
        let mut volumes = spec.volumes.iter().flatten().map(|volume| volume.name.as_str());
        if !volumes.any(|name| name == mount.name) && !claims.contains(&mount.name.as_str()) {
            tell.refused(
                &format!("{path}.name"),
                &format!("is `{}`, and the pod has no volume of that name", mount.name),
                "mend the name, or add the volume to `volumes` of the pod",
            );
        }
        if !taken.insert(&mount.mount_path) {
            let path = format!("{path}.mountPath");
            tell.report.push(d::j0613_same_mount::in_manifest(
                tell.object,
                &path,
                &mount.mount_path,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sleeps;

    #[test]
    fn a_sleep_is_found_in_a_command() {
        let sleeps = |words: &[&str]| {
            sleeps(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(sleeps(&["sleep", "15"]), Some(15));
        assert_eq!(sleeps(&["/bin/sleep", "15s"]), Some(15));
        assert_eq!(sleeps(&["sh", "-c", "nginx -s quit; sleep 20 && true"]), Some(20));
        assert_eq!(sleeps(&["nginx", "-s", "quit"]), None);
        assert_eq!(sleeps(&["sleep", "$WAIT"]), None);
    }
}
