//! Rules of Kubernetes that hold for every program: what the API server would
//! refuse, and what it would accept and never run.

use std::collections::BTreeMap;

use jtc_syntax::Span;

use super::{MOST_BYTES, acme, limits, listens, pod_security, proxy, quota};
use crate::components::build::meta::APP;
use crate::components::build::{objects, pod};
use crate::components::program::{Home, Peer, Program, Runs};
use crate::components::site::Made;
use crate::diagnostics::{self as d, Report};
use crate::model::declared::PodSecurity;
use crate::model::settings::{Check, EnvValue, Protocol, Replicas, Strategy, VolumeSource};
use crate::model::{At, NOWHERE};

/// Checks what a namespace is made of, while the objects are at hand.
pub fn check(home: &Home<'_>, made: &Made, report: &mut Report) {
    for program in &made.programs {
        image(program, report);
        names(program, report);
        time_to_end(program, report);
        amounts(program, report);
        kinds(program, report);
        disks(home, program, report);
        access(home, program, report);
        ports(program, report);
        probes(program, report);
        mounts(program, report);
        acme::check(program, report);
        proxy::check(program, report);
        files(program, report);
        security(home, program, report);
        listens::check(program, report);
        database(program, report);
    }
    quota::check(home, made, report);
    limits::check(home, made, report);
}

/// The place that set a value, or the program where it is built in.
fn place(span: Span, program: &Program) -> Span {
    if span == NOWHERE { program.source } else { span }
}

/// A port of the database that isn't the one of its `external`, which policies go by.
fn database(program: &Program, report: &mut Report) {
    if !matches!(&*program.component, "server" | "metricbeat") {
        return;
    }
    let said = program.settings.env.get("DB_PORT").filter(|at| at.span != NOWHERE);
    let Some(At { value: EnvValue::Text(text), span }) = said else { return };
    let externals = || {
        program.talks.iter().filter_map(|talk| match &*talk.to {
            Peer::External { name, port, .. } => Some((name, *port)),
            _ => None,
        })
    };
    let Some((name, port)) = externals().next() else { return };
    if externals().all(|(_, port)| port.to_string() != text.trim()) {
        report.push(d::j0511_told_otherwise::database(
            &program.component,
            *span,
            text,
            (name, port),
        ));
    }
}

fn image(program: &Program, report: &mut Report) {
    if !program.has_image() {
        report.push(d::j0615_no_image::diag(&program.component, program.source));
    }
}

/// Pods of a CronJob get eleven characters more, those of a Job too; a label
/// has 63 at most.
fn names(program: &Program, report: &mut Report) {
    let own = program.settings.labels.get(APP).filter(|own| own.value != program.object);
    if let Some(own) = own.filter(|own| own.span != NOWHERE) {
        report.push(d::j0208_bad_value::app_label(&own.value, own.span, &program.object));
    }
    let most = match program.runs {
        Runs::CronJob | Runs::Job => 52,
        Runs::Deployment | Runs::StatefulSet { .. } => 63,
    };
    if program.object.chars().count() > most {
        let name = &*program.component;
        report.push(d::j0608_long_name::diag(
            program.source,
            name,
            "the name",
            &program.object,
            most,
        ));
    }
}

fn time_to_end(program: &Program, report: &mut Report) {
    let Some(drain) = program.settings.drain.filter(|drain| drain.value > 0) else { return };
    let grace = program.settings.grace;
    let seconds = grace.map_or(pod::GRACE, |grace| grace.value);
    if drain.value >= seconds {
        let drain = At::new(drain.value, place(drain.span, program));
        report.push(d::j0605_drain::diag(
            drain,
            seconds,
            grace.map(|grace| grace.span),
            program.source,
        ));
    }
}

fn amounts(program: &Program, report: &mut Report) {
    let resources = &program.settings.resources;
    if let (Some(request), Some(limit)) = (&resources.request_cpu, &resources.limit_cpu)
        && request.value.milli() > limit.value.milli()
    {
        let (request, limit) =
            ((request.value.as_str(), request.span), (limit.value.as_str(), limit.span));
        report.push(d::j0606_over_limit::diag("cpu", request, limit, program.source));
    }
    if let (Some(request), Some(limit)) = (&resources.request_memory, &resources.limit_memory)
        && request.value.bytes() > limit.value.bytes()
    {
        let (request, limit) =
            ((request.value.as_str(), request.span), (limit.value.as_str(), limit.span));
        report.push(d::j0606_over_limit::diag("memory", request, limit, program.source));
    }
    if let Some(At { value: Replicas::Auto { cpu, memory, .. }, span }) = program.settings.replicas
    {
        // Where only a limit is said, Kubernetes takes it as the request too.
        let cpu_known = resources.request_cpu.is_some() || resources.limit_cpu.is_some();
        let memory_known = resources.request_memory.is_some() || resources.limit_memory.is_some();
        if cpu.is_some() && !cpu_known {
            report.push(d::j0607_scale_without_request::diag("cpu", place(span, program)));
        }
        if memory.is_some() && !memory_known {
            report.push(d::j0607_scale_without_request::diag("memory", place(span, program)));
        }
    }
}

/// What a Job or CronJob can't have.
fn kinds(program: &Program, report: &mut Report) {
    let settings = &program.settings;
    let how = match (&settings.schedule, settings.run_once) {
        (Some(schedule), Some(once)) => {
            report.push(d::j0609_job_and_service::diag(
                ("schedule", schedule.span),
                ("run-once", once),
            ));
            return;
        }
        (Some(schedule), None) => ("schedule", schedule.span),
        (None, Some(once)) => ("run-once", once),
        (None, None) => return,
    };
    if let Runs::Deployment | Runs::StatefulSet { .. } = program.runs {
        report.push(d::j0609_job_and_service::always(&program.component, program.source, how));
        return;
    }
    let others = [
        ("replicas", settings.replicas.map(|at| at.span)),
        ("strategy", settings.strategy.map(|at| at.span)),
        ("probe", settings.probes.values().next().map(|at| at.span)),
    ];
    for (name, span) in others {
        if let Some(span) = span.filter(|span| *span != NOWHERE) {
            report.push(d::j0609_job_and_service::diag(how, (name, span)));
        }
    }
}

/// A claim that wants more than its class can give. Any class can be mounted
/// by one node.
fn access(home: &Home<'_>, program: &Program, report: &mut Report) {
    let classes = &home.cluster.storage_classes;
    for volume in program.settings.volumes.values() {
        let VolumeSource::Claim { class, access: Some(access), .. } = &volume.value.source else {
            continue;
        };
        let found = match class {
            Some(class) => classes.get_key_value(&class.value),
            None => classes.first(),
        };
        if let Some((name, class)) = found
            && class.access.starts_with("ReadWriteOnce")
            && access.value.ends_with("Many")
        {
            report.push(d::j0618_access::diag(access, name, &class.access, class.span));
        }
    }
}

/// A claim for one node at a time, and more than one pod.
fn disks(home: &Home<'_>, program: &Program, report: &mut Report) {
    let replicas = program.settings.replicas;
    let several =
        replicas.filter(|at| at.value.most() > 1).map(|at| (at.span, "several pods are asked for"));
    let rolling = program
        .settings
        .strategy
        .filter(|at| at.value == Strategy::Rolling)
        .map(|at| (at.span, "a rolling change starts the new pod beside the old one"));
    let Some((span, why)) = several.or(rolling) else { return };
    if program.runs != Runs::Deployment {
        return;
    }
    for (name, volume) in &program.settings.volumes {
        let VolumeSource::Claim { class, access, .. } = &volume.value.source else { continue };
        let access = objects::claim_access(home, class.as_ref(), access.as_ref());
        if access.starts_with("ReadWriteOnce") {
            report.push(d::j0610_shared_disk::diag(name, volume.span, place(span, program), why));
        }
    }
}

fn ports(program: &Program, report: &mut Report) {
    let mut container: BTreeMap<(u16, Protocol), (&str, Span)> = BTreeMap::new();
    let mut service: BTreeMap<(u16, Protocol), (&str, Span)> = BTreeMap::new();
    for (name, number) in &program.private_ports {
        container.insert((*number, Protocol::Tcp), (name, program.source));
    }
    for (name, port) in &program.settings.ports {
        let here = (name.as_str(), place(port.span, program));
        let protocol = port.value.protocol;
        let (inside, outside) = (port.value.container, port.value.service);
        let said = service.insert((outside, protocol), here);
        let taken = container.insert((inside, protocol), here);
        if let Some(first) = said {
            report.push(d::j0612_same_port::diag(here, first, outside, protocol.as_str()));
        } else if let Some(first) = taken {
            let diag =
                d::j0612_same_port::inside(here, first, (outside, inside), protocol.as_str());
            report.push(diag);
        }
    }
}

fn probes(program: &Program, report: &mut Report) {
    let known: Vec<&str> = program
        .settings
        .ports
        .keys()
        .map(String::as_str)
        .chain(program.private_ports.iter().map(|(name, _)| name.as_str()))
        .collect();
    for probe in program.settings.probes.values() {
        let port = match &probe.value.check {
            Check::Http { port, .. } | Check::Tcp { port } => port,
            Check::Exec(_) => continue,
        };
        let at = place(probe.span, program);
        match port {
            Some(port) if !known.contains(&port.value.as_str()) => {
                let at = if port.span == NOWHERE { at } else { port.span };
                report.push(d::j0611_probe_port::diag(at, Some(port), &known));
            }
            None if known.is_empty() => report.push(d::j0611_probe_port::diag(at, None, &known)),
            _ => {
                let ports = &program.settings.ports;
                let asked = match port {
                    Some(port) => ports.get_key_value(&port.value),
                    None => ports.first(),
                };
                if let Some((name, port)) = asked
                    && port.value.protocol == Protocol::Udp
                {
                    report.push(d::j0611_probe_port::udp(at, name));
                }
            }
        }
    }
}

fn files(program: &Program, report: &mut Report) {
    let files = &program.settings.config_files;
    let size: usize = files.iter().map(|(path, file)| path.len() + file.value.0.len()).sum();
    if size > MOST_BYTES
        && let Some(largest) = files.values().max_by_key(|file| file.value.0.len())
    {
        report.push(d::j0619_large_file::diag(place(largest.span, program), size));
    }
}

fn mounts(program: &Program, report: &mut Report) {
    let mut taken: BTreeMap<&str, Span> = BTreeMap::new();
    let mut keys: BTreeMap<String, Span> = BTreeMap::new();
    for path in pod::scratch(program) {
        taken.insert(path, NOWHERE);
    }
    if let Runs::StatefulSet { disk, .. } = &program.runs {
        taken.insert(&disk.mount, NOWHERE);
    }
    for (name, file) in &program.settings.config_files {
        if let Some(first) = taken.insert(name, file.span) {
            report.push(d::j0613_same_mount::diag(name, place(file.span, program), first));
        }
        let key = pod::file_key(name);
        if let Some(first) = keys.insert(key.clone(), file.span) {
            report.push(d::j0613_same_mount::key(name, &key, place(file.span, program), first));
        }
    }
    let disk = match &program.runs {
        Runs::StatefulSet { disk, .. } => Some(disk.name.as_str()),
        Runs::Deployment | Runs::Job | Runs::CronJob => None,
    };
    for (name, volume) in &program.settings.volumes {
        let scratch = pod::scratch(program).any(|path| pod::scratch_name(path) == *name);
        if name == pod::FILES || scratch || disk == Some(name) {
            report.push(d::j0613_same_mount::name(name, place(volume.span, program)));
        }
    }
    for volume in program.settings.volumes.values() {
        let mount = volume.value.mount.as_str();
        if let Some(first) = taken.insert(mount, volume.span) {
            report.push(d::j0613_same_mount::diag(mount, place(volume.span, program), first));
        }
    }
}

fn security(home: &Home<'_>, program: &Program, report: &mut Report) {
    let security = &program.settings.security;
    let mut refuse = |span: Span, why: &str, wanted: PodSecurity| {
        let at = place(span, program);
        let name = &*program.component;
        report.push(d::j0901_pod_security::diag(name, at, home.level, home.level_at, why, wanted));
    };
    if home.level == PodSecurity::Restricted {
        if let Some(user) = security.user.filter(|user| user.value == 0) {
            refuse(user.span, "it runs as root", PodSecurity::Baseline);
        } else if security.runtime_capabilities {
            refuse(NOWHERE, "it keeps capabilities", PodSecurity::Baseline);
        }
    }
    for (capability, span) in &security.capabilities {
        let name = capability.as_str();
        let wanted = if pod_security::CAPABILITIES.contains(&name) {
            if name == "NET_BIND_SERVICE" { PodSecurity::Restricted } else { PodSecurity::Baseline }
        } else {
            PodSecurity::Privileged
        };
        if home.level > wanted {
            refuse(*span, &format!("it adds the capability {name}"), wanted);
        }
    }
}
