//! What a topology declares as existing outside of it: Secrets, storage and
//! priority classes, labels of nodes, volumes for claims.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::references::{self, Part, Reference};
use super::stream::Document;
use crate::cluster::Cluster;
use crate::cluster::discovery::{array, text};
use crate::process;

/// The value of every key of a Secret that the suite makes.
pub(crate) const SECRET_VALUE: &str = "conformance";
/// `user` with the password `test`, as `htpasswd` writes it.
const USERS: &str = "user:$apr1$abcdefgh$Fz0uu1CEpQPGgXB6jyuoc.";
/// The label of every object that the suite makes.
const OWN: &str = "jtc-conformance";

/// What has to exist beside the emitted objects.
pub(crate) struct Outside {
    /// By namespace, the Secrets that are referred to and not emitted.
    secrets: BTreeMap<String, BTreeMap<String, BTreeSet<Part>>>,
    /// Paths of what was created in no namespace.
    created: Vec<String>,
}

impl Outside {
    /// Finds what the objects refer to and don't bring along.
    pub(crate) fn of(documents: &[Document]) -> Self {
        let mut secrets: BTreeMap<String, BTreeMap<String, BTreeSet<Part>>> = BTreeMap::new();
        for reference in documents.iter().flat_map(references::of) {
            if let ("Secret", Some(namespace)) = (reference.kind.as_str(), &reference.namespace)
                && !is_emitted(documents, &reference)
            {
                let parts = secrets.entry(namespace.clone()).or_default();
                parts.entry(reference.name).or_default().insert(reference.part);
            }
        }
        Self { secrets, created: Vec::new() }
    }

    /// Creates what belongs to no namespace.
    pub(crate) fn create_global(
        &mut self,
        cluster: &Cluster,
        documents: &[Document],
    ) -> Result<()> {
        let mut wanted = BTreeSet::new();
        for reference in documents.iter().flat_map(references::of) {
            let system = reference.name.starts_with("system-");
            if !system && !is_emitted(documents, &reference) {
                wanted.insert((reference.kind, reference.name));
            }
        }
        for (kind, name) in wanted {
            match kind.as_str() {
                "StorageClass" => self.create(
                    cluster,
                    "/apis/storage.k8s.io/v1/storageclasses",
                    &name,
                    &storage_class(&name, false),
                )?,
                "PriorityClass" => self.create(
                    cluster,
                    "/apis/scheduling.k8s.io/v1/priorityclasses",
                    &name,
                    &json!({
                        "apiVersion": "scheduling.k8s.io/v1",
                        "kind": "PriorityClass",
                        "metadata": { "name": name },
                        "value": 1000,
                    }),
                )?,
                _ => {}
            }
        }
        // A claim that names no class gets the cluster's default one.
        let path = "/apis/storage.k8s.io/v1/storageclasses";
        self.create(cluster, path, OWN, &storage_class(OWN, true))?;

        let mut labels = Map::new();
        for spec in documents.iter().filter_map(|document| references::pod_spec(&document.value)) {
            if let Some(selector) = spec.pointer("/nodeSelector").and_then(Value::as_object) {
                let other = |key: &String| !key.starts_with("kubernetes.io/");
                labels.extend(
                    selector
                        .iter()
                        .filter(|(key, _)| other(key))
                        .map(|(k, v)| (k.clone(), v.clone())),
                );
            }
        }
        cluster.label_nodes(&Value::Object(labels))
    }

    fn create(&mut self, cluster: &Cluster, path: &str, name: &str, body: &Value) -> Result<()> {
        cluster.client.create(path, body)?;
        self.created.push(format!("{path}/{name}"));
        Ok(())
    }

    /// Creates the Secrets that a namespace has to hold.
    pub(crate) fn create_secrets(&self, cluster: &Cluster, namespace: &str) -> Result<()> {
        for (name, parts) in self.secrets.get(namespace).into_iter().flatten() {
            let mut secret = json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": { "name": name, "namespace": namespace },
                "type": "Opaque",
            });
            let mut data = Map::new();
            for part in parts {
                match part {
                    Part::Key(key) => {
                        data.insert(key.clone(), SECRET_VALUE.into());
                    }
                    Part::Users => {
                        data.insert("users".to_owned(), USERS.into());
                    }
                    Part::Certificate => {
                        secret["type"] = "kubernetes.io/tls".into();
                        data.append(&mut certificate(cluster)?);
                    }
                    Part::Registry => {
                        secret["type"] = "kubernetes.io/dockerconfigjson".into();
                        data.insert(".dockerconfigjson".to_owned(), r#"{"auths":{}}"#.into());
                    }
                    Part::Whole | Part::Port(_) => {}
                }
            }
            secret["stringData"] = Value::Object(data);
            cluster.client.create(&format!("/api/v1/namespaces/{namespace}/secrets"), &secret)?;
        }
        Ok(())
    }

    /// Removes what was created in no namespace.
    pub(crate) fn remove(&mut self, cluster: &Cluster) -> Result<()> {
        for volume in cluster.client.list("/api/v1/persistentvolumes")? {
            if text(&volume, "/metadata/labels/made-by") == OWN {
                let name = text(&volume, "/metadata/name");
                cluster.client.delete(&format!("/api/v1/persistentvolumes/{name}"))?;
            }
        }
        self.created.drain(..).try_for_each(|path| cluster.client.delete(&path))
    }
}

fn is_emitted(documents: &[Document], reference: &Reference) -> bool {
    documents.iter().any(|document| {
        document.is(&reference.kind, reference.namespace.as_deref(), &reference.name)
    })
}

fn storage_class(name: &str, default: bool) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": name,
            "annotations": { "storageclass.kubernetes.io/is-default-class": default.to_string() },
        },
        "provisioner": "kubernetes.io/no-provisioner",
        "allowVolumeExpansion": true,
    })
}

/// A certificate that is good for nothing but being one.
fn certificate(cluster: &Cluster) -> Result<Map<String, Value>> {
    let (key, chain) = (cluster.folder.join("tls.key"), cluster.folder.join("tls.crt"));
    process::output(
        Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=conformance", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&chain),
    )?;
    let mut data = Map::new();
    data.insert("tls.key".to_owned(), std::fs::read_to_string(key)?.into());
    data.insert("tls.crt".to_owned(), std::fs::read_to_string(chain)?.into());
    Ok(data)
}

/// Makes a volume for each claim that waits for one: same class, size and
/// modes, bound to it beforehand.
pub(crate) fn make_volumes(cluster: &Cluster) -> Result<()> {
    for claim in cluster.client.list("/api/v1/persistentvolumeclaims")? {
        let namespace = text(&claim, "/metadata/namespace");
        let name = text(&claim, "/metadata/name");
        let volume = format!("{namespace}-{name}");
        let path = format!("/api/v1/persistentvolumes/{volume}");
        if text(&claim, "/status/phase") == "Bound" || cluster.client.find(&path)?.is_some() {
            continue;
        }
        let mode =
            claim.pointer("/spec/volumeMode").cloned().unwrap_or_else(|| "Filesystem".into());
        let body = json!({
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": { "name": volume, "labels": { "made-by": OWN } },
            "spec": {
                "accessModes": array(&claim, "/spec/accessModes"),
                "capacity": { "storage": text(&claim, "/spec/resources/requests/storage") },
                "storageClassName": text(&claim, "/spec/storageClassName"),
                "volumeMode": mode,
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": { "path": format!("/var/lib/volumes/{volume}") },
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "namespace": namespace,
                    "name": name,
                },
            },
        });
        cluster.client.create("/api/v1/persistentvolumes", &body)?;
    }
    Ok(())
}
