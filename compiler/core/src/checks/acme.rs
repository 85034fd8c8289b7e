//! What Traefik gets certificates by: resolvers with ACME (`pkg/provider/acme`).

use crate::components::program::Program;
use crate::diagnostics::{Report, j0572_no_certificates as d};
use crate::model::NOWHERE;
use crate::model::settings::{Replicas, VolumeSource};
use crate::traefik::config::{Acme, Config};

/// Checks the resolvers that the topology's own arguments define.
pub(super) fn check(program: &Program, report: &mut Report) {
    let args = program.settings.args.as_ref().filter(|_| &*program.component == "traefik");
    let Some(args) = args.filter(|args| args.span != NOWHERE) else { return };
    let config = Config::from_args(args.value.iter().map(String::as_str));
    let resolvers = config.resolvers.iter();
    let resolvers: Vec<(&str, &Acme)> =
        resolvers.filter_map(|own| Some((&*own.name, own.acme.as_ref()?))).collect();
    let before = report.iter().count();
    for (name, acme) in &resolvers {
        let file = format!("/{}", acme.storage.trim_start_matches("./").trim_start_matches('/'));
        if !is_kept(program, &file) {
            report.push(d::store(name, &file, args.span));
        } else if !acme.challenge {
            report.push(d::no_challenge(name, args.span));
        }
        let ports = &program.settings.ports;
        let entry_point = acme.entry_point.as_deref();
        if let Some(entry_point) = entry_point.filter(|name| !ports.contains_key(*name)) {
            report.push(d::no_entrypoint(name, entry_point, ports.keys(), args.span));
        }
    }
    let most = program.settings.replicas.map(|replicas| match replicas.value {
        Replicas::Fixed(most) | Replicas::Auto { max: most, .. } => (most, replicas.span),
    });
    if let (Some((name, _)), Some((most, span))) = (resolvers.first(), most)
        && most > 1
        && report.iter().count() == before
    {
        let place = if span == NOWHERE { program.source } else { span };
        report.push(d::several(name, most, place, args.span));
    }
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
