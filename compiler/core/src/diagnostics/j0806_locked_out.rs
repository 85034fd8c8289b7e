//! reaper locked out by login.

use super::prelude::*;
use crate::checks::jobmon::Live;
use crate::components::server::LOGIN;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0806",
    severity: Severity::Error,
    title: "reaper locked out by login",
    what: "A reaper asks a server that wants everybody to log in, and reapers carry no credentials.",
    why: "Each of its requests is answered with 403, and the reaper ends with an error, again and again. No run is ever ended.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
secret "login" { keys CLIENT_ID CLIENT_SECRET; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod" {
    server {
        auth "oidc" { oidc secret="login" url="https://id.example.org/conf"; }
        session secret="session" key="SECRET_KEY"
    }
}
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "session" { keys SECRET_KEY; }
secret "login" { keys CLIENT_ID CLIENT_SECRET; }
database "prod" external="mysql" secret="db" name="docker"
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; }
"#,
    fix: "Turn login off in the server that reapers and clients use, and ask people for a password in Traefik.",
};

/// A reaper in front of a server with login.
pub(crate) fn diag(live: &Live<'_>) -> Diag {
    let (reaper, site) = (live.reaper, live.site);
    let version = site.decl.version.as_ref().map_or(site.decl.span, |version| version.span);
    Diag::new(
        &META,
        reaper.decl.namespace.span,
        "this server wants a login",
        format!(
            "reaper `{}` can't ask the server of namespace `{}`: every prefix it can use is behind login, and a \
             reaper has no credentials",
            reaper.number, site.name
        ),
    )
    .with(version, format!("version `{}` runs here, with login", live.jobmon.number))
    .help(if site.decl.parts.server.as_ref().is_some_and(|server| server.settings.env.contains_key(LOGIN)) {
        format!("take the variable `{LOGIN}` out of the `server`, and ask people to log in by a `middleware` of Traefik")
    } else {
        "write `auth \"off\"` into the `server`, and ask people to log in by a `middleware` of Traefik".to_owned()
    })
}
