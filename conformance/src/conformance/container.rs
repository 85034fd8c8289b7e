//! Containers as their pods would start them, and names as they are resolved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::prepare::SECRET_VALUE;
use crate::cluster::Cluster;
use crate::cluster::discovery::{array, number, text};
use crate::tools;

/// The key of the Secret that holds the address of the database.
const DATABASE_KEY: &str = "DB_URI";

/// A container as its pod would start it.
pub(crate) struct Container {
    /// Its command and arguments.
    pub(crate) words: Vec<String>,
    /// Its variables, with the values that a kubelet would give them.
    pub(crate) variables: BTreeMap<String, String>,
    /// The container as emitted.
    pub(crate) value: Value,
}

impl Container {
    /// Reads the first container of a workload and resolves its variables.
    pub(crate) fn of(cluster: &Cluster, workload: &Value) -> Result<Self> {
        let containers = workload.pointer("/spec/template/spec/containers");
        let value = containers.and_then(|all| all.get(0)).context("no container")?.clone();
        let namespace = text(workload, "/metadata/namespace");
        let variables = variables(cluster, namespace, &value)?;
        let words: Vec<String> = array(&value, "/command")
            .iter()
            .chain(array(&value, "/args"))
            .filter_map(Value::as_str)
            .map(|word| expand(word, &variables))
            .collect();
        if array(&value, "/command").is_empty() {
            bail!("{} gives its container no command", text(workload, "/metadata/name"));
        }
        Ok(Self { words, variables, value })
    }

    /// The container of a Traefik, of which only the ports are asked.
    pub(crate) fn of_traefik(deployment: &Value) -> Result<Self> {
        let value = deployment.pointer("/spec/template/spec/containers/0").cloned();
        let value = value.context("no container")?;
        Ok(Self { words: Vec::new(), variables: BTreeMap::new(), value })
    }

    /// The address that a reaper is told, with the prefix of all its paths: in
    /// one variable, in two, or as host and port.
    pub(crate) fn service_url(&self) -> Result<String> {
        let told = |name: &str| self.variables.get(name).cloned();
        if let Some(host) = told("WEB_SERVICE_FQDN") {
            let port = told("WEB_SERVICE_PORT").context("a host without a port")?;
            return Ok(format!("http://{host}:{port}"));
        }
        let url = told("JOBMON__HTTP__SERVICE_URL")
            .or_else(|| self.words.iter().find(|word| word.starts_with("http://")).cloned())
            .context("it is told no address")?;
        Ok(url + &told("JOBMON__HTTP__ROUTE_PREFIX").unwrap_or_default())
    }

    /// A port of the container, by name or number.
    pub(crate) fn port(&self, port: &Value) -> Result<u16> {
        let wanted = port.as_str();
        let number = match wanted {
            Some(name) => array(&self.value, "/ports")
                .iter()
                .find(|port| text(port, "/name") == name)
                .map(|port| number(port, "/containerPort")),
            None => port.as_i64(),
        };
        let number = number.with_context(|| format!("the container has no port {port}"))?;
        Ok(u16::try_from(number)?)
    }

    /// The command, found in the Jobmon environment, with nothing but the
    /// emitted variables.
    pub(crate) fn command(&self, folder: &Path) -> Result<Command> {
        let programs = tools::program("jobmon", "bin")?;
        let program = self.words.first().context("an empty command")?;
        let own = programs.join(program);
        let mut command = Command::new(if own.exists() { own } else { program.into() });
        command
            .args(self.words.get(1..).unwrap_or_default())
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("HOME", folder)
            .envs(&self.variables);
        Ok(command)
    }
}

/// The variables of a container, as a kubelet resolves them.
fn variables(
    cluster: &Cluster,
    namespace: &str,
    container: &Value,
) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let stored = |kind: &str, name: &str, key: &str| -> Result<Value> {
        let object =
            cluster.client.get(&format!("/api/v1/namespaces/{namespace}/{kind}/{name}"))?;
        let data = object.get("data").cloned().unwrap_or_default();
        Ok(if key.is_empty() { data } else { data.get(key).cloned().unwrap_or_default() })
    };
    for source in array(container, "/envFrom") {
        let name = text(source, "/configMapRef/name");
        if name.is_empty() {
            bail!("a Secret as a whole has no keys here: {source}");
        }
        for (key, value) in stored("configmaps", name, "")?.as_object().into_iter().flatten() {
            found.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
        }
    }
    for variable in array(container, "/env") {
        let value = match (
            variable.pointer("/valueFrom/secretKeyRef"),
            variable.pointer("/valueFrom/configMapKeyRef"),
        ) {
            (Some(secret), _) if text(secret, "/key") == DATABASE_KEY => {
                format!("sqlite:///{}", database(cluster, namespace).display())
            }
            (Some(_), _) => SECRET_VALUE.to_owned(),
            (_, Some(map)) => {
                let value = stored("configmaps", text(map, "/name"), text(map, "/key"))?;
                value.as_str().unwrap_or_default().to_owned()
            }
            _ => expand(text(variable, "/value"), &found),
        };
        found.insert(text(variable, "/name").to_owned(), value);
    }
    Ok(found)
}

/// The database of a namespace: a file.
pub(crate) fn database(cluster: &Cluster, namespace: &str) -> PathBuf {
    cluster.folder.join(format!("{namespace}.sqlite"))
}

/// Replaces `$(NAME)` by the variable of that name.
fn expand(value: &str, variables: &BTreeMap<String, String>) -> String {
    variables
        .iter()
        .fold(value.to_owned(), |text, (name, value)| text.replace(&format!("$({name})"), value))
}

/// The Service that a host name means in a namespace, aliases followed.
pub(crate) fn resolve(cluster: &Cluster, host: &str, namespace: &str) -> Result<Value> {
    let mut labels = host.split('.');
    let name = labels.next().unwrap_or_default();
    let namespace = labels.next().unwrap_or(namespace);
    let path = format!("/api/v1/namespaces/{namespace}/services/{name}");
    let service =
        cluster.client.find(&path)?.with_context(|| format!("{host}: there is no such Service"))?;
    match text(&service, "/spec/externalName") {
        "" => Ok(service),
        target => resolve(cluster, target, namespace),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::expand;

    #[test]
    fn variables_expand_like_a_kubelet_does() {
        let variables = BTreeMap::from([("A".to_owned(), "x".to_owned())]);
        assert_eq!(expand("$(A)/$(B)/$A", &variables), "x/$(B)/$A");
    }
}
