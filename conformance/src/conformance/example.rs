//! One Kubernetes version: every example, one after another, on a cluster
//! that is as empty as it was in the beginning.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::prepare::Outside;
use super::refusals;
use super::remove::{self, Snapshot};
use super::stream::Document;
use super::traefik::{self, Traefik};
use super::{Example, Options, Step, apply, jobmon, kubectl, pods};
use crate::cluster::Cluster;
use crate::cluster::discovery::Discovery;
use crate::report::{self, Report};
use crate::{paths, traffic};

/// The example that is also applied with kubectl, as the README does.
const WITH_KUBECTL: &str = "research";
/// The example whose definitions stand for those that others installed.
const WITH_DEFINITIONS: &str = "minimal";

/// A running cluster and what it holds when it is empty.
pub(crate) struct Empty {
    /// The cluster.
    pub(crate) cluster: Cluster,
    /// Everything in it before the first object.
    pub(crate) snapshot: Snapshot,
}

/// The part of the suite on one Kubernetes version.
pub(crate) struct Part<'a> {
    /// The minor version, `1.34`.
    pub(crate) version: &'static str,
    /// The program `jtc`.
    pub(crate) compiler: &'a Path,
    /// Where files and logs go.
    pub(crate) folder: PathBuf,
    /// What happened.
    pub(crate) report: &'a mut Report,
    /// The cluster, as long as it is empty between two examples.
    pub(crate) cluster: Option<Empty>,
}

impl Part<'_> {
    /// Runs everything that is asked for on this version.
    pub(crate) fn run(&mut self, options: &Options, examples: &[Example]) {
        let asked = |example: &&Example| {
            options.example.as_deref().is_none_or(|asked| asked == example.name)
        };
        if options.wants(Step::Examples) {
            for example in examples.iter().filter(asked) {
                self.group(&example.name, |part, empty| part.example(empty, example));
            }
        }
        if options.wants(Step::Kubectl) {
            let wanted = options.example.as_deref().unwrap_or(WITH_KUBECTL);
            match examples.iter().find(|example| example.name == wanted) {
                Some(example) => {
                    self.group("kubectl", |part, empty| kubectl::run(part, empty, example));
                }
                None => self.report.fail("kubectl", &format!("no example `{wanted}` compiles")),
            }
        }
        if options.wants(Step::Refusals) {
            self.group("refusals", |part, empty| refusals::run(part, empty));
        }
        if options.wants(Step::Traffic) {
            let own = paths::conformance().join("topologies");
            for (name, folder) in [("two-versions", paths::examples()), ("narrow-routes", own)] {
                let topology = folder.join(format!("{name}.kdl"));
                let title = format!("traffic through {name}");
                self.group(&title, |part, empty| traffic::run(part, empty, &title, &topology));
            }
        }
        if options.wants(Step::Jobmon) {
            let topology = paths::conformance().join("topologies").join("jobmon-3.2.2.kdl");
            self.group("jobmon 3.2.2", |part, empty| jobmon::run(part, empty, &topology));
        }
    }

    /// Runs a group of checks on an empty cluster. A cluster that isn't empty
    /// afterwards is thrown away.
    fn group(&mut self, name: &str, body: impl FnOnce(&mut Self, &Empty) -> Result<bool>) {
        let start = Instant::now();
        report::line(format_args!("{name} on Kubernetes {}", self.version));
        let empty = match self.cluster.take().map_or_else(|| self.start(), Ok) {
            Ok(empty) => empty,
            Err(error) => {
                return self.report.fail("start of the control plane", &format!("{error:#}"));
            }
        };
        let mut empty = empty;
        let clean = match body(self, &empty) {
            Ok(clean) => clean,
            Err(error) => {
                self.report.fail(name, &format!("{error:#}"));
                false
            }
        };
        match empty.cluster.alive() {
            Err(error) => self.report.fail("the control plane stays up", &format!("{error:#}")),
            Ok(()) if clean => self.cluster = Some(empty),
            Ok(()) => {}
        }
        report::line(format_args!("        {} together", report::seconds(start.elapsed())));
    }

    fn start(&mut self) -> Result<Empty> {
        let start = Instant::now();
        // Nothing of an earlier cluster of this version may be read again.
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)?;
        }
        let cluster = Cluster::start(self.version, &self.folder)?;
        let snapshot = remove::settled_snapshot(&cluster)?;
        report::line(format_args!(
            "        {} control plane {} with {} objects of its own",
            report::seconds(start.elapsed()),
            self.version,
            snapshot.len()
        ));
        Ok(Empty { cluster, snapshot })
    }

    /// The name of a check, for the list at the end.
    pub(crate) fn title(&self, name: &str, check: &str) -> String {
        format!("{name} on {}: {check}", self.version)
    }

    fn example(&mut self, empty: &Empty, example: &Example) -> Result<bool> {
        let documents = &example.documents;
        let name = &example.name;
        let mut setup = self.set_up(empty, documents)?;
        self.apply(empty, name, documents, &mut setup);
        let title = self.title(name, "every pod is admitted");
        self.report.check(&title, || {
            let note = pods::check(&empty.cluster, &setup.discovery, documents)?;
            Ok(((), note))
        });
        let title = self.title(name, "a second apply changes nothing");
        self.report.check(&title, || {
            apply::apply_again(&empty.cluster, &setup.discovery, documents)?;
            Ok(((), String::new()))
        });
        for deployment in traefik::deployments(documents) {
            let namespace = deployment.namespace().unwrap_or_default();
            let title = self.title(name, &format!("Traefik of {namespace} enables its routers"));
            self.report.check(&title, || {
                let mut traefik = Traefik::start(&empty.cluster, namespace)?;
                let count = traefik.check_routers(documents)?;
                Ok(((), format!("{count} routers")))
            });
        }
        Ok(self.remove(empty, name, documents, setup))
    }

    /// Creates what has to be there before the objects.
    pub(crate) fn set_up(&self, empty: &Empty, documents: &[Document]) -> Result<Setup> {
        let mut outside = Outside::of(documents);
        outside.create_global(&empty.cluster, documents).context("can't prepare the cluster")?;
        let mut discovery = Discovery::read(&empty.cluster.client)?;
        let mut definitions = Vec::new();
        let defines = |document: &Document| document.kind() == "CustomResourceDefinition";
        let uses_traefik =
            documents.iter().any(|document| document.api_version().starts_with("traefik.io/"));
        if uses_traefik && !documents.iter().any(defines) {
            // `traefik-crds "external"`: somebody else has installed them.
            let topology = paths::examples().join(format!("{WITH_DEFINITIONS}.kdl"));
            definitions = super::compile(self.compiler, &topology)?;
            definitions.retain(defines);
            apply::apply_in_order(&empty.cluster, &mut discovery, &definitions, &outside)?;
        }
        Ok(Setup { outside, discovery, definitions })
    }

    /// The check that everything is accepted in the emitted order.
    pub(crate) fn apply(
        &mut self,
        empty: &Empty,
        name: &str,
        documents: &[Document],
        setup: &mut Setup,
    ) -> bool {
        let title = self.title(name, "applies in order and becomes ready");
        let Setup { outside, discovery, .. } = setup;
        let done = self.report.check(&title, || {
            apply::apply_in_order(&empty.cluster, discovery, documents, outside)?;
            let waves = documents.last().map_or(0, |document| document.wave);
            Ok(((), format!("{} objects, last wave {waves}", documents.len())))
        });
        done.is_some()
    }

    /// The check that deleting leaves nothing; true when the cluster can be
    /// used again.
    pub(crate) fn remove(
        &mut self,
        empty: &Empty,
        name: &str,
        documents: &[Document],
        mut setup: Setup,
    ) -> bool {
        let title = self.title(name, "deleting in reverse order leaves nothing behind");
        let all: Vec<Document> = setup.definitions.iter().chain(documents).cloned().collect();
        let done = self.report.check(&title, || {
            let Setup { outside, discovery, .. } = &mut setup;
            let note = remove::remove(&empty.cluster, discovery, &all, outside, &empty.snapshot)?;
            Ok(((), note))
        });
        done.is_some()
    }
}

/// What a group of checks works with.
pub(crate) struct Setup {
    /// What exists beside the objects.
    pub(crate) outside: Outside,
    /// The kinds that the server knows.
    pub(crate) discovery: Discovery,
    /// Definitions that the topology leaves to others.
    pub(crate) definitions: Vec<Document>,
}
