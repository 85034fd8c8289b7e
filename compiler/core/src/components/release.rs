//! Jobmon's releases: how server and reaper of each start, are configured and
//! are asked.
//!
//! Everything here is plain data, and [`RELEASES`] is the only place that
//! knows a version number: a new release is one more row. A row holds from its
//! first version up to the first of the next, since a release between two that
//! are known behaves like the one before it.

mod env;
mod table;
mod way;

#[cfg(test)]
mod tests;

pub use env::{SLACK_KEYS, Tells, database, reaper, reaper_args, server, session};
pub use table::RELEASES;
pub use way::{Blocked, Way, way, way_of};

use crate::model::declared::VersionDecl;
use crate::text::Version;

/// A range of releases within which everything that matters here is the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// The first version of the range.
    pub first: Version,
    /// The last one that is known; none for what has no release yet.
    pub last: Option<Version>,
    /// The name of the dialect, `D1` to `D8`.
    pub dialect: &'static str,
    /// How the server starts and is asked.
    pub server: ServerStart,
    /// How the reaper starts, and what it can speak.
    pub reaper: ReaperStart,
    /// The prefixes that the server answers under.
    pub prefixes: &'static [Prefix],
    /// How both are configured.
    pub config: Config,
    /// Where the server sends its logs.
    pub logs: Logs,
    /// How the server tells of its requests.
    pub traces: Traces,
    /// Whether the server knows login.
    pub login: Login,
    /// When the server wants a key that signs sessions.
    pub session: SessionKey,
    /// The command that makes an empty database ready and an old one new; it
    /// may run again and again. None where people did it by hand.
    pub migrate: Option<&'static [&'static str]>,
    /// What a person should know who runs these releases.
    pub notes: &'static [&'static str],
}

/// How a server starts and is asked.
#[derive(Debug, PartialEq, Eq)]
pub struct ServerStart {
    /// The command, with `{workers}` for the number of workers and `{port}` for the port. Empty where
    /// the image starts itself: as root, on port 80.
    pub command: &'static [&'static str],
    /// The port in the container.
    pub port: u16,
    /// The path that answers 200 when server and database are well.
    pub health: &'static str,
    /// The path that answers without the database, where anybody may ask it.
    pub alive: Option<&'static str>,
    /// Whether a request without `Content-Type: application/json` is answered
    /// with 500, though it has no content.
    pub json_header: bool,
}

/// How a reaper starts, and what it can speak.
#[derive(Debug, PartialEq, Eq)]
pub struct ReaperStart {
    /// The command.
    pub command: &'static [&'static str],
    /// The option for the Slack channel. From D2 on a reaper looks at its
    /// Slack variables only when one of its Slack options is given.
    pub channel_option: Option<&'static str>,
    /// What it can put before its routes, the preferred first.
    pub prefixes: &'static [&'static str],
    /// The variables that hold the address of the server.
    pub address: Address,
    /// The name of its route for inconsistent workflows.
    pub repair: Repair,
}

/// How a reaper is told where its server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Host and port, each in a variable; nothing can stand before the routes.
    HostPort,
    /// One URL; the prefix stands in it.
    Url,
    /// A URL and a prefix, each in a variable.
    UrlPrefix,
}

/// The route by which a reaper has inconsistent workflows repaired. A reaper
/// that asks for one which the server doesn't have gets 404 and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// There is none.
    Absent,
    /// `fix_status_inconsitency`, as 3.0.3 spells it.
    Misspelt,
    /// `fix_status_inconsistency`.
    Spelt,
}

/// A prefix that a server answers under.
#[derive(Debug, PartialEq, Eq)]
pub struct Prefix {
    /// As in `/api/v2`; empty where routes start at the root.
    pub path: &'static str,
    /// Which runs a reaper is shown that asks under it.
    pub filter: Filter,
    /// Who may ask.
    pub access: Access,
}

/// Which lost runs a server shows to a reaper. It follows from the server and
/// the prefix, never from the reaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Those that a client of the reaper's version made.
    ClientVersion,
    /// Those that were made while a server of the reaper's version ran.
    ServerVersion,
    /// All.
    Nothing,
}

/// Who may ask under a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open,
    /// Who is logged in, and that is never a reaper or a client.
    LoggedIn,
    /// Anybody while login is off.
    LoggedInIfOn,
}

/// How programs are configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Config {
    /// One variable for each setting, as in `DB_HOST`.
    Flat,
    /// `JOBMON__SECTION__KEY`.
    Sections,
}

/// Where a server sends its logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logs {
    /// To Logstash, by `LOGSTASH_HOST` and its kind.
    Flat,
    /// To Logstash, by `JOBMON__WEB__LOGSTASH_HOST` and its kind.
    Web,
    /// To the console only.
    Console,
}

/// How a server tells of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traces {
    /// Elastic's agent, by `APM_SERVER_URL` and its kind.
    Flat,
    /// Elastic's agent, by `JOBMON__WEB__APM_SERVER_URL` and its kind.
    Web,
    /// OpenTelemetry, by `JOBMON__OTLP__…`. Turned on, the server doesn't
    /// start in an image without the extra `otlp`.
    Otlp,
    /// OpenTelemetry, by `JOBMON__TELEMETRY__…`. Without the extra it is
    /// silently off.
    Telemetry,
}

/// Whether a server knows login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// It doesn't.
    Unknown,
    /// It doesn't start without.
    Mandatory,
    /// `JOBMON__AUTH__ENABLED` says whether, and it is on unless said.
    Switch,
}

/// When a server wants a key that signs sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKey {
    /// Never.
    Never,
    /// Always: it doesn't start without.
    Always,
    /// When login is on.
    WithLogin,
}

/// What is known of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Its release is known.
    Known(&'static Release),
    /// It is newer than the last release known; the nearest guess.
    Newer(&'static Release),
    /// It is older than the first release known.
    TooOld,
}

impl Found {
    /// The release, known or guessed.
    pub fn release(self) -> Option<&'static Release> {
        match self {
            Self::Known(release) | Self::Newer(release) => Some(release),
            Self::TooOld => None,
        }
    }
}

/// The release that a version belongs to. A pre-release belongs to the release
/// it leads to.
pub fn find(version: Version) -> Found {
    match RELEASES.iter().rev().find(|release| release.first <= version) {
        None => Found::TooOld,
        Some(release) if version > last_known() => Found::Newer(release),
        Some(release) => Found::Known(release),
    }
}

/// The newest release of a dialect, as in `D7`.
pub fn by_dialect(dialect: &str) -> Option<&'static Release> {
    RELEASES.iter().rev().find(|release| release.dialect == dialect)
}

/// The release of a `version` node: what its `dialect` says, or what follows
/// from its number. Within the dialect it says, the number still counts.
pub fn of(version: &VersionDecl) -> Option<&'static Release> {
    let found = find(version.number).release();
    match &version.dialect {
        Some(said) if found.is_none_or(|release| release.dialect != said.value) => {
            by_dialect(&said.value)
        }
        _ => found,
    }
}

/// The first version that is known.
pub fn first_known() -> Version {
    RELEASES.first().map_or(Version::new(0, 0, 0), |release| release.first)
}

/// The last version that is known.
pub fn last_known() -> Version {
    RELEASES.iter().filter_map(|release| release.last).max().unwrap_or(Version::new(0, 0, 0))
}

impl Release {
    /// What all paths of the server's interface start with, where they do not
    /// start at the root: the prefixes, and `/api/auth` and `/api/docs` beside
    /// them.
    pub fn route_prefix(&self) -> Option<&'static str> {
        self.prefixes.iter().any(|prefix| !prefix.path.is_empty()).then_some("/api")
    }

    /// Whether the image is started as it is, without a command.
    pub fn starts_itself(&self) -> bool {
        self.server.command.is_empty()
    }

    /// The command of the server with so many workers, on this port.
    pub fn server_command(&self, workers: u32, port: u16) -> Vec<String> {
        self.server
            .command
            .iter()
            .map(|word| {
                let word = word.replace("{workers}", &workers.to_string());
                word.replace("{port}", &port.to_string())
            })
            .collect()
    }

    /// Whether the server wants a session key.
    pub fn wants_session(&self, login: bool) -> bool {
        match self.session {
            SessionKey::Never => false,
            SessionKey::Always => true,
            SessionKey::WithLogin => login,
        }
    }
}
