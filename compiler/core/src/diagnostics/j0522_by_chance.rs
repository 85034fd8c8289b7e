//! request that one of several routes takes, by chance.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0522",
    severity: Severity::Error,
    title: "request that one of several routes takes, by chance",
    what: "Several routes of one priority take the same request, and lead it to different programs.",
    why: "Traefik decides at random, at each start anew, so that its pods disagree.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs" {
    route "all" entrypoint="kibana" match="PathRegexp(`/`)" to="elasticsearch"
}
namespace "tools" {
    workload "report" image="example/report:1" { connect "jobmon/kibana" url-env="KIBANA"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs" {
    route "all" entrypoint="kibana" match="PathPrefix(`/search`)" priority=500 to="elasticsearch"
}
namespace "tools" {
    workload "report" image="example/report:1" { connect "jobmon/kibana" url-env="KIBANA"; }
}
"#,
    fix: "Give the routes different priorities.",
};
