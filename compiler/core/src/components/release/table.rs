//! The table: one row for each range of releases.
//!
//! Read in Jobmon's repositories at the tags of the versions named, and for
//! 3.2.2, 3.2.6, 3.4.0, 3.4.20, 3.4.21 and 3.6.0 seen running. 3.0.2 and the
//! later 3.1 releases have no tag and are taken like those before them.

use super::{
    Access, Address, Config, Filter, Login, Logs, Prefix, ReaperStart, Release, Repair,
    ServerStart, SessionKey, Traces,
};
use crate::text::Version;

const fn prefix(path: &'static str, filter: Filter, access: Access) -> Prefix {
    Prefix { path, filter, access }
}

const GUNICORN_MAIN: &[&str] = &[
    "gunicorn",
    "--bind",
    "0.0.0.0:{port}",
    "--workers",
    "{workers}",
    "jobmon.server.web.main:app",
];
const GUNICORN_WSGI: &[&str] = &[
    "gunicorn",
    "--bind",
    "0.0.0.0:{port}",
    "--workers",
    "{workers}",
    "jobmon.server.web.wsgi:app",
];
// The images' own commands fail from 3.4.20 to 3.6.0: one names its path in a
// form that no shell expands, the other an application that isn't there.
const UVICORN: &[&str] = &[
    "python",
    "-m",
    "uvicorn",
    "--factory",
    "jobmon.server.web.api:get_app",
    "--host",
    "0.0.0.0",
    "--port",
    "{port}",
    "--workers",
    "{workers}",
];

const REAPER: &[&str] = &["jobmon_server", "workflow_reaper", "start"];
const INIT_DB: &[&str] = &["jobmon_server", "init_db"];

const GUNICORN_NOTE: &str = "the image must hold gunicorn, which Jobmon doesn't depend on";
const PASSWORD_NOTE: &str = "a database password may hold only letters, digits and `_.~-`: alembic refuses `%`, \
                             and `$` is expanded";
const OTLP_NOTE: &str = "with an `apm` in the namespace, the image must hold the extra `otlp`";
const NLTK_NOTE: &str =
    "from 3.3.0 on the server fetches NLTK's data at its start unless the image holds it";
const HOST_NOTE: &str = "from 3.4.14 to 3.5.1 the host of the database is looked up without search domains: \
                         write it in full";
const REVISION_NOTE: &str = "a database made by 3.2.6 has a revision that later releases don't know: \
                             stamp it by hand before an upgrade";

const D1: Release = Release {
    first: Version::new(3, 0, 0),
    last: Some(Version::new(3, 0, 1)),
    dialect: "D1",
    server: ServerStart {
        command: &[],
        port: 80,
        health: "/health",
        alive: Some("/"),
        json_header: true,
    },
    reaper: ReaperStart {
        command: REAPER,
        channel_option: None,
        prefixes: &[""],
        address: Address::HostPort,
        repair: Repair::Absent,
    },
    prefixes: &[prefix("", Filter::ClientVersion, Access::Open)],
    config: Config::Flat,
    logs: Logs::Flat,
    traces: Traces::Flat,
    login: Login::Unknown,
    session: SessionKey::Never,
    migrate: None,
    notes: &[
        "the image starts nginx as root on port 80",
        "the queue of log messages is in `/tmp/sqlite`, and ends with its pod",
    ],
};

const D2: Release = Release {
    first: Version::new(3, 2, 0),
    last: Some(Version::new(3, 2, 0)),
    dialect: "D2",
    server: ServerStart {
        command: GUNICORN_MAIN,
        port: 8080,
        health: "/health",
        alive: Some("/"),
        json_header: true,
    },
    reaper: ReaperStart {
        command: REAPER,
        channel_option: Some("--slack_channel_default"),
        prefixes: &["", "/api/v2"],
        address: Address::Url,
        repair: Repair::Spelt,
    },
    prefixes: &[prefix("", Filter::ServerVersion, Access::Open)],
    config: Config::Sections,
    logs: Logs::Web,
    traces: Traces::Web,
    login: Login::Unknown,
    session: SessionKey::Never,
    migrate: Some(INIT_DB),
    notes: &[GUNICORN_NOTE],
};

const D3: Release = Release {
    first: Version::new(3, 2, 1),
    last: Some(Version::new(3, 2, 5)),
    dialect: "D3",
    server: ServerStart {
        command: GUNICORN_WSGI,
        port: 8080,
        health: "/health",
        alive: Some("/"),
        json_header: true,
    },
    logs: Logs::Console,
    ..D2
};

const D4: Release = Release {
    first: Version::new(3, 2, 6),
    last: Some(Version::new(3, 3, 1)),
    dialect: "D4",
    server: ServerStart {
        command: GUNICORN_WSGI,
        port: 8080,
        health: "/api/v2/health",
        alive: Some("/api/v2/"),
        json_header: false,
    },
    reaper: ReaperStart {
        command: REAPER,
        channel_option: Some("--slack_channel_default"),
        prefixes: &["/api/v2", "/api/v1", "/api/v3", ""],
        address: Address::UrlPrefix,
        repair: Repair::Spelt,
    },
    prefixes: &[
        prefix("/api/v2", Filter::ServerVersion, Access::Open),
        prefix("/api/v1", Filter::ServerVersion, Access::Open),
    ],
    traces: Traces::Otlp,
    notes: &[GUNICORN_NOTE, OTLP_NOTE, PASSWORD_NOTE, REVISION_NOTE, NLTK_NOTE],
    ..D3
};

const D5: Release = Release {
    first: Version::new(3, 4, 0),
    last: Some(Version::new(3, 4, 19)),
    dialect: "D5",
    server: ServerStart {
        command: UVICORN,
        port: 8080,
        health: "/api/v2/health",
        alive: Some("/api/v2/"),
        json_header: false,
    },
    prefixes: &[
        prefix("/api/v2", Filter::ServerVersion, Access::Open),
        prefix("/api/v1", Filter::ServerVersion, Access::Open),
        prefix("/api/v3", Filter::ServerVersion, Access::LoggedIn),
    ],
    login: Login::Mandatory,
    session: SessionKey::Always,
    notes: &[OTLP_NOTE, PASSWORD_NOTE, HOST_NOTE],
    ..D4
};

const D6: Release = Release {
    first: Version::new(3, 4, 20),
    last: Some(Version::new(3, 4, 20)),
    dialect: "D6",
    prefixes: &[
        prefix("/api/v2", Filter::ServerVersion, Access::Open),
        prefix("/api/v3", Filter::ServerVersion, Access::LoggedInIfOn),
    ],
    login: Login::Switch,
    ..D5
};

const D7: Release = Release {
    first: Version::new(3, 4, 21),
    last: Some(Version::new(3, 4, 21)),
    dialect: "D7",
    server: ServerStart {
        command: UVICORN,
        port: 8080,
        health: "/api/v3/health",
        // `/api/v3/` is behind login.
        alive: None,
        json_header: false,
    },
    reaper: ReaperStart {
        command: REAPER,
        channel_option: Some("--slack_channel_default"),
        prefixes: &["/api/v3", "/api/v2"],
        address: Address::UrlPrefix,
        repair: Repair::Spelt,
    },
    prefixes: &[
        prefix("/api/v3", Filter::Nothing, Access::LoggedInIfOn),
        prefix("/api/v2", Filter::ServerVersion, Access::Open),
    ],
    traces: Traces::Telemetry,
    notes: &[PASSWORD_NOTE, HOST_NOTE],
    ..D6
};

const D7_ONLY_V3: &[Prefix] = &[prefix("/api/v3", Filter::Nothing, Access::LoggedInIfOn)];

const D8: Release = Release {
    first: Version::new(3, 6, 1),
    last: None,
    dialect: "D8",
    reaper: ReaperStart {
        command: &["jobmon-server", "reaper", "start"],
        channel_option: Some("--slack-channel"),
        prefixes: &["/api/v3", "/api/v2"],
        address: Address::UrlPrefix,
        repair: Repair::Spelt,
    },
    prefixes: D7_ONLY_V3,
    session: SessionKey::WithLogin,
    migrate: Some(&["jobmon-server", "db", "init"]),
    notes: &[
        "no release has it yet: it is what stands on the main branch after 3.6.0",
        PASSWORD_NOTE,
    ],
    ..D7
};

/// Every range of releases, the oldest first. Each holds up to the first
/// version of the next.
pub static RELEASES: &[Release] = &[
    D1,
    Release {
        first: Version::new(3, 0, 3),
        last: Some(Version::new(3, 0, 3)),
        reaper: ReaperStart { repair: Repair::Misspelt, ..D1.reaper },
        ..D1
    },
    Release {
        first: Version::new(3, 1, 0),
        last: Some(Version::new(3, 1, 5)),
        reaper: ReaperStart { repair: Repair::Spelt, ..D1.reaper },
        ..D1
    },
    D2,
    D3,
    D4,
    D5,
    D6,
    D7,
    Release {
        first: Version::new(3, 5, 0),
        last: Some(Version::new(3, 5, 0)),
        session: SessionKey::WithLogin,
        ..D7
    },
    Release {
        first: Version::new(3, 5, 1),
        last: Some(Version::new(3, 6, 0)),
        session: SessionKey::WithLogin,
        prefixes: D7_ONLY_V3,
        ..D7
    },
    D8,
];
