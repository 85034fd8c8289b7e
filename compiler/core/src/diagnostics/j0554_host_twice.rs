//! host that two namespaces claim.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0554",
    severity: Severity::Warning,
    title: "host that two namespaces claim",
    what: "Routes of two namespaces, each with an address outside, are for one host.",
    why: "A name leads to one address, or to either by chance: requests for the other namespace get lost.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod" { traefik { load-balancer; }; route "api" host="jobmon.example.org" path="/api" to="server"; }
namespace "other" version="3.6.0" database="next" { traefik { load-balancer; }; route "api" host="jobmon.example.org" path="/api" to="server"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
secret "db2" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "next" external="mysql" secret="db2" name="next"
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.6.0" namespace="other"; }
namespace "jobmon" version="3.6.0" database="prod" { traefik { load-balancer; }; route "api" host="jobmon.example.org" path="/api" to="server"; }
namespace "other" version="3.6.0" database="next" { traefik { load-balancer; }; route "api" host="next.example.org" path="/api" to="server"; }
"#,
    fix: "Give each namespace a host of its own.",
};
