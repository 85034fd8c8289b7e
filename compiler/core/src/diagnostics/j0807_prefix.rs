//! reaper that asks under a prefix its server has not.

use super::prelude::*;
use crate::checks::jobmon::Live;
use crate::components::build::alias;
use crate::components::release::{Access, Release};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0807",
    severity: Severity::Error,
    title: "reaper that asks under a prefix its server has not",
    what: "A reaper can put only certain prefixes before its routes, and the server of its namespace answers under none of them.",
    why: "Each of its requests is answered with 404, and the reaper ends with an error, again and again. Servers from 3.2.6 on answer under `/api/v2`, those from 3.5.1 on only under `/api/v3`; reapers before 3.2.0 know no prefix.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.1.5" { image "example/jobmon:3.1.5"; }
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod"
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; reaper "3.1.5" namespace="jobmon" state="draining"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.1.5" { image "example/jobmon:3.1.5"; }
version "3.3.1" { image "example/jobmon:3.3.1"; }
namespace "jobmon" version="3.3.1" database="prod" {
    middleware "api-v2" { add-prefix "/api/v2"; }
    route "old-reapers" host="traefik-jobmon" middleware="api-v2" to="server"
}
reapers "reapers" { reaper "3.3.1" namespace="jobmon"; reaper "3.1.5" namespace="jobmon" state="draining"; }
"#,
    fix: "Let Traefik add the prefix to the requests for the alias of the reapers, or keep a server that answers the old reaper until its runs have ended.",
};

/// As the routes would be said to start.
fn prefixes<'p>(paths: impl Iterator<Item = &'p str>) -> String {
    let paths: Vec<&str> = paths.filter(|path| !path.is_empty()).collect();
    if paths.is_empty() { "no prefix".to_owned() } else { list(paths) }
}

/// A reaper and a server that have no prefix in common.
pub(crate) fn diag(live: &Live<'_>, reaper: &Release, server: &Release) -> Diag {
    let name = live.site.name;
    let asks = prefixes(reaper.reaper.prefixes.iter().copied());
    let answers = prefixes(server.prefixes.iter().map(|prefix| prefix.path));
    let version =
        live.site.decl.version.as_ref().map_or(live.site.decl.span, |version| version.span);
    let diag = Diag::new(
        &META,
        live.reaper.decl.namespace.span,
        "this server answers elsewhere",
        format!(
            "reaper `{}` can't ask the server of namespace `{name}`: it asks under {asks}, and the server answers \
             under {answers}",
            live.reaper.number
        ),
    )
    .with(version, format!("version `{}` runs here", live.jobmon.number));
    // Only a reaper that asks without a prefix can be given one on the way.
    let open = server.prefixes.iter().find(|prefix| prefix.access != Access::LoggedIn);
    match open.filter(|prefix| !prefix.path.is_empty() && reaper.reaper.prefixes.contains(&"")) {
        Some(prefix) => diag.help(format!(
            "let Traefik add it; write into namespace `{name}`: `middleware \"old-api\" {{ add-prefix \"{0}\"; }}` \
             and `route \"old-reapers\" host=\"{1}\" middleware=\"old-api\" to=\"server\"`",
            prefix.path,
            alias::name(name),
        )),
        None => diag.help(format!(
            "keep a server that answers under {asks} in the namespace until the runs of `{}` have ended",
            live.reaper.number
        )),
    }
}

/// A reaper that the topology itself gives the URL of its server.
pub(crate) fn by_url(live: &Live<'_>, url: &str, said: Span, server: &Release) -> Diag {
    let answers = prefixes(server.prefixes.iter().map(|prefix| prefix.path));
    let version = live.site.decl.version.as_ref().map_or(live.site.decl.span, |version| version.span);
    Diag::new(
        &META,
        said,
        "it is told so here",
        format!(
            "reaper `{}` can't ask the server of namespace `{}`: by the URL `{}` and what follows it, it asks elsewhere than \
             under {answers}",
            live.reaper.number,
            live.site.name,
            shorten(url),
        ),
    )
    .with(version, format!("version `{}` runs here", live.jobmon.number))
    .help(
        "take it out: `jtc` says the address and the prefix; as the option `--service_url`, and for versions before 3.2.6, the URL \
         must end with such a prefix, and as a variable of later ones without it",
    )
}

/// A URL without its scheme, which the reaper can't use.
pub(crate) fn no_url(live: &Live<'_>, url: &str, said: Span) -> Diag {
    Diag::new(
        &META,
        said,
        "it is told so here",
        format!("reaper `{}` would end at once: `{}` is no URL, as `http://` is missing", live.reaper.number, shorten(url)),
    )
    .help(format!("write `http://{}`, or take it out: `jtc` says the address", shorten(url)))
}
