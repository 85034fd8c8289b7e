//! What Traefik gets certificates by: resolvers with ACME (`pkg/provider/acme`).

use std::collections::BTreeMap;

use crate::components::program::Program;
use crate::diagnostics::{Report, j0572_no_certificates as d};
use crate::model::NOWHERE;
use crate::model::settings::{Replicas, VolumeSource};

/// What arguments say of a resolver.
struct Resolver<'a> {
    /// The file that it keeps certificates in; its folder is the root.
    storage: &'a str,
    /// Whether it is told how to prove whose a host is.
    challenge: bool,
    /// The entrypoint by which it proves that, over HTTP.
    entrypoint: Option<&'a str>,
}

/// Checks the resolvers that the topology's own arguments define.
pub(super) fn check(program: &Program, report: &mut Report) {
    let args = program.settings.args.as_ref().filter(|_| &*program.component == "traefik");
    let Some(args) = args.filter(|args| args.span != NOWHERE) else { return };
    let resolvers = resolvers(&args.value);
    let before = report.iter().count();
    for (name, resolver) in &resolvers {
        let file =
            format!("/{}", resolver.storage.trim_start_matches("./").trim_start_matches('/'));
        if !is_kept(program, &file) {
            report.push(d::store(name, &file, args.span));
        } else if !resolver.challenge {
            report.push(d::no_challenge(name, args.span));
        }
        let ports = &program.settings.ports;
        if let Some(entrypoint) = resolver.entrypoint.filter(|name| !ports.contains_key(*name)) {
            report.push(d::no_entrypoint(name, entrypoint, ports.keys(), args.span));
        }
    }
    let most = program.settings.replicas.map(|replicas| match replicas.value {
        Replicas::Fixed(most) | Replicas::Auto { max: most, .. } => (most, replicas.span),
    });
    if let (Some((name, _)), Some((most, span))) = (resolvers.first_key_value(), most)
        && most > 1
        && report.iter().count() == before
    {
        let place = if span == NOWHERE { program.source } else { span };
        report.push(d::several(name, most, place, args.span));
    }
}

fn resolvers(args: &[String]) -> BTreeMap<String, Resolver<'_>> {
    let mut resolvers: BTreeMap<String, Resolver<'_>> = BTreeMap::new();
    for arg in args {
        let (option, value) = arg.split_once('=').unwrap_or((arg, ""));
        let option = option.trim_start_matches('-').to_ascii_lowercase();
        let parts: Vec<&str> = option.split('.').collect();
        let ["certificatesresolvers", name, "acme", rest @ ..] = parts.as_slice() else { continue };
        let usual = Resolver { storage: "acme.json", challenge: false, entrypoint: None };
        let resolver = resolvers.entry((*name).to_owned()).or_insert(usual);
        match rest {
            ["storage"] => resolver.storage = value,
            ["httpchallenge", "entrypoint"] => {
                (resolver.challenge, resolver.entrypoint) = (true, Some(value));
            }
            ["tlschallenge" | "dnschallenge" | "httpchallenge", ..] => {
                resolver.challenge = !value.eq_ignore_ascii_case("false");
            }
            _ => {}
        }
    }
    resolvers
}

/// Whether a file stays when the pod goes: it is right in a claim, as Traefik makes no
/// folders (`local_store.go`).
fn is_kept(program: &Program, file: &str) -> bool {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    program.settings.volumes.values().any(|volume| {
        matches!(volume.value.source, VolumeSource::Claim { .. })
            && !volume.value.read_only
            && volume.value.mount == folder
    })
}
