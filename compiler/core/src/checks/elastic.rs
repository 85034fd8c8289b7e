//! What the Elastic stack wants of a topology (J07).
//!
//! Messages name no namespace, so that a mistake in a profile is told once,
//! however many namespaces use it.

use jtc_syntax::Span;
use rayon::prelude::*;

use crate::components::elk::retention::{self, millis};
use crate::components::{Cx, apm, elasticsearch, kibana, metricbeat};
use crate::diagnostics::j0707_retention_order::Phase;
use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{Elk, Part};
use crate::model::resolved::{Stack, World};
use crate::model::settings::{EnvValue, Settings};
use crate::text::{Memory, Version};

/// Index templates of the composable kind exist from here on.
const OLDEST: Version = Version::new(7, 8, 0);

/// Below, Elasticsearch is killed before it serves anything.
const LEAST_MEMORY: u64 = 1 << 30;

/// Without these each pod of Kibana makes up keys of its own.
const KIBANA_KEYS: [&str; 2] =
    ["XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY", "XPACK_REPORTING_ENCRYPTIONKEY"];

/// Checks every stack.
pub fn check(world: &World<'_>, report: &mut Report) {
    let of_site = |site| {
        let mut report = Report::default();
        let cx = Cx { world, site };
        if let Some(stack) = cx.stack() {
            of_stack(&cx, stack, &mut report);
        }
        report
    };
    let reports: Vec<Report> = world.sites.par_iter().map(of_site).collect();
    for found in reports {
        report.append(found);
    }
}

fn of_stack(cx: &Cx<'_>, stack: &Stack<'_>, report: &mut Report) {
    if stack.version < OLDEST {
        report.push(d::j0708_elastic_too_old::diag(stack.text.span, &stack.text.value));
    }
    complete(cx, stack, report);
    nodes(cx, report);
    memory(cx, report);
    disk(cx, stack, report);
    kibana_keys(cx, report);
    apm_integration(cx, stack, report);
    metricbeat_access(cx, stack, report);
    retention_order(stack, report);
}

fn place<O>(layers: &[&Part<O>], stack: &Stack<'_>) -> Span {
    layers.iter().find_map(|layer| layer.span).unwrap_or(stack.text.span)
}

/// The components of a layer that write to Elasticsearch or read from it.
fn clients(elk: &Elk) -> impl Iterator<Item = (&'static str, Span)> {
    let parts = &elk.parts;
    [
        ("logstash", parts.logstash.as_ref().and_then(|part| part.span)),
        ("kibana", parts.kibana.as_ref().and_then(|part| part.span)),
        ("apm", parts.apm.as_ref().and_then(|part| part.span)),
        ("metricbeat", parts.metricbeat.as_ref().and_then(|part| part.span)),
    ]
    .into_iter()
    .filter_map(|(name, span)| Some((name, span?)))
}

fn complete(cx: &Cx<'_>, stack: &Stack<'_>, report: &mut Report) {
    if !elasticsearch::layers(cx).is_empty() {
        return;
    }
    let client = [stack.own, stack.profile].into_iter().flatten().flat_map(clients).next();
    report.push(d::j0702_no_elasticsearch::diag(stack.text.span, client));
}

fn nodes(cx: &Cx<'_>, report: &mut Report) {
    let nodes = elasticsearch::nodes(cx);
    // None at all has been refused already.
    if nodes.value > 0 && nodes.value.is_multiple_of(2) {
        report.push(d::j0701_elasticsearch_nodes::diag(nodes.span, nodes.value));
    }
    let replicas = elasticsearch::layers(cx).into_iter().find_map(|layer| layer.settings.replicas);
    if let Some(replicas) = replicas {
        report.push(d::j0703_elastic_replicas::elasticsearch(replicas.span, replicas.value.most()));
    }
    let replicas = metricbeat::layers(cx).into_iter().find_map(|layer| layer.settings.replicas);
    if let Some(replicas) = replicas.filter(|replicas| replicas.value.most() > 1) {
        report.push(d::j0703_elastic_replicas::metricbeat(replicas.span, replicas.value.most()));
    }
}

fn bytes(memory: &At<Memory>) -> u64 {
    memory.value.bytes()
}

fn memory(cx: &Cx<'_>, report: &mut Report) {
    let layers = elasticsearch::layers(cx);
    let said = |layer: &&Part<_>| {
        layer.settings.resources.limit_memory.is_some()
            || layer.settings.env.contains_key("ES_JAVA_OPTS")
    };
    // What is built in is enough, and is not worked out again.
    if !layers.iter().any(said) {
        return;
    }
    let Some(program) = (elasticsearch::COMPONENT.program)(cx) else { return };
    let Settings { resources, env, .. } = &program.settings;
    let Some(limit) = &resources.limit_memory else { return };
    let said = (limit.span != crate::model::NOWHERE).then_some(limit.span);
    if bytes(limit) < LEAST_MEMORY {
        report.push(d::j0705_elasticsearch_memory::limit(
            said.unwrap_or(program.source),
            limit.value.as_str(),
        ));
        return;
    }
    let Some(At { value: EnvValue::Text(options), span }) = env.get("ES_JAVA_OPTS") else { return };
    if let Some(heap) =
        options.split_whitespace().rev().find_map(|option| option.strip_prefix("-Xmx"))
        && heap_bytes(heap)
            .is_some_and(|bytes_of_heap| bytes_of_heap.saturating_mul(3) / 2 > bytes(limit))
    {
        let limit = limit.value.as_str();
        report.push(d::j0705_elasticsearch_memory::heap(*span, heap, limit, said));
    }
}

/// A size as Java writes it: `512m`, `4G`.
fn heap_bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok().map(|number| number.saturating_mul(unit))
}

fn disk(cx: &Cx<'_>, stack: &Stack<'_>, report: &mut Report) {
    let layers = elasticsearch::layers(cx);
    if layers.is_empty() {
        return;
    }
    let cluster = &cx.world.topology.cluster;
    let storage = elasticsearch::storage(cx);
    let chosen = storage.and_then(|storage| storage.value.class.as_ref().map(|class| class.span));
    let here =
        chosen.or(storage.map(|storage| storage.span)).unwrap_or_else(|| place(&layers, stack));
    let Some(class) = elasticsearch::class(cx) else {
        report.push(d::j0306_no_storage_class::diag(here, cluster.span));
        return;
    };
    // A class that isn't known has been reported.
    let Some(definition) = cluster.storage_classes.get(&class) else { return };
    if definition.access == "ReadWriteMany" {
        let instead = cluster
            .storage_classes
            .iter()
            .find(|(_, class)| class.access.starts_with("ReadWriteOnce"));
        let instead = instead.map(|(name, _)| name.as_str());
        report.push(d::j0706_shared_disk::diag(&class, here, definition.span, instead));
    }
}

fn kibana_keys(cx: &Cx<'_>, report: &mut Report) {
    let layers = kibana::layers(cx);
    let Some(replicas) = layers.iter().find_map(|layer| layer.settings.replicas) else { return };
    if replicas.value.most() < 2 {
        return;
    }
    let secrets = &cx.world.topology.secrets;
    let given = |key: &str| {
        layers.iter().any(|layer| {
            let Settings { env, env_from, config_files, .. } = &layer.settings;
            env.contains_key(key)
                || env_from.keys().filter_map(|name| secrets.get(name)).any(|secret| secret.keys.contains_key(key))
                // What a file of one's own says, only Kibana knows.
                || config_files.contains_key("/usr/share/kibana/config/kibana.yml")
        })
    };
    let missing: Vec<&str> = KIBANA_KEYS.into_iter().filter(|key| !given(key)).collect();
    if !missing.is_empty() {
        report.push(d::j0704_kibana_keys::diag(replicas.span, replicas.value.most(), &missing));
    }
}

fn apm_integration(cx: &Cx<'_>, stack: &Stack<'_>, report: &mut Report) {
    let layers = apm::layers(cx);
    if !layers.is_empty() && apm::needs_integration(stack.version) {
        let place = place(&layers, stack);
        report.push(d::j0709_apm_integration::diag(place, stack.text.span, &stack.text.value));
    }
}

fn metricbeat_access(cx: &Cx<'_>, stack: &Stack<'_>, report: &mut Report) {
    let layers = metricbeat::layers(cx);
    if layers.is_empty() {
        return;
    }
    // Where all that use a profile lack the same, that is one mistake.
    let furthest = layers.iter().rev().find_map(|layer| layer.span);
    let here = furthest.unwrap_or(stack.text.span);
    let given = |key: &str| layers.iter().any(|layer| layer.settings.env.contains_key(key));
    let secret = metricbeat::secret(cx);
    let mut lacks = Vec::new();
    // One that leads nowhere has been reported.
    if !layers.iter().any(|layer| layer.own.database.is_some()) {
        lacks.push("database");
    }
    if secret.is_none() && !metricbeat::KEYS.into_iter().all(given) {
        lacks.push("secret");
    }
    if !lacks.is_empty() {
        report.push(d::j0710_metricbeat_incomplete::diag(here, &lacks));
    }
    let Some(secret) = secret else { return };
    let Some(declared) = cx.world.topology.secrets.get(&secret.value) else { return };
    let missing: Vec<&str> =
        metricbeat::KEYS.into_iter().filter(|key| !declared.keys.contains_key(*key)).collect();
    if !missing.is_empty() {
        report.push(d::j0819_missing_key::diag("Metricbeat", secret, declared, &missing));
    }
}

fn retention_order(stack: &Stack<'_>, report: &mut Report) {
    let ages = retention::ages(stack);
    let whole = ages.span.unwrap_or(stack.text.span);
    let [warm, cold, delete] = ages.places;
    let phases = [
        ("warm", Some(ages.warm.as_str()), warm),
        ("cold", ages.cold.as_deref(), cold),
        ("delete", Some(ages.delete.as_str()), delete),
    ];
    let phases: Vec<Phase<'_>> = phases
        .into_iter()
        .filter_map(|(name, age, place)| Some(Phase { name, age: age?, place }))
        .collect();
    for pair in phases.windows(2) {
        let [early, late] = pair else { continue };
        // Deletion at once is allowed for nobody: `warm` begins at the rollover.
        let wrong = if late.name == "delete" {
            millis(late.age) <= millis(early.age)
        } else {
            millis(late.age) < millis(early.age)
        };
        if wrong {
            report.push(d::j0707_retention_order::diag(whole, early, late));
        }
    }
}

#[cfg(test)]
mod tests;
