//! Each control, by a pod that breaks it alone.

use k8s_openapi::api::core::v1::{Pod as KubePod, PodSpec};
use serde_json::{Value, json};

use super::{Pod, PodSecurity, Wrong, faults};
use crate::text::Version;

const NEWEST: Version = Version::new(1, 37, 0);

/// A pod that every level takes.
fn sound() -> Value {
    json!({"metadata": {}, "spec": {
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{
            "name": "c",
            "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}
            }
        }]
    }})
}

/// What is found in the pod with a field changed, and the level that takes it.
fn found(level: PodSecurity, version: Version, pointer: &str, value: Value) -> Vec<String> {
    let mut pod = sound();
    let (above, name) = pointer.rsplit_once('/').expect("a path");
    let mut place = &mut pod;
    for part in above.split('/').skip(1) {
        place = match part.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[part],
        };
        if place.is_null() {
            *place = json!({});
        }
    }
    if value.is_null() {
        place.as_object_mut().expect("an object").remove(name);
    } else {
        place[name] = value;
    }
    let pod: KubePod = serde_json::from_value(pod).expect("a pod");
    let spec: PodSpec = pod.spec.expect("a spec");
    let pod = Pod { meta: Some(&pod.metadata), spec: &spec, path: "spec", kubernetes: version };
    faults(pod, level)
        .into_iter()
        .map(|fault| {
            let wrong = match fault.wrong {
                Wrong::Lacks(what) => format!("lacks {what}"),
                Wrong::Says(value) => format!("says {value}"),
            };
            format!("{} {wrong} ({})", fault.at, fault.needs.as_str())
        })
        .collect()
}

#[test]
fn a_sound_pod_passes_every_level() {
    for level in [PodSecurity::Privileged, PodSecurity::Baseline, PodSecurity::Restricted] {
        assert!(found(level, NEWEST, "/spec/nodeName", json!("n")).is_empty());
    }
}

#[test]
fn baseline_has_its_controls() {
    let container = "/spec/containers/0";
    let cases = [
        ("/spec/hostNetwork".to_owned(), json!(true)),
        ("/spec/hostPID".to_owned(), json!(true)),
        ("/spec/hostIPC".to_owned(), json!(true)),
        ("/spec/volumes".to_owned(), json!([{"name": "v", "hostPath": {"path": "/"}}])),
        (
            "/spec/securityContext/sysctls".to_owned(),
            json!([{"name": "kernel.msgmax", "value": "1"}]),
        ),
        ("/spec/securityContext/appArmorProfile".to_owned(), json!({"type": "Unconfined"})),
        ("/spec/securityContext/seccompProfile".to_owned(), json!({"type": "Unconfined"})),
        ("/spec/securityContext/seLinuxOptions".to_owned(), json!({"type": "spc_t"})),
        ("/spec/securityContext/seLinuxOptions".to_owned(), json!({"user": "system_u"})),
        ("/spec/securityContext/seLinuxOptions".to_owned(), json!({"role": "object_r"})),
        ("/spec/securityContext/windowsOptions".to_owned(), json!({"hostProcess": true})),
        (
            "/metadata/annotations".to_owned(),
            json!({"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}),
        ),
        (format!("{container}/ports"), json!([{"containerPort": 80, "hostPort": 80}])),
        (format!("{container}/securityContext/privileged"), json!(true)),
        (format!("{container}/securityContext/procMount"), json!("Unmasked")),
        (format!("{container}/securityContext/seccompProfile"), json!({"type": "Unconfined"})),
        (format!("{container}/securityContext/appArmorProfile"), json!({"type": "Unconfined"})),
        (format!("{container}/securityContext/seLinuxOptions"), json!({"type": "spc_t"})),
        (format!("{container}/securityContext/windowsOptions"), json!({"hostProcess": true})),
        (
            format!("{container}/securityContext/capabilities"),
            json!({"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
        ),
        (
            format!("{container}/livenessProbe"),
            json!({"httpGet": {"port": 80, "host": "169.254.169.254"}}),
        ),
        (format!("{container}/startupProbe"), json!({"tcpSocket": {"port": 80, "host": "h"}})),
        (
            format!("{container}/lifecycle"),
            json!({"preStop": {"httpGet": {"port": 80, "host": "h"}}}),
        ),
    ];
    for (pointer, value) in cases {
        for level in [PodSecurity::Baseline, PodSecurity::Restricted] {
            let found = found(level, NEWEST, &pointer, value.clone());
            assert_eq!(found.len(), 1, "{pointer} {value}: {found:?}");
            assert!(found.iter().all(|fault| fault.ends_with("(privileged)")), "{found:?}");
        }
        assert!(found(PodSecurity::Privileged, NEWEST, &pointer, value).is_empty());
    }
}

#[test]
fn restricted_has_more() {
    let security = "/spec/containers/0/securityContext";
    let cases = [
        ("/spec/securityContext/runAsNonRoot".to_owned(), Value::Null),
        ("/spec/securityContext/runAsNonRoot".to_owned(), json!(false)),
        ("/spec/securityContext/seccompProfile".to_owned(), Value::Null),
        ("/spec/securityContext/runAsUser".to_owned(), json!(0)),
        ("/spec/volumes".to_owned(), json!([{"name": "v", "nfs": {"server": "s", "path": "/"}}])),
        (format!("{security}/allowPrivilegeEscalation"), Value::Null),
        (format!("{security}/allowPrivilegeEscalation"), json!(true)),
        (format!("{security}/capabilities"), Value::Null),
        (format!("{security}/capabilities"), json!({"drop": ["NET_RAW"]})),
        (format!("{security}/capabilities"), json!({"drop": ["ALL"], "add": ["CHOWN"]})),
        (format!("{security}/runAsNonRoot"), json!(false)),
        (format!("{security}/runAsUser"), json!(0)),
    ];
    for (pointer, value) in cases {
        let found = |level| found(level, NEWEST, &pointer, value.clone());
        let restricted = found(PodSecurity::Restricted);
        assert_eq!(restricted.len(), 1, "{pointer} {value}: {restricted:?}");
        assert!(restricted.iter().all(|fault| fault.ends_with("(baseline)")), "{restricted:?}");
        assert!(found(PodSecurity::Baseline).is_empty(), "{pointer} {value}");
    }
    let bind = json!({"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]});
    let pointer = format!("{security}/capabilities");
    assert!(found(PodSecurity::Restricted, NEWEST, &pointer, bind).is_empty());
}

#[test]
fn containers_of_every_kind_count() {
    let other = json!([{"name": "d", "securityContext": {"privileged": true}}]);
    for list in ["initContainers", "ephemeralContainers"] {
        let found = found(PodSecurity::Baseline, NEWEST, &format!("/spec/{list}"), other.clone());
        assert_eq!(
            found,
            [format!("spec.{list}[0].securityContext.privileged says true (privileged)")]
        );
    }
}

#[test]
fn what_has_changed_goes_by_the_version() {
    let lowat = json!([{"name": "net.ipv4.tcp_notsent_lowat", "value": "1"}]);
    let old = Version::new(1, 36, 0);
    let sysctls = "/spec/securityContext/sysctls";
    assert_eq!(found(PodSecurity::Baseline, old, sysctls, lowat.clone()).len(), 1);
    assert!(found(PodSecurity::Baseline, NEWEST, sysctls, lowat).is_empty());
    let mut pod: PodSpec =
        serde_json::from_value(sound()["spec"].clone()).expect("the spec of a pod");
    pod.host_users = Some(false);
    pod.security_context = None;
    for (version, root) in [(Version::new(1, 34, 0), true), (Version::new(1, 35, 0), false)] {
        let pod = Pod { meta: None, spec: &pod, path: "spec", kubernetes: version };
        let found = faults(pod, PodSecurity::Restricted);
        let lacks = |what| found.iter().any(|fault| fault.wrong == Wrong::Lacks(what));
        assert_eq!(lacks("runAsNonRoot: true"), root, "{version}: {found:?}");
    }
}
