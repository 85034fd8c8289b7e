//! `cargo xtask conformance --routes`: sets of routes, applied to a real API
//! server with the real Traefik beside it, and the model of Traefik in
//! `jtc-core`, compared router by router and request by request.

mod compare;
mod generate;
mod known;
mod nothing;
mod probe;
mod profile;
mod random;
mod rules;
mod servers;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use jtc_core::traefik::{Answer, Config, Instance, Objects};
use jtc_core::traefik_crds::CRDS;
use serde_json::{Value, json};

use crate::cluster::client::{Client, plain_agent};
use crate::cluster::{Cluster, TOKEN, isolation};
use crate::process::{self, Background};
use crate::report::{self, Report};
use crate::tools;
use compare::{Counts, Difference};
use generate::{Made, Set, entry_points};
use profile::{PROFILES, Profile};
use random::Random;

/// The Kubernetes whose API server takes the objects.
const KUBERNETES: &str = "1.34";
/// How many sets one Traefik serves.
const BATCH: usize = 24;
/// How many requests are on their way at once.
const WORKERS: usize = 8;
/// How long Traefik may take to load a batch.
const LIMIT: Duration = Duration::from_mins(1);
/// How many differences are shown.
const SHOWN: usize = 40;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// How many sets.
    pub(crate) sets: usize,
    /// From which seed.
    pub(crate) seed: u64,
    /// Only this set is compared; its neighbours are applied all the same.
    pub(crate) only: Option<usize>,
}

/// The sample of every run.
pub(crate) const QUICK: Sample = Sample { sets: 60, seed: 1, only: None };

/// Runs a sample.
pub(crate) fn run(report: &mut Report, folder: &Path, sample: Sample) {
    let start = Instant::now();
    report::line(format_args!("routes: {} sets of seed {}", sample.sets, sample.seed));
    let mut counts = Counts::default();
    let cluster = report.check("routes: an API server with Traefik's definitions", || {
        Ok((cluster(folder)?, String::new()))
    });
    let Some(mut cluster) = cluster else { return };
    report.check("routes: Traefik and its model agree", || {
        let differences = all(&mut cluster, folder, sample, &mut counts)?;
        let (known, unknown): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(|difference| known::reason(difference).is_some());
        if !unknown.is_empty() {
            bail!("{}", shown(&unknown));
        }
        Ok(((), format!("{} known differences", known.len())))
    });
    report.check("routes: what makes Traefik serve nothing", || Ok(((), nothing::run(&cluster)?)));
    let Counts { sets, objects, refused, routers, .. } = counts;
    report::line(format_args!(
        "        {sets} sets, {objects} objects ({refused} refused by the API server), {routers} routers: {} \
         enabled, {} disabled, {} absent, {} ignored; {} requests: {} to a pod, {} at random, {} undecided; {} \
         datagrams; {:.0} s",
        counts.enabled,
        counts.disabled,
        counts.absent,
        counts.ignored,
        counts.requests,
        counts.answered,
        counts.random,
        counts.open,
        counts.datagrams,
        start.elapsed().as_secs_f64(),
    ));
}

fn shown(differences: &[Difference]) -> String {
    let mut text = format!("{} differences", differences.len());
    for difference in differences.iter().take(SHOWN) {
        let set = difference.set.map_or("-".to_owned(), |set| set.to_string());
        let _ = write!(
            text,
            "\nset {set}: {}\n  model: {}\n  real:  {}",
            difference.about, difference.model, difference.real
        );
    }
    text
}

fn cluster(folder: &Path) -> Result<Cluster> {
    for range in ["10.77.0.0/16", "10.96.0.0/16"] {
        process::output(Command::new("ip").args(["route", "add", "local", range, "dev", "lo"]))?;
    }
    servers::start()?;
    fresh(&folder.join("routes"))
}

/// An API server that knows Traefik's kinds and holds nothing.
fn fresh(folder: &Path) -> Result<Cluster> {
    let cluster = Cluster::start_api(KUBERNETES, folder)?;
    define(&cluster.client)?;
    Ok(cluster)
}

fn all(
    cluster: &mut Cluster,
    folder: &Path,
    sample: Sample,
    counts: &mut Counts,
) -> Result<Vec<Difference>> {
    let mut random = Random::new(sample.seed);
    // The first addresses belong to the API server.
    let mut addresses = 512;
    let sets: Vec<Set> = (0..sample.sets)
        .map(|number| {
            let base = 20_000 + u16::try_from(number % BATCH).unwrap_or(0) * 3;
            generate::set(&mut random, number, base, &mut addresses)
        })
        .collect();
    let external = sets.iter().flat_map(|set| &set.objects).filter_map(|made| {
        let name = made.value.pointer("/spec/externalName")?.as_str()?;
        Some((name.to_owned(), made.address?.to_string()))
    });
    isolation::name_hosts(&cluster.folder, &external.collect::<Vec<_>>())?;
    let mut differences = Vec::new();
    // In a short run, too, there are several configurations.
    let size = BATCH.min(sample.sets.div_ceil(4).max(1));
    for (index, sets) in sets.chunks(size).enumerate() {
        let profile = &PROFILES[index % PROFILES.len()];
        let wanted = sample.only.is_none_or(|only| sets.iter().any(|set| set.number == only));
        if !wanted {
            continue;
        }
        // What other batches left there costs memory.
        if index > 0 && index.is_multiple_of(PROFILES.len()) {
            *cluster = fresh(&folder.join(format!("routes-{index}")))?;
        }
        let batch = Batch { number: index, profile, sets, only: sample.only };
        // A program that has ended explains more than what followed from it.
        let found = batch.run(cluster, counts);
        cluster.alive()?;
        let found = found?;
        report::line(format_args!(
            "        sets {} to {}, {}: {} differences",
            sets.first().map_or(0, |set| set.number),
            sets.last().map_or(0, |set| set.number),
            profile.name,
            found.len()
        ));
        differences.extend(found);
    }
    Ok(differences)
}

/// Applies Traefik's definitions.
fn define(client: &Client) -> Result<()> {
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for crd in CRDS {
        client.create(path, &serde_json::from_str(crd.json)?)?;
    }
    let start = Instant::now();
    for crd in CRDS {
        let list = format!("/apis/traefik.io/v1alpha1/{}", crd.plural);
        // At first nothing is there, then its store is made.
        while client.send("GET", &list, "application/json", None)?.status != 200 {
            if start.elapsed() > LIMIT {
                bail!("`{}` is not established", crd.name);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

/// Sets that one Traefik serves.
struct Batch<'b> {
    number: usize,
    profile: &'b Profile,
    sets: &'b [Set],
    only: Option<usize>,
}

impl Batch<'_> {
    fn run(&self, cluster: &Cluster, counts: &mut Counts) -> Result<Vec<Difference>> {
        let sentinel = format!("sentinel-{}", self.number);
        let (objects, owners) = self.apply(&cluster.client, &sentinel, counts)?;
        let args = self.profile.args(self.number, self.sets, &sentinel);
        let name = format!("traefik-{}", self.number);
        let mut traefik = Traefik::start(cluster, &name, &args, TOKEN)?;
        let raw = traefik.wait(&sentinel)?;
        let instance = model(&traefik.args, self.number, &objects)?;
        counts.sets += self.sets.len();
        let set_of = |at: usize| owners.get(at).copied();
        let mut differences = compare::routers(&instance, &raw, &set_of, counts);
        for set in self.sets {
            differences.extend(requests(&instance, set, &objects, counts)?);
            differences.extend(datagrams(&instance, set, &objects, counts)?);
        }
        if let Some(only) = self.only {
            differences.retain(|difference| difference.set == Some(only));
            let own = objects.iter().zip(&owners).filter(|(_, owner)| **owner == only);
            for (made, _) in own {
                report::line(format_args!("{}", made.value));
            }
        }
        traefik.program.alive()?;
        Ok(differences)
    }

    /// Creates all objects; those that the API server takes, each with the
    /// number of its set.
    fn apply<'s>(
        &'s self,
        client: &Client,
        sentinel: &str,
        counts: &mut Counts,
    ) -> Result<(Vec<&'s Made>, Vec<usize>)> {
        let all =
            self.sets.iter().flat_map(|set| set.objects.iter().map(move |made| (made, set.number)));
        let all: Vec<(&Made, usize)> = all.collect();
        let names = self.sets.iter().flat_map(|set| set.namespaces.iter().map(String::as_str));
        let names: Vec<&str> = names.chain(std::iter::once(sentinel)).collect();
        parallel(&names, |name| {
            let namespace = json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name },
            });
            client.create("/api/v1/namespaces", &namespace).map(drop)
        })?;
        let taken = parallel(&all, |(made, _)| {
            let mut value = made.value.clone();
            self.label(&mut value);
            let path = path(&value)?;
            let body = ("application/json", value.to_string().into_bytes());
            let answer = client.send("POST", &path, "application/json", Some(body))?;
            match answer.status {
                200..300 => Ok(true),
                // The schema of the definition, or a name that is taken.
                409 | 422 => Ok(false),
                status => bail!("POST {path}: HTTP {status}: {}", answer.message()),
            }
        })?;
        // It leads nowhere, and the API shows it all the same.
        let mut route = json!({
            "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
            "metadata": { "name": "sentinel", "namespace": sentinel, "labels": { "lane": "a" } },
            "spec": {
                "entryPoints": ["traefik"],
                "routes": [{
                    "match": "Path(`/sentinel`)", "kind": "Rule",
                }],
            },
        });
        if let Some(class) = self.profile.class {
            route["spec"]["ingressClassName"] = class.into();
        }
        self.label(&mut route);
        client.create(&path(&route)?, &route)?;
        counts.objects += all.len();
        counts.refused += taken.iter().filter(|taken| !**taken).count();
        let kept = all.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(one, _)| one);
        Ok(kept.unzip())
    }

    /// Says to which batch an object belongs.
    fn label(&self, value: &mut Value) {
        if value["apiVersion"] == "traefik.io/v1alpha1" {
            value["metadata"]["labels"]["batch"] = self.number.to_string().into();
        }
    }
}

/// Where an object is created.
fn path(value: &Value) -> Result<String> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let version = text("/apiVersion");
    let plural = match text("/kind") {
        "Service" => "services",
        "Secret" => "secrets",
        "EndpointSlice" => "endpointslices",
        kind => {
            CRDS.iter().find(|crd| crd.kind == kind).context("a kind that nobody knows")?.plural
        }
    };
    let top = if version == "v1" { "/api" } else { "/apis" };
    Ok(format!("{top}/{version}/namespaces/{}/{plural}", text("/metadata/namespace")))
}

/// Does the same with each item, several at a time; in the order of the items.
fn parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let mut done: BTreeMap<usize, R> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(index) else { return Ok(own) };
                        own.push((index, work(item)?));
                    }
                })
            })
            .collect();
        for worker in workers {
            let own: Result<Vec<(usize, R)>> =
                worker.join().unwrap_or_else(|_| bail!("a thread panicked"));
            done.extend(own?);
        }
        Ok(done.into_values().collect())
    })
}

/// What the model makes of the objects that were taken.
fn model(args: &[String], batch: usize, objects: &[&Made]) -> Result<Instance> {
    let config = Config::from_args(args.iter().map(String::as_str));
    if !config.faults.is_empty() {
        bail!("the model says that Traefik doesn't start: {:?}", config.faults);
    }
    let mut own = Objects { all_secrets: true, ..Objects::default() };
    for (at, made) in objects.iter().enumerate() {
        let mut value = made.value.clone();
        if value["apiVersion"] == "traefik.io/v1alpha1" {
            value["metadata"]["labels"]["batch"] = batch.to_string().into();
        }
        own.add_value(at, &value);
        if let Some(service) = own.services.last_mut().filter(|service| service.meta.at == at) {
            for (port, state) in service.ports_mut().iter_mut().zip(&made.ready) {
                (port.serving, port.ready, port.terminating) = *state;
            }
        }
    }
    Ok(Instance::new(&config, &own))
}

fn requests(
    instance: &Instance,
    set: &Set,
    objects: &[&Made],
    counts: &mut Counts,
) -> Result<Vec<Difference>> {
    let got = parallel(&set.requests, |asked| probe::ask(set.ports[asked.entry_point], asked))?;
    let names = entry_points(set.number);
    let mut differences = Vec::new();
    for (asked, got) in set.requests.iter().zip(got) {
        let entry_point = &names[asked.entry_point];
        if let Some((model, real)) =
            compare::request(instance, entry_point, asked, &got, objects, counts)
        {
            let about = format!(
                "{entry_point} {} {}{} {:?}",
                asked.method, asked.host, asked.target, asked.headers
            );
            differences.push(Difference { set: Some(set.number), about, model, real });
        }
    }
    Ok(differences)
}

fn datagrams(
    instance: &Instance,
    set: &Set,
    objects: &[&Made],
    counts: &mut Counts,
) -> Result<Vec<Difference>> {
    let any = set.objects.iter().any(|made| made.value["kind"] == "IngressRouteUDP");
    if !any {
        return Ok(Vec::new());
    }
    let pods = servers::Udp::start(set.objects.iter().filter_map(|made| made.address))?;
    let entry_point = &entry_points(set.number)[2];
    // One that must arrive may take its time on a busy machine.
    let answer = instance.answer_udp(entry_point);
    let arrives = answer.each().into_iter().all(|one| matches!(one, Answer::Backend(_)));
    let patience = if arrives { Duration::from_secs(10) } else { Duration::from_millis(200) };
    let got = pods.ask(set.ports[2], patience)?;
    counts.datagrams += 1;
    let found = compare::datagram(instance, entry_point, got, objects);
    Ok(found
        .map(|(model, real)| Difference {
            set: Some(set.number),
            about: format!("{entry_point} datagram"),
            model,
            real,
        })
        .into_iter()
        .collect())
}

/// A Traefik of a batch.
struct Traefik {
    args: Vec<String>,
    program: Background,
    api: u16,
}

impl Traefik {
    fn start(cluster: &Cluster, name: &str, args: &[String], token: &str) -> Result<Self> {
        let api = isolation::free_port()?;
        let mut args = args.to_vec();
        args.push(format!("--entrypoints.traefik.address=127.0.0.1:{api}"));
        let mut command = Command::new(tools::program("programs", "bin/traefik")?);
        command
            .args(&args)
            .args(["--global.checknewversion=false", "--global.sendanonymoususage=false"])
            .args(["--log.level=INFO", "--providers.providersthrottleduration=0"])
            .arg(format!("--providers.kubernetescrd.endpoint={}", cluster.client.server()))
            .arg(format!("--providers.kubernetescrd.token={token}"))
            .arg(format!(
                "--providers.kubernetescrd.certauthfilepath={}",
                cluster.authority().display()
            ))
            .current_dir(&cluster.folder)
            .env_clear();
        let program = Background::start(name, &mut command, &cluster.folder)?;
        Ok(Self { args, program, api })
    }

    /// Waits until everything is loaded: the provider reads all objects before
    /// it makes anything of any.
    fn wait(&mut self, sentinel: &str) -> Result<Value> {
        let loaded = |raw: &Value| {
            let routers = raw.get("routers").and_then(Value::as_object);
            routers.is_some_and(|routers| routers.keys().any(|name| name.starts_with(sentinel)))
        };
        let api = self.api;
        self.program.wait_for(LIMIT, || read(api).is_ok_and(|raw| loaded(&raw)))?;
        // Whatever else arrives changes nothing, but let it.
        std::thread::sleep(Duration::from_millis(300));
        self.raw()
    }

    /// All routers, services and middlewares.
    fn raw(&self) -> Result<Value> {
        read(self.api)
    }
}

fn read(api: u16) -> Result<Value> {
    let url = format!("http://127.0.0.1:{api}/api/rawdata");
    let mut answer = plain_agent().get(&url).call()?;
    let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
    Ok(serde_json::from_slice(&bytes)?)
}
