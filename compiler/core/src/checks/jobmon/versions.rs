//! Versions, and what their servers can't start without.

use std::collections::BTreeSet;

use crate::components::release::{self, Config, Found, Login, Prefix};
use crate::components::{Cx, gui, server};
use crate::diagnostics::{self as d, Report};
use crate::model::declared::Auth;
use crate::model::resolved::{Jobmon, Site, World};
use crate::model::settings::Check;
use crate::model::{At, declared};
use crate::text::{ImageRef, Version};

pub(super) fn check(world: &World<'_>, report: &mut Report) {
    for (number, version) in &world.topology.versions {
        let other = version.image.as_ref().filter(|image| says_other(image, version));
        let other = other.map(|image| d::j0822_other_tag::diag(number, version, image));
        if version.dialect.is_some() {
            report.extend(other);
            continue;
        }
        match release::find(version.number) {
            // Of a number that isn't known the image is the better witness.
            Found::Known(_) => report.extend(other),
            Found::Newer(release) => {
                report.push(d::j0802_newer_version::diag(number, version, release));
            }
            Found::TooOld => report.push(d::j0801_too_old::diag(number, version)),
        }
    }
    for site in &world.sites {
        let Some(jobmon) = &site.jobmon else { continue };
        let cx = Cx { world, site };
        images(&cx, jobmon, report);
        database(&cx, jobmon, report);
        login(&cx, jobmon, report);
        probes(&cx, jobmon, report);
    }
}

/// Probes of the server by the topology itself: what it asks for must be there, for
/// everybody.
fn probes(cx: &Cx<'_>, jobmon: &Jobmon<'_>, report: &mut Report) {
    let release = jobmon.release;
    let server = &release.server;
    let login = server::login(cx) || release.login == Login::Mandatory;
    let mut kinds = BTreeSet::new();
    for layer in server::layers(cx) {
        for (kind, probe) in &layer.settings.probes {
            // The nearest one of a kind holds, whatever it does.
            if !kinds.insert(*kind) {
                continue;
            }
            let Check::Http { path, .. } = &probe.value.check else { continue };
            let path = path.split('?').next().unwrap_or(path);
            if path == server.health || server.alive == Some(path) {
                continue;
            }
            let below = |prefix: &&Prefix| {
                path.strip_prefix(prefix.path).is_some_and(|rest| rest.starts_with('/'))
            };
            let why = match release.prefixes.iter().find(below) {
                // Of a release without a prefix, not all paths are known.
                Some(prefix) if prefix.path.is_empty() && path.starts_with("/api/") => {
                    "nothing answers there"
                }
                Some(prefix) if prefix.is_open(login) => continue,
                Some(_) => "only who is logged in gets an answer there",
                None if path.starts_with("/api/") && !path.starts_with("/api/v") => continue,
                None => "nothing answers there",
            };
            let probe = (path, probe.span);
            report.push(d::j0824_no_such_path::diag(jobmon.number, probe, why, server.health));
        }
    }
}

/// Whether the tag of an image is the number of another release. A date or a
/// number of builds is none of Jobmon's, which are at 3.
fn says_other(image: &At<ImageRef>, version: &declared::VersionDecl) -> bool {
    let Some(tag) = image.value.tag() else { return false };
    let Ok(said) = Version::parse(tag) else { return false };
    let number = version.number;
    let short = tag.chars().filter(|c| *c == '.').count() < 2;
    let same = (said.major, said.minor) == (number.major, number.minor)
        && (short || said.patch == number.patch);
    said.major < 10 && !same
}

/// The place that makes a namespace a Jobmon namespace.
pub(super) fn place(site: &Site<'_>) -> jtc_syntax::Span {
    site.decl.version.as_ref().map_or(site.decl.span, |version| version.span)
}

fn images(cx: &Cx<'_>, jobmon: &Jobmon<'_>, report: &mut Report) {
    let own = server::layers(cx).into_iter().any(|layer| layer.settings.image.is_some());
    if !own && jobmon.version.image.is_none() {
        report.push(d::j0803_no_image::diag(
            "server",
            jobmon.number,
            place(cx.site),
            jobmon.version,
        ));
    }
    let layers = gui::layers(cx);
    let Some(nearest) = layers.first() else { return };
    if layers.iter().all(|layer| layer.settings.image.is_none())
        && jobmon.version.gui_image.is_none()
    {
        let place = nearest.span.unwrap_or_else(|| place(cx.site));
        report.push(d::j0803_no_image::diag("gui", jobmon.number, place, jobmon.version));
    }
}

fn database(cx: &Cx<'_>, jobmon: &Jobmon<'_>, report: &mut Report) {
    let migrate = server::migrate(cx);
    if let Some(migrate) = migrate
        && jobmon.release.migrate.is_none()
    {
        report.push(d::j0818_no_migration::diag(jobmon.number, migrate.span, place(cx.site)));
    }
    let Some(database) = &jobmon.database else {
        if cx.site.decl.database.is_none() {
            report.push(d::j0816_no_database::diag(cx.site, place(cx.site)));
        }
        return;
    };
    if let Some(uri) = &database.decl.uri_key
        && jobmon.release.config == Config::Flat
    {
        report.push(d::j0817_uri_not_read::diag(database.name, uri, jobmon.number, place(cx.site)));
    }
}

/// Those of the keys that the Secret doesn't hold.
pub(super) fn missing<'k>(secret: &declared::Secret, keys: &[&'k str]) -> Vec<&'k str> {
    keys.iter().copied().filter(|key| !secret.keys.contains_key(*key)).collect()
}

fn login(cx: &Cx<'_>, jobmon: &Jobmon<'_>, report: &mut Report) {
    let release = jobmon.release;
    let auth = server::auth(cx);
    let oidc = match auth {
        Some(At { value: Auth::Oidc { secret, url }, span }) => Some((secret, url, *span)),
        Some(At { value: Auth::Off, .. }) | None => None,
    };
    if let (Login::Unknown, Some((.., span))) = (release.login, oidc) {
        report.push(d::j0805_no_login::diag(jobmon.number, span, place(cx.site)));
        return;
    }
    let mut wants: Vec<&str> = Vec::new();
    if release.wants_session(oidc.is_some()) && server::session(cx).is_none() {
        wants.push("session secret=\"S\" key=\"K\"");
    }
    // What `defaults` say is for whichever version wants it.
    let own = cx.site.decl.parts.server.as_ref().and_then(|server| server.own.session.as_ref());
    if let Some(session) =
        own.filter(|_| !release.wants_session(oidc.is_some() || server::login(cx)))
    {
        let with_login = release.wants_session(true);
        report.push(d::j0823_idle_session::diag(
            session.secret.span,
            jobmon.number,
            place(cx.site),
            with_login,
        ));
    }
    let complete = matches!(oidc, Some((Some(_), Some(_), _)));
    if !complete && (oidc.is_some() || release.login == Login::Mandatory) {
        wants.push("auth \"oidc\" { oidc secret=\"S\" url=\"U\"; }");
    }
    if !wants.is_empty() {
        let nearest = server::layers(cx).into_iter().find_map(|layer| layer.span);
        let place = auth.map(|auth| auth.span).or(nearest).unwrap_or_else(|| place(cx.site));
        report.push(d::j0804_cannot_start::diag(
            jobmon.number,
            place,
            self::place(cx.site),
            &wants,
        ));
    }
    if let Some((Some(name), ..)) = oidc
        && let Some(secret) = cx.world.topology.secrets.get(&name.value)
    {
        let missing: Vec<&str> = server::oidc_keys(secret)
            .into_iter()
            .filter_map(|(want, key)| key.is_none().then_some(want))
            .collect();
        if !missing.is_empty() {
            report.push(d::j0819_missing_key::diag("`oidc`", name, secret, &missing));
        }
    }
}
