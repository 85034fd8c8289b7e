//! store of certificates that can't be written.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0572",
    severity: Severity::Error,
    title: "store of certificates that can't be written",
    what: "A resolver of Traefik (`certificatesresolvers`) keeps what it gets by ACME in a file, and no volume is there that outlives the pod. Without `acme.storage` the file is `/acme.json`.",
    why: "The root of the container can only be read, so Traefik leaves the resolver out, and shows a certificate that it makes up. In a folder that goes with the pod it would ask for new certificates at each start, which an authority allows a few times only.",
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
pub(crate) fn diag(resolver: &str, file: &str, args: Span) -> Diag {
    let resolver = shorten(resolver);
    Diag::new(
        &META,
        args,
        "these arguments",
        format!("the resolver `{resolver}` keeps its certificates in `{}`, where it can't write, or not for long", shorten(file)),
    )
    .help(format!(
        "write `volume \"acme\" mount=\"/acme\" size=\"1Gi\"; replicas 1; strategy \"recreate\"` into `traefik`, and among its `args` \
         `\"--certificatesresolvers.{resolver}.acme.storage=/acme/acme.json\"`"
    ))
}
