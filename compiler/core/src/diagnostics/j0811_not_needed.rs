//! reaper that another makes superfluous.

use super::prelude::*;
use crate::checks::jobmon::Live;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0811",
    severity: Severity::Warning,
    title: "reaper that another makes superfluous",
    what: "Two reapers work on one database, and one of them is shown the runs of every version.",
    why: "Servers from 3.4.21 on no longer look at the version of a run. Both reapers end the same runs without a lock: messages come twice, and one may overwrite a newer status that the other has set.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.5.1" { image "example/jobmon:3.5.1"; }
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.5.1" namespace="jobmon" state="draining"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="db" name="docker"
version "3.5.1" { image "example/jobmon:3.5.1"; }
version "3.6.0" { image "example/jobmon:3.6.0"; }
namespace "jobmon" version="3.6.0" database="prod"
reapers "reapers" { reaper "3.6.0" namespace="jobmon"; reaper "3.5.1" namespace="jobmon" state="retired"; }
"#,
    fix: "If the two are not to share a database, mend that first. Else retire the one that the message names: the other reaps its runs too.",
};

/// A reaper that needn't be, and the one that does its work.
pub(crate) fn diag(other: &Live<'_>, keep: &Live<'_>) -> Diag {
    let database = other.jobmon.database.as_ref().map_or("", |database| database.name);
    let diag = Diag::new(
        &META,
        other.reaper.decl.version.span,
        "retire this one",
        format!(
            "reapers `{}` and `{}` both work on the database `{database}`, and the server of `{}` shows its reaper \
             the runs of every version: some are ended twice",
            keep.reaper.number, other.reaper.number, keep.jobmon.number
        ),
    )
    .with(keep.reaper.decl.version.span, "this one reaps all of them");
    // Two namespaces, one of which may be on the wrong database.
    let databases = other.jobmon.database.as_ref().zip(keep.jobmon.database.as_ref());
    let databases = databases.filter(|_| other.site.name != keep.site.name);
    let retire = format!("write `state=\"retired\"` for reaper `{}` of namespace `{}`", other.reaper.number, other.site.name);
    let Some((one, two)) = databases else { return diag.help(retire) };
    if one.name != two.name {
        return diag
            .with(one.decl.span, format!("the schema `{}`, of `{}`", one.decl.schema, other.site.name))
            .with(two.decl.span, format!("the same schema, of `{}`", keep.site.name))
            .help(format!(
                "if each is to have a schema of its own, give `database \"{}\"` or `database \"{}\"` another `name`; if they are \
                 to share it, {retire}",
                one.name, two.name
            ));
    }
    let place = |live: &Live<'_>| live.site.decl.database.as_ref().map_or(live.site.decl.span, |at| at.span);
    diag.with(place(other), format!("the database of `{}`", other.site.name))
        .with(place(keep), format!("the database of `{}`", keep.site.name))
        .help(format!(
            "if each is to have a database of its own, mend `database=` of `{}` or `{}`; if they are to share it, {retire}",
            other.site.name, keep.site.name
        ))
}
