//! The controls of the level `baseline`, which hold for `restricted` too.

use k8s_openapi::api::core::v1::{
    AppArmorProfile, SELinuxOptions, SeccompProfile, WindowsSecurityContextOptions,
};

use super::containers::{self, Seen};
use super::{Faults, PodSecurity, Version};

/// Capabilities that a container may add (`check_capabilities_baseline.go`).
pub const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Types of `SELinux` (`check_seLinuxOptions.go`).
const SELINUX: [&str; 5] =
    ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Settings of the kernel that hold for the pod alone (`check_sysctls.go`).
const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

/// Those that Kubernetes 1.37 has added.
const SYSCTLS_1_37: [&str; 2] =
    ["net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"];

/// Annotations that said what `appArmorProfile` says today.
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

const OPEN: PodSecurity = PodSecurity::Privileged;

pub(super) fn check(faults: &mut Faults<'_>) {
    let spec = faults.pod.spec;
    for (name, on) in
        [("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc)]
    {
        if on == Some(true) {
            faults.says(faults.path(name), &true, OPEN);
        }
    }
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        if let Some(host) = &volume.host_path {
            faults.says(faults.path(&format!("volumes[{index}].hostPath.path")), &host.path, OPEN);
        }
    }
    if let Some(pod) = &spec.security_context {
        let path = faults.path("securityContext");
        app_armor(faults, &path, pod.app_armor_profile.as_ref());
        selinux(faults, &path, pod.se_linux_options.as_ref());
        seccomp(faults, &path, pod.seccomp_profile.as_ref());
        windows(faults, &path, pod.windows_options.as_ref());
        for (index, sysctl) in pod.sysctls.iter().flatten().enumerate() {
            let name = sysctl.name.as_str();
            let new = faults.pod.kubernetes >= Version::new(1, 37, 0);
            let allowed = SYSCTLS.contains(&name) || new && SYSCTLS_1_37.contains(&name);
            if !allowed {
                faults.says(format!("{path}.sysctls[{index}].name"), &name, OPEN);
            }
        }
    }
    annotations(faults);
    for container in containers::of(spec) {
        self::container(faults, &container);
    }
}

fn annotations(faults: &mut Faults<'_>) {
    let meta = faults.pod.meta;
    let above = faults.pod.path.strip_suffix("spec").unwrap_or_default();
    for (key, value) in meta.iter().filter_map(|meta| meta.annotations.as_ref()).flatten() {
        let allowed =
            value.is_empty() || value == "runtime/default" || value.starts_with("localhost/");
        if key.starts_with(APP_ARMOR) && !allowed {
            faults.says(format!("{above}metadata.annotations.{key}"), value, OPEN);
        }
    }
}

fn container(faults: &mut Faults<'_>, container: &Seen<'_>) {
    let at = faults.path(&container.path);
    for (index, port) in container.ports.iter().enumerate() {
        if let Some(number) = port.host_port.filter(|number| *number != 0) {
            faults.says(format!("{at}.ports[{index}].hostPort"), &number, OPEN);
        }
    }
    hosts(faults, &at, container);
    let Some(security) = container.security else { return };
    let path = format!("{at}.securityContext");
    if security.privileged == Some(true) {
        faults.says(format!("{path}.privileged"), &true, OPEN);
    }
    app_armor(faults, &path, security.app_armor_profile.as_ref());
    selinux(faults, &path, security.se_linux_options.as_ref());
    seccomp(faults, &path, security.seccomp_profile.as_ref());
    windows(faults, &path, security.windows_options.as_ref());
    if let Some(mount) = security.proc_mount.as_ref().filter(|mount| *mount != "Default") {
        let needs = if faults.own_users() { PodSecurity::Baseline } else { OPEN };
        faults.says(format!("{path}.procMount"), mount, needs);
    }
    let add = security.capabilities.as_ref().and_then(|capabilities| capabilities.add.as_ref());
    for capability in add.into_iter().flatten() {
        let needs = match capability.as_str() {
            "NET_BIND_SERVICE" => PodSecurity::Restricted,
            name if CAPABILITIES.contains(&name) => PodSecurity::Baseline,
            _ => OPEN,
        };
        faults.says(format!("{path}.capabilities.add"), capability, needs);
    }
}

fn app_armor(faults: &mut Faults<'_>, path: &str, profile: Option<&AppArmorProfile>) {
    if let Some(profile) = profile
        && !matches!(profile.type_.as_str(), "RuntimeDefault" | "Localhost")
    {
        faults.says(format!("{path}.appArmorProfile.type"), &profile.type_, OPEN);
    }
}

fn seccomp(faults: &mut Faults<'_>, path: &str, profile: Option<&SeccompProfile>) {
    if let Some(profile) = profile
        && !matches!(profile.type_.as_str(), "RuntimeDefault" | "Localhost")
    {
        faults.says(format!("{path}.seccompProfile.type"), &profile.type_, OPEN);
    }
}

fn selinux(faults: &mut Faults<'_>, path: &str, options: Option<&SELinuxOptions>) {
    let Some(options) = options else { return };
    if let Some(kind) = options.type_.as_ref().filter(|kind| !SELINUX.contains(&kind.as_str())) {
        faults.says(format!("{path}.seLinuxOptions.type"), kind, OPEN);
    }
    for (name, value) in [("user", &options.user), ("role", &options.role)] {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            faults.says(format!("{path}.seLinuxOptions.{name}"), value, OPEN);
        }
    }
}

fn windows(faults: &mut Faults<'_>, path: &str, options: Option<&WindowsSecurityContextOptions>) {
    if options.is_some_and(|options| options.host_process == Some(true)) {
        faults.says(format!("{path}.windowsOptions.hostProcess"), &true, OPEN);
    }
}

/// Hosts that probes and hooks would have the node ask
/// (`check_hostProbesAndhostLifecycle.go`, from 1.34).
fn hosts(faults: &mut Faults<'_>, at: &str, container: &Seen<'_>) {
    let mut ask = |path: String, http: Option<&String>, tcp: Option<&String>| {
        for (way, host) in [("httpGet", http), ("tcpSocket", tcp)] {
            if let Some(host) = host.filter(|host| !host.is_empty()) {
                faults.says(format!("{at}.{path}.{way}.host"), host, OPEN);
            }
        }
    };
    for (name, probe) in container.probes {
        let Some(probe) = probe else { continue };
        let http = probe.http_get.as_ref().and_then(|http| http.host.as_ref());
        let tcp = probe.tcp_socket.as_ref().and_then(|tcp| tcp.host.as_ref());
        ask(name.to_owned(), http, tcp);
    }
    let Some(lifecycle) = container.lifecycle else { return };
    for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        let Some(hook) = hook else { continue };
        let http = hook.http_get.as_ref().and_then(|http| http.host.as_ref());
        let tcp = hook.tcp_socket.as_ref().and_then(|tcp| tcp.host.as_ref());
        ask(format!("lifecycle.{name}"), http, tcp);
    }
}
