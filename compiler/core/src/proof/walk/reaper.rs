//! What a reaper asks the server for, under the prefix of its version
//! (`workflow_reaper.py` of Jobmon).

use super::gate::{ask, asking};
use super::tries::{Door, request};
use super::turned::AROUND_MIDDLEWARE;
use super::{Passed, Walk};
use crate::components::program::Asks;
use crate::proof::ground::Running;
use crate::proof::trail::{Broken, Step, Trail};
use crate::text::Version;
use crate::traefik::{Answer, Reached, Request};

/// The paths, in every release.
const LOST: &str = "/lost_workflow_run";
const OTHERS: [(&str, &str, &str); 3] = [
    ("PUT", "/workflow_run/", "/reap"),
    ("GET", "/workflow/", "/workflow_name_and_args"),
    ("PUT", "/workflow/", "/fix_status_inconsistency"),
];

/// Numbers of runs and workflows, where these decide: of each length and with each digit
/// first, beside those that rules name.
const NUMBERS: [&str; 9] =
    ["1", "27", "305", "4096", "58213", "612345", "7012345", "80123456", "901234567"];

/// What each of its requests says beside that (`requester.py` of Jobmon, and
/// `default_headers` of `requests`), as far as it is the same in all releases.
const HEADERS: [(&str, &str); 4] = [
    ("Content-Type", "application/json"),
    ("User-Agent", "python-requests/2"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
];

/// The states of which it asks for lost runs, one request after the other.
const STATES: [&str; 3] = ["status=C&status=H", "status=L", "status=R"];

/// The first release that says its version to every path.
const SAYS_VERSION: Version = Version::new(3, 2, 0);

/// Whether it asks for this, however the query goes on.
pub(super) fn asks_for(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or(target);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    path == LOST
        || OTHERS.iter().any(|(_, before, after)| {
            let number = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            number.is_some_and(is_number)
        })
}

/// Its requests, by method and target. Those that differ in their queries are all
/// there where these decide.
fn requests(
    prefix: &str,
    version: &str,
    by_query: bool,
    numbers: &[String],
) -> Vec<(&'static str, String)> {
    let says = Version::parse(version).is_ok_and(|version| version >= SAYS_VERSION);
    let own = if says { format!("client_jobmon_version={version}") } else { String::new() };
    let states = STATES.iter().take(if by_query { STATES.len() } else { 1 });
    let and = if says { "&" } else { "" };
    let lost =
        states.map(|state| ("GET", format!("{prefix}{LOST}?{state}&version={version}{and}{own}")));
    let mark = if says { "?" } else { "" };
    // Where numbers don't decide, one stands for all.
    let usual = NUMBERS.iter().take(if numbers.is_empty() { 1 } else { NUMBERS.len() }).copied();
    let numbers = usual.chain(numbers.iter().map(String::as_str));
    let others = numbers.flat_map(|number| {
        let of = |path: (_, &str, &str)| format!("{prefix}{}{number}{}{mark}{own}", path.1, path.2);
        OTHERS.map(|path| (path.0, of(path)))
    });
    lost.chain(others).collect()
}

impl<'w> Walk<'w> {
    /// Whether the server knows the path that it gets.
    pub(super) fn arrives(&self, running: &Running<'_>, reached: &Reached, asks: &Asks) -> Passed {
        // Over TCP what is sent arrives as it is.
        let Some(wanted) = asks.arrives.as_ref().filter(|_| !reached.target.is_empty()) else {
            return Ok(());
        };
        let (target, json) = (&reached.target, wanted.json);
        let wanted = wanted.path.as_str();
        let broken = if !target.strip_prefix(wanted).is_some_and(asks_for) {
            if wanted.is_empty() {
                Broken::new(
                    Step::Middleware,
                    format!("it arrives as `{target}`, which the server doesn't know"),
                    AROUND_MIDDLEWARE,
                )
            } else {
                Broken::new(
                    Step::Middleware,
                    format!(
                        "it arrives as `{target}`, and the server's paths start with `{wanted}`"
                    ),
                    format!(
                        "add the prefix with a middleware: `middleware \"prefix\" {{ add-prefix \"{wanted}\"; }}`"
                    ),
                )
            }
        } else if json
            && running.instance.reads_headers()
            && !reached.content_type.starts_with("application/json")
        {
            Broken::new(
                Step::Middleware,
                "it arrives without `Content-Type: application/json`, and the server of this release answers 500 to that",
                "take that header out of the middleware: what a reaper sends must arrive as it is",
            )
        } else {
            return Ok(());
        };
        Err(Box::new(self.routed(running, reached.router, broken)))
    }

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
        let instance = &running.instance;
        let all = requests(prefix, version, instance.reads_queries(), instance.numbers());
        let headers = if instance.reads_headers() { &HEADERS[..] } else { &[] };
        for (index, (method, target)) in all.iter().enumerate() {
            let request = request(entrypoint, method, host, target, asks.tls);
            let answer = ask(running, &Request { host: &sent, headers, ..request });
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
            let all = requests("/api/v3", version, by_query, &[]);
            all.into_iter().map(|(_, target)| target).collect()
        };
        let numbers = requests("/api/v3", "3.6.0", false, &["42".to_owned()]);
        assert_eq!(numbers.len(), 1 + 10 * 3);
        let below = numbers.iter().map(|(_, target)| target.strip_prefix("/api/v3").unwrap());
        assert!(below.clone().all(asks_for));
        assert!(below.clone().any(|target| target.starts_with("/workflow_run/42/reap")));
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
