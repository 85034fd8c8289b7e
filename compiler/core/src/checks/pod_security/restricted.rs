//! The controls that the level `restricted` has besides those of `baseline`.

use k8s_openapi::api::core::v1::Volume;

use super::containers::{self, Seen};
use super::{Faults, PodSecurity};

/// What a person writes; the runtime's own profile fits every program.
const SECCOMP: &str = "seccompProfile: {type: RuntimeDefault}";
const NOT_ROOT: &str = "runAsNonRoot: true";
const DROP_ALL: &str = "capabilities: {drop: [ALL]}";
const NO_MORE: &str = "allowPrivilegeEscalation: false";

pub(super) fn check(faults: &mut Faults<'_>) {
    let spec = faults.pod.spec;
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        if let Some(kind) = refused(volume) {
            let at = faults.path(&format!("volumes[{index}]"));
            faults.says(at, &kind, PodSecurity::Baseline);
        }
    }
    let containers = containers::of(spec);
    // Containers take from the pod what they don't say themselves.
    let path = faults.path("securityContext");
    let pod = spec.security_context.as_ref();
    let says_root = pod.and_then(|pod| pod.run_as_non_root);
    let root = containers.iter().any(|container| says_not_root(container).is_none());
    if !faults.own_users() && (says_root == Some(false) || says_root.is_none() && root) {
        faults.lacks(path.clone(), NOT_ROOT);
    }
    user(faults, &path, pod.and_then(|pod| pod.run_as_user));
    let windows = spec.os.as_ref().is_some_and(|os| os.name == "windows");
    let filtered = pod.is_some_and(|pod| pod.seccomp_profile.is_some());
    let says_filter = |container: &Seen<'_>| {
        container.security.is_some_and(|security| security.seccomp_profile.is_some())
    };
    if !windows && !filtered && !containers.iter().all(says_filter) {
        faults.lacks(path, SECCOMP);
    }
    for container in &containers {
        self::container(faults, container, windows);
    }
}

fn says_not_root(container: &Seen<'_>) -> Option<bool> {
    container.security.and_then(|security| security.run_as_non_root)
}

fn container(faults: &mut Faults<'_>, container: &Seen<'_>, windows: bool) {
    let path = faults.path(&format!("{}.securityContext", container.path));
    let security = container.security;
    if !windows {
        let escalates = security.and_then(|security| security.allow_privilege_escalation);
        if escalates != Some(false) {
            faults.lacks(path.clone(), NO_MORE);
        }
        let capabilities = security.and_then(|security| security.capabilities.as_ref());
        let dropped = capabilities.and_then(|capabilities| capabilities.drop.as_ref());
        if !dropped.into_iter().flatten().any(|name| name == "ALL") {
            faults.lacks(path.clone(), DROP_ALL);
        }
    }
    if says_not_root(container) == Some(false) && !faults.own_users() {
        faults.lacks(path.clone(), NOT_ROOT);
    }
    user(faults, &path, security.and_then(|security| security.run_as_user));
}

fn user(faults: &mut Faults<'_>, path: &str, user: Option<i64>) {
    if user == Some(0) && !faults.own_users() {
        faults.says(format!("{path}.runAsUser"), &0, PodSecurity::Baseline);
    }
}

/// The kind of a volume that is none of those allowed
/// (`check_restrictedVolumes.go`); what mounts the node's own is found for
/// `baseline`.
fn refused(volume: &Volume) -> Option<&'static str> {
    let kinds = [
        ("awsElasticBlockStore", volume.aws_elastic_block_store.is_some()),
        ("azureDisk", volume.azure_disk.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("fc", volume.fc.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("flocker", volume.flocker.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("photonPersistentDisk", volume.photon_persistent_disk.is_some()),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("rbd", volume.rbd.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("storageos", volume.storageos.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
    ];
    kinds.into_iter().find(|(_, is)| *is).map(|(kind, _)| kind)
}
