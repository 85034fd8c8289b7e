//! What a reaper asks the server for, under the prefix of its version
//! (`workflow_reaper.py` of Jobmon).

use super::gate::{ask, asking, request};
use super::tries::Door;
use super::{Passed, Walk};
use crate::proof::trail::Trail;
use crate::text::Version;
use crate::traefik::{Answer, Reached, Request};

/// The paths, in every release.
const LOST: &str = "/lost_workflow_run";
const OTHERS: [(&str, &str); 3] = [
    ("PUT", "/workflow_run/1/reap"),
    ("GET", "/workflow/1/workflow_name_and_args"),
    ("PUT", "/workflow/1/fix_status_inconsistency"),
];

/// The states of which it asks for lost runs, one request after the other.
const STATES: [&str; 3] = ["status=C&status=H", "status=L", "status=R"];

/// The first release that says its version to every path.
const SAYS_VERSION: Version = Version::new(3, 2, 0);

/// Whether it asks for this, however the query goes on.
pub(super) fn asks_for(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or(target);
    path == LOST || OTHERS.iter().any(|(_, other)| path == *other)
}

/// Its requests, by method and target. Those that differ in their queries are all
/// there where these decide.
fn requests(prefix: &str, version: &str, by_query: bool) -> Vec<(&'static str, String)> {
    let says = Version::parse(version).is_ok_and(|version| version >= SAYS_VERSION);
    let own = if says { format!("client_jobmon_version={version}") } else { String::new() };
    let states = STATES.iter().take(if by_query { STATES.len() } else { 1 });
    let and = if says { "&" } else { "" };
    let lost =
        states.map(|state| ("GET", format!("{prefix}{LOST}?{state}&version={version}{and}{own}")));
    let mark = if says { "?" } else { "" };
    let others =
        OTHERS.iter().map(|(method, path)| (*method, format!("{prefix}{path}{mark}{own}")));
    lost.chain(others).collect()
}

impl<'w> Walk<'w> {
    /// A reaper, of which all requests are known.
    pub(super) fn reaper(
        &self,
        door: &Door<'_, 'w>,
        (host, prefix): (&str, &str),
        trail: &mut Trail,
    ) -> Passed {
        let Door { running, group, entrypoint, asks, .. } = door;
        let mut before: Option<Reached> = None;
        let sent = door.host(host);
        let version = asks.version.as_deref().unwrap_or_default();
        let all = requests(prefix, version, running.instance.reads_queries());
        for (index, (method, target)) in all.iter().enumerate() {
            let request = request(entrypoint, method, host, target, asks.tls);
            let answer = ask(running, &Request { host: &sent, ..request });
            // The first is told; the others take the same way.
            let mut silent = Trail::default();
            let trail = if index == 0 { &mut *trail } else { &mut silent };
            let passed = match (&answer, &before) {
                // From its route on it is the way of the one before.
                (Answer::Backend(reached), Some(other))
                    if reached.router == other.router && reached.backends == other.backends =>
                {
                    self.arrives(running, reached, asks)
                }
                _ => self.answered(running, *group, &answer, asks, trail),
            };
            passed.map_err(|broken| asking(broken, method, host, target))?;
            if let Answer::Backend(reached) = answer {
                before = Some(reached);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{asks_for, requests};
    use crate::components::reapers::PATHS;

    #[test]
    fn requests_say_the_version_of_the_reaper() {
        let targets = |version, by_query| -> Vec<String> {
            requests("/api/v3", version, by_query).into_iter().map(|(_, target)| target).collect()
        };
        let first = "/api/v3/lost_workflow_run?status=C&status=H&version=";
        let new = targets("3.6.0", true);
        assert_eq!(new.len(), 6);
        assert_eq!(new[0], format!("{first}3.6.0&client_jobmon_version=3.6.0"));
        assert_eq!(new[3], "/api/v3/workflow_run/1/reap?client_jobmon_version=3.6.0");
        let old = targets("3.1.1", false);
        assert_eq!(old[..2], [format!("{first}3.1.1"), "/api/v3/workflow_run/1/reap".to_owned()]);
        assert!(new.iter().chain(&old).all(|own| asks_for(own.strip_prefix("/api/v3").unwrap())));
        assert!(!asks_for("/health"));
        // What is judged of the topology's routes are the same paths.
        let below = new.iter().map(|own| own.strip_prefix("/api/v3").unwrap());
        assert!(below.clone().all(|own| PATHS.iter().any(|path| own.starts_with(path))));
        assert!(PATHS.iter().all(|path| below.clone().any(|own| own.starts_with(path))));
    }
}
