//! APM server that needs an integration first.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0709",
    severity: Severity::Warning,
    title: "APM server that needs an integration first",
    what: "APM server 8.0 to 8.14 stores nothing before the APM integration has been installed in Kibana.",
    why: "It starts and seems well, and keeps what programs send only for a moment. Since 8.15 Elasticsearch brings what it needs.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.11.4" { elasticsearch; apm; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
elk "standard" version="8.19.3" { elasticsearch; apm; }
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Use 8.15 or later, or install the integration: in Kibana, Integrations, Elastic APM.",
};

/// An APM server, and the version of its stack.
pub(crate) fn diag(place: Span, version_place: Span, version: &str) -> Diag {
    Diag::new(
        &META,
        place,
        "stores nothing yet",
        format!("`apm` of version `{version}` stores nothing until somebody installs the APM integration in Kibana"),
    )
    .with(version_place, "the version is said here")
    .help("use version 8.15 or later, or install the integration by hand")
}
