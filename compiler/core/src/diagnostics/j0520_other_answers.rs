//! request that another program answers.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0520",
    severity: Severity::Error,
    title: "request that another program answers",
    what: "A route takes what somebody asks for, and leads it to another program.",
    why: "The caller would get answers that make no sense to it. Traefik takes the route of the highest priority, and without one the longest rule.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs" {
    route "all" entrypoint="kibana" match="PathPrefix(`/`)" priority=500 to="elasticsearch"
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
    fix: "Make the rule of the other route narrower, or its priority lower.",
};
