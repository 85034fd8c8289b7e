//! Paths as a person asks for them: hop by hop, or all in one table.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::demand::Demand;
use super::ground::Ground;
use super::trail::{Broken, Hop, Involved, Step, Trail};
use super::{Evidence, routed, walk};
use crate::components::manifests;
use crate::components::program::Peer;
use crate::sources::Sources;

/// A path that was gone.
#[derive(Clone, Debug)]
pub struct Path<'e> {
    /// Who reaches whom, and why.
    pub demand: Cow<'e, Demand>,
    /// The hops, as far as it leads.
    pub hops: Vec<Hop>,
    /// Where it ends, if it doesn't lead to its target.
    pub broken: Option<Broken>,
}

/// One end of a path, as a person names it: `namespace/component`, a
/// namespace, or the name of something outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern<'t> {
    namespace: &'t str,
    component: Option<&'t str>,
}

impl<'t> Pattern<'t> {
    /// Reads a pattern.
    pub fn new(text: &'t str) -> Self {
        match text.split_once('/') {
            Some((namespace, component)) => Self { namespace, component: Some(component) },
            None => Self { namespace: text, component: None },
        }
    }

    fn is(&self, (namespace, component): (&str, &str)) -> bool {
        match self.component {
            Some(wanted) => namespace == self.namespace && component == wanted,
            None => {
                namespace == self.namespace || (namespace.is_empty() && component == self.namespace)
            }
        }
    }
}

impl Demand {
    /// Who talks: namespace and component.
    pub fn from(&self) -> (&str, &str) {
        (&self.namespace, &self.component)
    }

    /// Whom it reaches: namespace and component, as the topology calls it; no
    /// namespace outside of the cluster.
    pub fn to<'e>(&'e self, evidence: &'e Evidence) -> (&'e str, &'e str) {
        match &*self.to {
            Peer::Program { app, .. } => (&self.namespace, evidence.called(&self.namespace, app)),
            Peer::Traefik { namespace, asks, .. } => {
                (namespace, evidence.called(namespace, &asks.app))
            }
            Peer::External { name, .. } => ("", name),
            Peer::ApiServer => ("", "kubernetes-api"),
        }
    }
}

impl Evidence {
    /// What the topology calls the pods with this `app` label.
    pub(super) fn component<'e>(&'e self, namespace: &str, app: &'e str) -> &'e str {
        let pods = self.network.space(namespace).into_iter().flat_map(|space| &space.pods);
        pods.filter(|pods| pods.labels.get("app").is_some_and(|label| label == app))
            .filter(|pods| !pods.mistaken)
            .map(|pods| &*pods.component)
            .next()
            .unwrap_or(app)
    }

    /// The same for a person, who knows those of manifests by their label.
    fn called<'e>(&'e self, namespace: &str, app: &'e str) -> &'e str {
        Some(self.component(namespace, app))
            .filter(|component| *component != manifests::COMPONENT)
            .unwrap_or(app)
    }

    /// Goes the paths between two ends; all where an end isn't given. What a
    /// manifest decides is said of the whole object.
    pub(crate) fn trace(
        &self,
        from: Option<&Pattern<'_>>,
        to: Option<&Pattern<'_>>,
    ) -> Vec<Path<'_>> {
        let ground = Ground::new(&self.network, &[]);
        let astray: BTreeMap<&str, &str> =
            self.astray().map(|(external, namespace, _)| (&*external.name, namespace)).collect();
        let by_hand = routed::clients(&ground).into_iter().map(Cow::Owned);
        self.demands()
            .map(Cow::Borrowed)
            .chain(by_hand)
            .filter(|demand| from.is_none_or(|from| from.is(demand.from())))
            .filter(|demand| to.is_none_or(|to| to.is(demand.to(self))))
            .map(|demand| {
                let mut trail = Trail::kept();
                let broken = walk::walk(&ground, &demand, &mut trail).err().map(|broken| *broken);
                let broken = broken.or_else(|| {
                    let Peer::External { name, .. } = &*demand.to else { return None };
                    let namespace = astray.get(name.as_str())?;
                    let clause = format!("`{name}` is of the namespace `{namespace}`");
                    let help = format!("reach it by the Traefik of `{namespace}`, with `connect`");
                    Some(Broken::new(Step::Outside, clause, help).place(demand.span, "asked here"))
                });
                Path { demand, hops: trail.into_hops(), broken }
            })
            .collect()
    }

    /// All ends that a person may name, as `namespace/component`.
    pub fn ends(&self) -> Vec<String> {
        let name = |(namespace, component): (&str, &str)| {
            if namespace.is_empty() {
                component.to_owned()
            } else {
                format!("{namespace}/{component}")
            }
        };
        let ground = Ground::new(&self.network, &[]);
        let by_hand = routed::clients(&ground);
        let mut ends: Vec<String> = self
            .demands()
            .chain(&by_hand)
            .flat_map(|demand| [name(demand.from()), name(demand.to(self))])
            .collect();
        ends.sort();
        ends.dedup();
        ends
    }
}

/// Paths as JSON, for a program.
pub fn json(paths: &[Path<'_>], evidence: &Evidence, sources: &Sources, errors: usize) -> Value {
    let place = |span| {
        let (path, at) = sources.place(span);
        json!({ "path": path, "line": at.line, "column": at.column })
    };
    let end = |(namespace, component): (&str, &str)| json!({ "namespace": (!namespace.is_empty()).then_some(namespace), "component": component });
    let paths = paths.iter().map(|path| {
        let hops = path.hops.iter().map(|hop| {
            json!({
                "step": hop.step.as_str(),
                "object": hop.object.as_ref().map(ToString::to_string),
                "field": hop.field,
                "text": hop.text,
                "source": place(hop.source),
            })
        });
        json!({
            "from": end(path.demand.from()),
            "to": end(path.demand.to(evidence)),
            "why": path.demand.why,
            "source": place(path.demand.span),
            "works": path.broken.is_none(),
            "hops": hops.collect::<Vec<_>>(),
            "broken": path.broken.as_ref().map(|broken| json!({
                "step": broken.step.as_str(),
                "why": broken.clause,
                "object": broken.object.as_ref().map(|(id, _)| id.to_string()),
                "field": broken.object.as_ref().map(|(_, field)| field),
                "places": broken.places.iter().map(|Involved { span, label, .. }| {
                    json!({ "place": place(*span), "text": label })
                }).collect::<Vec<_>>(),
                "help": broken.help,
            })),
        })
    });
    json!({ "errors": errors, "paths": paths.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use crate::driver::analyze;
    use crate::sources::{FileProblem, Files};

    struct Only(&'static str);

    impl Files for Only {
        fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
            match path {
                "t.kdl" => Ok(self.0.as_bytes().to_vec()),
                _ => Err(FileProblem::Missing),
            }
        }

        fn matching(&self, _: &str) -> Result<Vec<String>, FileProblem> {
            Ok(Vec::new())
        }
    }

    #[test]
    fn an_external_that_is_of_the_cluster_is_not_reached() {
        let analysis = analyze(
            "t.kdl",
            &Only(
                r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
external "sneak" host="Jobmon-Server.jobmon.svc" port=8080
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod"
namespace "a" { workload "x" image="example/x:1" { connect "sneak"; connect "mysql"; }; }
"#,
            ),
        );
        let paths = analysis.trace(None, None);
        let broken: Vec<_> = paths
            .iter()
            .filter(|path| path.broken.is_some())
            .map(|path| (path.demand.from(), path.demand.target()))
            .collect();
        assert_eq!(broken, [(("a", "x"), "sneak".to_owned())]);
    }
}
