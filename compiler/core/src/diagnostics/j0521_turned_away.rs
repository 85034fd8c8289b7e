//! request that a middleware turns away.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0521",
    severity: Severity::Error,
    title: "request that a middleware turns away",
    what: "What somebody asks for passes a middleware that refuses it, sends it elsewhere, or makes another path of it.",
    why: "The caller would get 401, 403, a redirect or 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "people" { keys users; }
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
elk "logs" version="8.19.3" { elasticsearch nodes=1 { storage "10Gi"; }; kibana; }
namespace "jobmon" version="3.6.0" database="prod" elk="logs" {
    middleware "login" { basic-auth secret="people"; }
    route "kibana" entrypoint="kibana" path="/" to="kibana" middleware="login"
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
    middleware "small" { compress; }
    route "kibana" entrypoint="kibana" path="/" to="kibana" middleware="small"
}
namespace "tools" {
    workload "report" image="example/report:1" { connect "jobmon/kibana" url-env="KIBANA"; }
}
"#,
    fix: "Give the caller a route of its own, for the host of its alias, without that middleware.",
};
