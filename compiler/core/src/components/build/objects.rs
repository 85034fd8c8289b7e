//! The objects that every program has.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment, StatefulSet,
    StatefulSetSpec,
};
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec,
    MetricTarget, ResourceMetricSource,
};
use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::{
    ConfigMap, PersistentVolumeClaim, PersistentVolumeClaimSpec, PodTemplateSpec, Service,
    ServiceAccount, ServicePort, ServiceSpec, VolumeResourceRequirements,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{meta, pod};
use crate::components::program::{Disk, Exposure, Home, Program, Runs};
use crate::model::At;
use crate::model::object::{Body, Kind, Need, Object, ObjectId};
use crate::model::settings::{LoadBalancer, Replicas, Strategy, VolumeSource};

/// Everything that a program needs to run, the program itself, and what
/// depends on it.
pub fn objects(home: &Home<'_>, program: &Program) -> Vec<Object> {
    let mut objects = Vec::new();
    account(home, program, &mut objects);
    config(home, program, &mut objects);
    claims(home, program, &mut objects);
    if !program.settings.ports.is_empty() {
        objects.push(service(home, program));
    }
    workload(home, program, &mut objects);
    objects
}

/// An object of a program.
pub fn object(
    home: &Home<'_>,
    program: &Program,
    kind: Kind,
    name: &str,
    body: impl Into<Body>,
) -> Object {
    Object {
        id: ObjectId::new(kind, home.namespace, name),
        source: program.source,
        component: program.component.clone(),
        body: body.into(),
        needs: Vec::new(),
    }
}

fn account(home: &Home<'_>, program: &Program, objects: &mut Vec<Object>) {
    let name = &program.object;
    let account = program.settings.service_account.as_ref().map_or(name, |account| &account.value);
    if program.settings.service_account.is_none() {
        let body = ServiceAccount {
            metadata: meta::of(home, program, name),
            automount_service_account_token: Some(false),
            ..ServiceAccount::default()
        };
        objects.push(object(home, program, Kind::ServiceAccount, name, body));
    }
    let Some(rules) = &program.settings.permissions else { return };
    let rules = rules
        .value
        .iter()
        .map(|rule| PolicyRule {
            api_groups: Some(vec![rule.group.clone()]),
            resources: Some(vec![rule.resource.clone()]),
            resource_names: rule.name.clone().map(|name| vec![name]),
            verbs: rule.verbs.clone(),
            ..PolicyRule::default()
        })
        .collect();
    // What reads the API by itself has a Role with its own name already.
    let name = if program.token { format!("{name}-permissions") } else { name.clone() };
    objects.extend(role(home, program, &name, rules, account));
}

/// A Role with these rules, bound to an account of the namespace.
pub fn role(
    home: &Home<'_>,
    program: &Program,
    name: &str,
    rules: Vec<PolicyRule>,
    account: &str,
) -> [Object; 2] {
    let role = Role { metadata: meta::of(home, program, name), rules: Some(rules) };
    let binding = RoleBinding {
        metadata: meta::of(home, program, name),
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name: name.to_owned(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: account.to_owned(),
            namespace: Some(home.namespace.to_owned()),
            api_group: None,
        }]),
    };
    [
        object(home, program, Kind::Role, name, role),
        object(home, program, Kind::RoleBinding, name, binding),
    ]
}

fn config(home: &Home<'_>, program: &Program, objects: &mut Vec<Object>) {
    if let Some((name, variables)) = &program.config_env {
        let body = ConfigMap {
            metadata: meta::of(home, program, name),
            data: Some(variables.clone()),
            ..ConfigMap::default()
        };
        objects.push(object(home, program, Kind::ConfigMap, name, body));
    }
    let files = &program.settings.config_files;
    if !files.is_empty() {
        let name = pod::files_name(program);
        let data: BTreeMap<String, String> = files
            .iter()
            .map(|(path, content)| (pod::file_key(path), content.value.0.to_string()))
            .collect();
        let body = ConfigMap {
            metadata: meta::of(home, program, &name),
            data: Some(data),
            ..ConfigMap::default()
        };
        objects.push(object(home, program, Kind::ConfigMap, &name, body));
    }
}

fn claims(home: &Home<'_>, program: &Program, objects: &mut Vec<Object>) {
    for (volume, at) in &program.settings.volumes {
        let VolumeSource::Claim { size, class, access } = &at.value.source else { continue };
        let access = claim_access(home, class.as_ref(), access.as_ref()).to_owned();
        let class = claim_class(home, class.as_ref()).map(str::to_owned);
        let name = pod::claim_name(program, volume);
        let body = PersistentVolumeClaim {
            metadata: meta::of(home, program, &name),
            spec: Some(claim_spec(size, class, access)),
            status: None,
        };
        let mut claim = object(home, program, Kind::PersistentVolumeClaim, &name, body);
        claim.source = at.span;
        objects.push(claim);
    }
}

/// The storage class of a claim: what it says, or the first of the cluster.
fn claim_class<'c>(home: &Home<'c>, class: Option<&'c At<String>>) -> Option<&'c str> {
    let first = home.cluster.storage_classes.keys().next();
    class.map(|class| &class.value).or(first).map(String::as_str)
}

/// The access mode of a claim: what it says, or what its class can do.
pub fn claim_access<'c>(
    home: &Home<'c>,
    class: Option<&'c At<String>>,
    access: Option<&'c At<String>>,
) -> &'c str {
    access.map_or_else(|| access_of(home, claim_class(home, class)), |access| &access.value)
}

/// What volumes of a class can do.
fn access_of<'h>(home: &Home<'h>, class: Option<&str>) -> &'h str {
    class
        .and_then(|class| home.cluster.storage_classes.get(class))
        .map_or("ReadWriteOnce", |class| &class.access)
}

fn claim_spec(size: &str, class: Option<String>, access: String) -> PersistentVolumeClaimSpec {
    PersistentVolumeClaimSpec {
        access_modes: Some(vec![access]),
        resources: Some(VolumeResourceRequirements {
            requests: Some(BTreeMap::from([("storage".to_owned(), Quantity(size.to_owned()))])),
            ..VolumeResourceRequirements::default()
        }),
        storage_class_name: class,
        // Said, since the server would fill it in.
        volume_mode: Some("Filesystem".to_owned()),
        ..PersistentVolumeClaimSpec::default()
    }
}

fn service(home: &Home<'_>, program: &Program) -> Object {
    let name = &program.object;
    let ports = program
        .settings
        .ports
        .iter()
        .map(|(port_name, port)| ServicePort {
            name: Some(port_name.clone()),
            port: i32::from(port.value.service),
            protocol: Some(port.value.protocol.as_str().to_owned()),
            target_port: Some(IntOrString::String(port_name.clone())),
            ..ServicePort::default()
        })
        .collect();
    let mut metadata = meta::of(home, program, name);
    let mut spec = ServiceSpec {
        selector: Some(meta::selector(&program.object)),
        ports: Some(ports),
        type_: Some("ClusterIP".to_owned()),
        ..ServiceSpec::default()
    };
    if let Exposure::LoadBalancer(balancer) = &program.exposure {
        expose(balancer, &mut metadata, &mut spec);
    }
    object(home, program, Kind::Service, name, Service { metadata, spec: Some(spec), status: None })
}

/// A load balancer of MetalLB (its `usage` page: annotations `metallb.io/…`).
fn expose(balancer: &LoadBalancer, metadata: &mut ObjectMeta, spec: &mut ServiceSpec) {
    spec.type_ = Some("LoadBalancer".to_owned());
    // Policies see the client's own address only so.
    spec.external_traffic_policy = Some("Local".to_owned());
    if !balancer.source_ranges.is_empty() {
        spec.load_balancer_source_ranges =
            Some(balancer.source_ranges.iter().map(ToString::to_string).collect());
    }
    let annotations = metadata.annotations.get_or_insert_with(BTreeMap::new);
    if let Some(pool) = &balancer.pool {
        annotations.insert("metallb.io/address-pool".to_owned(), pool.value.clone());
    }
    if let Some(address) = &balancer.address {
        annotations.insert("metallb.io/loadBalancerIPs".to_owned(), address.value.clone());
    }
    if annotations.is_empty() {
        metadata.annotations = None;
    }
}

fn workload(home: &Home<'_>, program: &Program, objects: &mut Vec<Object>) {
    let template = pod::template(home, program);
    let mut main = match &program.runs {
        Runs::Deployment => deployment(home, program, template),
        Runs::StatefulSet { disk, parallel } => {
            stateful_set(home, program, template, disk, *parallel)
        }
        Runs::Job => job(home, program, template),
        Runs::CronJob => cron_job(home, program, template),
    };
    main.needs.clone_from(&program.needs);
    objects.push(main);
    if matches!(program.runs, Runs::Job | Runs::CronJob) {
        return;
    }
    let replicas = program.settings.replicas.map_or(Replicas::Fixed(1), |replicas| replicas.value);
    if let Replicas::Auto { min, max, cpu, memory } = replicas {
        objects.push(autoscaler(home, program, min, max, &[("cpu", cpu), ("memory", memory)]));
    }
    if replicas.fewest() > 1 {
        objects.push(budget(home, program));
    }
}

fn fixed_replicas(program: &Program) -> Option<i32> {
    match program.settings.replicas.map(|replicas| replicas.value) {
        // The autoscaler owns the number: said here, each apply would reset it.
        Some(Replicas::Auto { .. }) => None,
        Some(Replicas::Fixed(number)) => i32::try_from(number).ok(),
        None => Some(1),
    }
}

/// Whether a claim of the program is for one node at a time.
fn holds_disk(home: &Home<'_>, program: &Program) -> bool {
    program.settings.volumes.values().any(|at| match &at.value.source {
        VolumeSource::Claim { class, access, .. } => {
            claim_access(home, class.as_ref(), access.as_ref()).starts_with("ReadWriteOnce")
        }
        VolumeSource::Secret(_) | VolumeSource::Empty => false,
    })
}

fn deployment(home: &Home<'_>, program: &Program, template: PodTemplateSpec) -> Object {
    let strategy = match program.settings.strategy.map(|strategy| strategy.value) {
        Some(said) => said,
        // Two pods on two nodes can't hold one disk: the second would wait for
        // the first, and the first for the second.
        None if holds_disk(home, program) => Strategy::Recreate,
        None => Strategy::Rolling,
    };
    let strategy = match strategy {
        Strategy::Recreate => {
            DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None }
        }
        Strategy::Rolling => DeploymentStrategy {
            type_: Some("RollingUpdate".to_owned()),
            rolling_update: Some(RollingUpdateDeployment {
                max_surge: Some(IntOrString::String("25%".to_owned())),
                max_unavailable: Some(IntOrString::Int(0)),
            }),
        },
    };
    let body = Deployment {
        metadata: meta::of(home, program, &program.object),
        spec: Some(DeploymentSpec {
            replicas: fixed_replicas(program),
            revision_history_limit: Some(10),
            selector: LabelSelector {
                match_labels: Some(meta::selector(&program.object)),
                ..LabelSelector::default()
            },
            strategy: Some(strategy),
            template,
            ..DeploymentSpec::default()
        }),
        status: None,
    };
    object(home, program, Kind::Deployment, &program.object, body)
}

/// The name of the headless Service of a StatefulSet.
pub fn headless_name(program: &Program) -> String {
    format!("{}-nodes", program.object)
}

fn stateful_set(
    home: &Home<'_>,
    program: &Program,
    template: PodTemplateSpec,
    disk: &Disk,
    parallel: bool,
) -> Object {
    let access = access_of(home, disk.class.as_deref()).to_owned();
    let headless = headless_name(program);
    let body = StatefulSet {
        metadata: meta::of(home, program, &program.object),
        spec: Some(StatefulSetSpec {
            pod_management_policy: Some(
                if parallel { "Parallel" } else { "OrderedReady" }.to_owned(),
            ),
            replicas: fixed_replicas(program),
            revision_history_limit: Some(10),
            selector: LabelSelector {
                match_labels: Some(meta::selector(&program.object)),
                ..LabelSelector::default()
            },
            service_name: Some(headless.clone()),
            template,
            volume_claim_templates: Some(vec![PersistentVolumeClaim {
                metadata: ObjectMeta {
                    name: Some(disk.name.clone()),
                    labels: Some(meta::selector(&program.object)),
                    ..ObjectMeta::default()
                },
                spec: Some(claim_spec(&disk.size, disk.class.clone(), access)),
                status: None,
            }]),
            ..StatefulSetSpec::default()
        }),
        status: None,
    };
    let mut set = object(home, program, Kind::StatefulSet, &program.object, body);
    // A pod's name in DNS is that of the headless Service.
    set.needs.push(Need::exists(
        ObjectId::new(Kind::Service, home.namespace, &headless),
        program.source,
    ));
    set
}

/// How often the pod of a Job is tried.
const JOB_TRIES: i32 = 10;

fn job_spec(template: PodTemplateSpec) -> JobSpec {
    JobSpec { backoff_limit: Some(JOB_TRIES), template, ..JobSpec::default() }
}

fn job(home: &Home<'_>, program: &Program, template: PodTemplateSpec) -> Object {
    // A Job's template can't change: a new one gets a new name.
    let text = serde_json::to_string(&template).unwrap_or_default();
    let name = format!("{}-{}", program.object, meta::hash([text.as_str()]));
    let body = Job {
        metadata: meta::of(home, program, &name),
        spec: Some(job_spec(template)),
        status: None,
    };
    object(home, program, Kind::Job, &name, body)
}

fn cron_job(home: &Home<'_>, program: &Program, template: PodTemplateSpec) -> Object {
    let (cron, time_zone) = program
        .settings
        .schedule
        .as_ref()
        .map(|at| (at.value.cron.clone(), at.value.time_zone.clone()))
        .unwrap_or_default();
    let body = CronJob {
        metadata: meta::of(home, program, &program.object),
        spec: Some(CronJobSpec {
            concurrency_policy: Some("Forbid".to_owned()),
            failed_jobs_history_limit: Some(3),
            job_template: JobTemplateSpec { metadata: None, spec: Some(job_spec(template)) },
            schedule: cron,
            // A controller that was away for long would else give up after a
            // hundred missed times.
            starting_deadline_seconds: Some(600),
            successful_jobs_history_limit: Some(3),
            time_zone: Some(time_zone),
            ..CronJobSpec::default()
        }),
        status: None,
    };
    object(home, program, Kind::CronJob, &program.object, body)
}

fn autoscaler(
    home: &Home<'_>,
    program: &Program,
    min: u32,
    max: u32,
    targets: &[(&str, Option<u32>)],
) -> Object {
    let metrics = targets
        .iter()
        .filter_map(|(resource, percent)| {
            Some(MetricSpec {
                type_: "Resource".to_owned(),
                resource: Some(ResourceMetricSource {
                    name: (*resource).to_owned(),
                    target: MetricTarget {
                        type_: "Utilization".to_owned(),
                        average_utilization: Some(i32::try_from((*percent)?).unwrap_or(i32::MAX)),
                        ..MetricTarget::default()
                    },
                }),
                ..MetricSpec::default()
            })
        })
        .collect();
    let body = HorizontalPodAutoscaler {
        metadata: meta::of(home, program, &program.object),
        spec: Some(HorizontalPodAutoscalerSpec {
            max_replicas: i32::try_from(max).unwrap_or(i32::MAX),
            metrics: Some(metrics),
            min_replicas: i32::try_from(min).ok(),
            scale_target_ref: CrossVersionObjectReference {
                api_version: Some("apps/v1".to_owned()),
                kind: match program.runs {
                    Runs::StatefulSet { .. } => "StatefulSet",
                    Runs::Deployment | Runs::Job | Runs::CronJob => "Deployment",
                }
                .to_owned(),
                name: program.object.clone(),
            },
            ..HorizontalPodAutoscalerSpec::default()
        }),
        status: None,
    };
    object(home, program, Kind::HorizontalPodAutoscaler, &program.object, body)
}

fn budget(home: &Home<'_>, program: &Program) -> Object {
    let body = PodDisruptionBudget {
        metadata: meta::of(home, program, &program.object),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(LabelSelector {
                match_labels: Some(meta::selector(&program.object)),
                ..LabelSelector::default()
            }),
            ..PodDisruptionBudgetSpec::default()
        }),
        status: None,
    };
    object(home, program, Kind::PodDisruptionBudget, &program.object, body)
}
