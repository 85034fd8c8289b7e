//! resolver that gets no certificates.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0572",
    severity: Severity::Error,
    title: "resolver that gets no certificates",
    what: "A resolver of Traefik (`certificatesresolvers` with `acme`) keeps its certificates where no volume is that outlives the pod, or not right in it; has no challenge, or one by an entrypoint that isn't there; or runs in several pods.",
    why: "Traefik makes no folders, and may only read the root of its container, so it leaves the resolver out and shows a certificate that it makes up. In a folder that goes with the pod it would ask for new certificates at each start, which an authority allows a few times only. Without a challenge it can't prove whose the hosts are; and of several pods the authority may ask another than the one that waits for it.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik {
        args "--certificatesresolvers.le.acme.email=ops@example.org" "--certificatesresolvers.le.acme.tlschallenge=true"
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "ssd" access="ReadWriteOnce"; }
external "mysql" host="db.example.org" port=3306
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db"
version "3.6.0" { image "example/jobmon:3.6.0"; }
reapers "jobmon-reapers" { reaper "3.6.0" namespace="jobmon"; }
namespace "jobmon" version="3.6.0" database="prod" {
    traefik {
        args "--certificatesresolvers.le.acme.email=ops@example.org" "--certificatesresolvers.le.acme.tlschallenge=true" "--certificatesresolvers.le.acme.storage=/acme/acme.json"
        volume "acme" mount="/acme" size="1Gi"
        replicas 1
        strategy "recreate"
    }
}
"#,
    fix: "Let `storage` be a file on a `volume` of `traefik` with a `size`, and let one pod run: several would ask for certificates each.",
};

/// A resolver, and the file it would write.
pub(crate) fn store(resolver: &str, file: &str, args: Span) -> Diag {
    let resolver = shorten(resolver);
    Diag::new(
        &META,
        args,
        "these arguments",
        format!("the resolver `{resolver}` keeps its certificates in `{}`, where it can't write, or not for long", shorten(file)),
    )
    .help(format!(
        "write `volume \"acme\" mount=\"/acme\" size=\"1Gi\"; replicas 1; strategy \"recreate\"` into `traefik`, and among its `args` \
         `\"--certificatesresolvers.{resolver}.acme.storage=/acme/acme.json\"`: one word, with `=`"
    ))
}

/// A resolver without a challenge.
pub(crate) fn no_challenge(resolver: &str, args: Span) -> Diag {
    let resolver = shorten(resolver);
    Diag::new(&META, args, "these arguments", format!("the resolver `{resolver}` has no challenge, by which it proves whose a host is"))
        .help(format!("add `\"--certificatesresolvers.{resolver}.acme.tlschallenge=true\"`, or another challenge, to these `args`"))
}

/// A challenge by an entrypoint that isn't there; `known` are those that are.
pub(crate) fn no_entrypoint<'a>(
    resolver: &str,
    entrypoint: &str,
    known: impl Iterator<Item = &'a String>,
    args: Span,
) -> Diag {
    let (resolver, entrypoint) = (shorten(resolver), shorten(entrypoint));
    Diag::new(
        &META,
        args,
        "these arguments",
        format!("the resolver `{resolver}` answers its challenge at the entrypoint `{entrypoint}`, and Traefik has none of that name"),
    )
    .help(format!(
        "name one that it has: {}; the authority asks at port 80",
        list(known.map(String::as_str))
    ))
}

/// Several pods, of which each would ask for certificates; `place` says how many.
pub(crate) fn several(resolver: &str, pods: u32, place: Span, args: Span) -> Diag {
    let resolver = shorten(resolver);
    let diag = Diag::new(
        &META,
        args,
        "these arguments",
        format!("the resolver `{resolver}` runs in {pods} pods, of which each asks for certificates and doesn't know of the others"),
    );
    let diag = if place == args { diag } else { diag.with(place, "so many pods") };
    diag.help("write `replicas 1` and `strategy \"recreate\"` into `traefik`; or let something else get the certificates, and name their Secrets as `tls`")
}
