//! Requests that a person may think of, each answered as the model says.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use jtc_core::proof::ground::Running;
use jtc_core::traefik::{Answer, Request};

use super::Scene;
use super::model;
use super::send::{self, Answered, Sent};
use crate::conformance::traefik::Traefik;

/// The entrypoint that Traefik keeps for itself, of which the suite opens more
/// than was emitted.
const OWN: &str = "traefik";

const METHODS: [&str; 4] = ["GET", "PUT", "POST", "DELETE"];

const TARGETS: [&str; 26] = [
    "/",
    "/?a=b",
    "/api",
    "/api/",
    "/api?x=/gui",
    "/api/v2/health",
    "/api/v3/lost_workflow_run?status=R&version=1",
    "/api/v3/workflow_run/7/reap",
    "/apis",
    "/API/v3",
    "/a%70i/v3",
    "/api%2Fv3",
    "/api/../gui",
    "/gui/../api/v3",
    "//api/v3",
    "/./api/v3",
    "/gui",
    "/gui/",
    "/guide",
    "/gui/static/app.js",
    "/private/x",
    "/lost_workflow_run?status=L&version=3.1.0",
    "/workflow_run/7/reap",
    "/a%20b",
    "/%C3%A4",
    "/api/v3/health#x",
];

/// Hosts: the alias of a namespace, full names, those of routes in several
/// spellings, and others.
fn hosts(traefik: &Traefik) -> Vec<String> {
    let namespace = &traefik.namespace;
    vec![
        format!("traefik-{namespace}"),
        format!("traefik-{namespace}:80"),
        format!("traefik.{namespace}.svc.cluster.local"),
        traefik.address.clone(),
        "jobmon.example.org".to_owned(),
        "JobMon.Example.org".to_owned(),
        "jobmon.example.org:8080".to_owned(),
        "jobmon.example.org.".to_owned(),
        "other.example.org".to_owned(),
    ]
}

impl Scene<'_> {
    /// Asks every entrypoint of every Traefik, and ports where there is none.
    pub(super) fn probes(&self) -> Result<String> {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let mut wrong = Vec::new();
        for traefik in &self.traefiks {
            let running = self.running(&traefik.namespace)?;
            for (entrypoint, port) in entrypoints(running) {
                let to = format!("{}:{port}", traefik.address).parse()?;
                for host in hosts(traefik) {
                    for (index, target) in TARGETS.into_iter().enumerate() {
                        // Each method meets each host and each target.
                        for method in METHODS.into_iter().skip(index % 2).step_by(2) {
                            let sent = Sent::new(method, &host, target);
                            let request =
                                Request { method, ..Request::get(&entrypoint, &host, target) };
                            let answer = running.instance.answer(&request);
                            *kinds.entry(kind(&answer)).or_default() += 1;
                            let mark = super::mark();
                            let answered = send::http(to, sent, &mark)?;
                            if let Err(error) = self.agrees(&answer, answered.as_ref(), &mark) {
                                wrong.push(format!(
                                    "{}/{entrypoint}: {method} {target} of {host}: {error:#}",
                                    traefik.namespace
                                ));
                            }
                        }
                    }
                }
            }
            closed(traefik, running)?;
        }
        if !wrong.is_empty() {
            let shown: Vec<&str> = wrong.iter().map(String::as_str).take(20).collect();
            bail!("{} requests:\n{}", wrong.len(), shown.join("\n"));
        }
        let total: usize = kinds.values().sum();
        ensure!(total >= 300, "only {total} requests");
        let kinds: Vec<String> =
            kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        Ok(format!("{total} requests: {}", kinds.join(", ")))
    }

    /// Whether an answer is the one that the model gives.
    pub(super) fn agrees(
        &self,
        answer: &Answer,
        answered: Option<&Answered>,
        mark: &str,
    ) -> Result<()> {
        let arrivals = self.echoes.of(mark);
        match answer {
            Answer::Backend(reached) => {
                let Some(answered) = answered else { bail!("closed, not {answer:?}") };
                ensure!(answered.status == 200, "HTTP {}, not {answer:?}", answered.status);
                if let Some(wrong) = model::misled(self.ground.net, &reached.backends, &arrivals)? {
                    bail!("{wrong}");
                }
                let target = arrivals.first().and_then(|arrival| arrival.said.split(' ').nth(1));
                ensure!(
                    target == Some(reached.target.as_str()),
                    "it arrives as {target:?}, not as {}",
                    reached.target
                );
            }
            Answer::Spread(answers) | Answer::Random(answers) => {
                let one = answers.iter().any(|one| self.agrees(one, answered, mark).is_ok());
                ensure!(one, "{answered:?}, none of {answers:?}");
            }
            Answer::Closed => {
                ensure!(answered.is_none(), "{answered:?}, where it should be closed");
            }
            Answer::Unknown { .. } => bail!("the model doesn't know: {answer:?}"),
            other => {
                let Some(answered) = answered else { bail!("closed, not {other:?}") };
                ensure!(
                    Some(answered.status) == other.status(),
                    "HTTP {}, not {other:?}",
                    answered.status
                );
                if let Answer::Redirect { location, .. } = other {
                    ensure!(
                        answered.location == *location,
                        "to {}, not {other:?}",
                        answered.location
                    );
                }
                ensure!(arrivals.is_empty(), "{other:?}, but it arrives: {arrivals:?}");
            }
        }
        Ok(())
    }
}

/// The entrypoints over TCP, with their ports.
fn entrypoints(running: &Running<'_>) -> Vec<(String, u16)> {
    let all = running.config.entry_points.iter();
    all.filter(|one| !one.udp && &*one.name != OWN)
        .filter_map(|one| Some((one.name.to_string(), one.port?)))
        .collect()
}

/// Ports at which no entrypoint is, and where nobody may listen.
fn closed(traefik: &Traefik, running: &Running<'_>) -> Result<()> {
    for port in [80, 443, 3306, 5000, 5601, 8200, 9200, 9300, 10443] {
        let open = running.config.entry_points.iter().any(|one| !one.udp && one.port == Some(port));
        let to = format!("{}:{port}", traefik.address).parse()?;
        let sent = Sent::new("GET", "x", "/");
        let answered = send::http(to, sent, &super::mark())?;
        ensure!(open || answered.is_none(), "somebody listens at {to}: {answered:?}");
    }
    Ok(())
}

/// The kind of an answer, for the record.
fn kind(answer: &Answer) -> String {
    match answer {
        Answer::Backend(_) => "by a pod".to_owned(),
        Answer::Spread(_) | Answer::Random(_) => "by chance".to_owned(),
        Answer::Closed => "closed".to_owned(),
        Answer::Unknown { .. } => "unknown".to_owned(),
        other => format!("with {}", other.status().unwrap_or_default()),
    }
}
