//! What stands inside a component or workload.

use super::super::{
    AnyProps, ArgSpec, Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, args,
    optional_arg, prop,
};
use super::cluster::ACCESS;
use super::namespace::{ANNOTATIONS, LABELS};
use crate::text;

/// Everything that any program may say about itself.
pub static PROGRAM: &[&NodeSpec] = &[
    &IMAGE,
    &COMMAND,
    &ARGS,
    &ENV,
    &ENV_FROM,
    &CONFIG_FILE,
    &PORT,
    &VOLUME,
    &RESOURCES,
    &REPLICAS,
    &STRATEGY,
    &GRACE,
    &DRAIN,
    &PROBE,
    &SCHEDULE,
    &RUN_ONCE,
    &SERVICE_ACCOUNT,
    &PERMISSIONS,
    &NODE_SELECTOR,
    &TOLERATION,
    &SPREAD,
    &PRIORITY_CLASS,
    &LABELS,
    &ANNOTATIONS,
    &POD_ANNOTATIONS,
    &SECURITY,
    &CONNECT,
];

/// `image "REF"`.
pub static IMAGE: NodeSpec = NodeSpec {
    name: "image",
    doc: "The container image.",
    args: &[arg(
        "image",
        Type::Text(&text::IMAGE),
        "the image, with tag or digest; without either, nodes take `latest`",
    )],
    example: "image \"registry.example.org/jobmon:3.6.0\"",
    ..NODE
};

static COMMAND: NodeSpec = NodeSpec {
    name: "command",
    doc: "The program that runs, instead of the one the image starts.",
    args: &[args("word", Type::String, "the program and its first arguments")],
    example: "command \"integrator\" \"start\"",
    ..NODE
};

static ARGS: NodeSpec = NodeSpec {
    name: "args",
    doc: "Arguments of the program.",
    args: &[args("word", Type::String, "an argument")],
    example: "args \"--interval\" \"60\"",
    ..NODE
};

static ENV: NodeSpec = NodeSpec {
    name: "env",
    doc: "An environment variable, with a value or from a Secret.",
    args: &[
        arg("name", Type::Text(&text::ENV_NAME), "the variable"),
        optional_arg("value", Type::String, "its value"),
    ],
    props: &ENV_PROPS,
    occurs: Occurs::ByName,
    example: "env \"LOG_LEVEL\" \"INFO\"",
    ..NODE
};

static ENV_PROPS: [PropSpec; 2] = [
    prop("secret", Type::Ref(RefKind::Secret), "the Secret that holds the value"),
    prop("key", Type::Ref(RefKind::SecretKey), "the key in that Secret"),
];

static ENV_FROM: NodeSpec = NodeSpec {
    name: "env-from",
    doc: "A variable for each key of a Secret.",
    props: &ENV_FROM_PROPS,
    occurs: Occurs::Many,
    example: "env-from secret=\"prod-db\"",
    ..NODE
};

static ENV_FROM_PROPS: [PropSpec; 1] =
    [prop("secret", Type::Ref(RefKind::Secret), "the Secret").required()];

static CONFIG_FILE: NodeSpec = NodeSpec {
    name: "config-file",
    doc: "A file in the container, from a ConfigMap. The pods restart when its content changes.",
    args: &[
        arg("path", Type::Text(&text::FILE_PATH), "where the program finds it"),
        optional_arg("content", Type::String, "what is in it"),
    ],
    props: &CONFIG_FILE_PROPS,
    occurs: Occurs::ByName,
    example: "config-file \"/etc/program/config.yaml\" from=\"program.yaml\"",
    ..NODE
};

static CONFIG_FILE_PROPS: [PropSpec; 1] =
    [prop("from", Type::Files(&[]), "a file with the content, relative to this one")];

static PORT: NodeSpec = NodeSpec {
    name: "port",
    defines: Some(Defines::First(RefKind::Port)),
    doc: "A port that the program listens on; its Service has the same.",
    args: &[
        arg("name", Type::Text(&text::PORT_NAME), "the name of the port"),
        arg("number", Type::Int(1, 65535), "the port"),
    ],
    props: &PORT_PROPS,
    occurs: Occurs::ByName,
    example: "port \"http\" 8080",
    ..NODE
};

static PORT_PROPS: [PropSpec; 2] = [
    prop("protocol", Type::OneOf(&["tcp", "udp"]), "what it speaks").default("tcp"),
    prop("service", Type::Int(1, 65535), "the port of the Service").default("the same"),
];

static VOLUME: NodeSpec = NodeSpec {
    name: "volume",
    doc: "A folder in the container: a claim with `size`, a Secret with `secret`, or an empty one.",
    args: &[arg("name", Type::Text(&text::DNS_LABEL), "the name of the volume, and of its claim")],
    props: &VOLUME_PROPS,
    occurs: Occurs::ByName,
    example: "volume \"data\" mount=\"/data\" size=\"1Gi\" class=\"local-ssd\"",
    ..NODE
};

static VOLUME_PROPS: [PropSpec; 7] = [
    prop("mount", Type::Text(&text::FOLDER_PATH), "where the program finds it").required(),
    prop("size", Type::Text(&text::STORAGE), "makes a claim of this size"),
    prop("class", Type::Ref(RefKind::StorageClass), "the storage class of the claim")
        .default("the first of the cluster"),
    prop("access", ACCESS, "what the claim must do").default("what the class does"),
    prop("secret", Type::Ref(RefKind::Secret), "the Secret whose keys are files here"),
    prop("empty", Type::Bool, "`#true`: an empty folder that goes with the pod").default("#false"),
    prop("read-only", Type::Bool, "whether the program may only read")
        .default("#true for a secret, else #false"),
];

/// `resources { requests …; limits …; }`.
pub static RESOURCES: NodeSpec = NodeSpec {
    name: "resources",
    doc: "What the program needs, and what it may use.",
    children: &[&[&REQUESTS, &LIMITS]],
    example: "resources { requests cpu=\"200m\" memory=\"500Mi\"; limits cpu=\"1\" memory=\"1000Mi\"; }",
    ..NODE
};

static REQUESTS: NodeSpec = requests(&AMOUNTS);
static LIMITS: NodeSpec = limits(&AMOUNTS);

/// `requests cpu="…" memory="…"`.
pub(super) const fn requests(props: &'static [PropSpec]) -> NodeSpec {
    NodeSpec {
        name: "requests",
        doc: "What is set aside.",
        props,
        example: "requests cpu=\"200m\" memory=\"500Mi\"",
        ..NODE
    }
}

/// `limits cpu="…" memory="…"`.
pub(super) const fn limits(props: &'static [PropSpec]) -> NodeSpec {
    NodeSpec {
        name: "limits",
        doc: "What may not be passed.",
        props,
        example: "limits cpu=\"1\" memory=\"1000Mi\"",
        ..NODE
    }
}

/// What one program may take.
static AMOUNTS: [PropSpec; 2] = amounts(&text::CORES);

/// `cpu` and `memory`.
pub(super) const fn amounts(cpu: &'static text::TextKind) -> [PropSpec; 2] {
    [
        prop("cpu", Type::Text(cpu), "CPU, in cores, or thousandths with `m`"),
        prop("memory", Type::Text(&text::MEMORY), "memory, as in \"512Mi\""),
    ]
}

static REPLICAS: NodeSpec = NodeSpec {
    name: "replicas",
    doc: "How many pods run: a number, or bounds for a HorizontalPodAutoscaler.",
    args: &[optional_arg("number", Type::Int(0, 10_000), "so many pods")],
    props: &REPLICAS_PROPS,
    example: "replicas min=2 max=9 cpu=80",
    ..NODE
};

static REPLICAS_PROPS: [PropSpec; 4] = [
    prop("min", Type::Int(1, 10_000), "at least so many"),
    prop("max", Type::Int(1, 10_000), "at most so many"),
    prop("cpu", Type::Int(1, 1000), "more pods above this share of the requested CPU, in percent"),
    prop(
        "memory",
        Type::Int(1, 1000),
        "more pods above this share of the requested memory, in percent",
    ),
];

static STRATEGY: NodeSpec = NodeSpec {
    name: "strategy",
    doc: "How new pods take over: `rolling` starts new ones first, `recreate` ends the old ones first.",
    args: &[arg("strategy", Type::OneOf(&["rolling", "recreate"]), "one of the two")],
    example: "strategy \"recreate\"",
    ..NODE
};

static GRACE: NodeSpec = NodeSpec {
    name: "grace",
    doc: "How long a pod may take to end, in seconds, before it is killed. Counts from the start of `drain`.",
    args: &[arg("seconds", Type::Int(0, 86_400), "seconds")],
    example: "grace 60",
    ..NODE
};

static DRAIN: NodeSpec = NodeSpec {
    name: "drain",
    doc: "How long a pod waits, in seconds, before the program is told to end, so that no request still comes.",
    args: &[arg("seconds", Type::Int(0, 86_400), "seconds; less than `grace`")],
    example: "drain 15",
    ..NODE
};

static PROBE: NodeSpec = NodeSpec {
    name: "probe",
    doc: "How Kubernetes sees that the program is well: an HTTP path, an open port, or a command.",
    args: &[
        arg("kind", Type::OneOf(&["readiness", "liveness", "startup"]), "what depends on it"),
        ArgSpec {
            name: "exec",
            ty: Type::String,
            required: false,
            variadic: true,
            doc: "`exec` and a command that must succeed, as in `exec \"pg_isready\" \"-q\"`",
        },
    ],
    props: &PROBE_PROPS,
    children: &[&[&EXEC]],
    occurs: Occurs::ByName,
    example: "probe \"readiness\" path=\"/health\" port=\"http\"",
    ..NODE
};

static PROBE_PROPS: [PropSpec; 7] = [
    prop("path", Type::String, "an HTTP path that must answer 200 to 399"),
    prop("port", Type::Ref(RefKind::Port), "the port that is asked").default("the first port"),
    prop("tcp", Type::Bool, "`#true`: the port must be open").default("#false"),
    prop("period", Type::Int(1, 3600), "seconds between two tries").default("10"),
    prop("timeout", Type::Int(1, 3600), "seconds that one may take").default("5"),
    prop("delay", Type::Int(0, 3600), "seconds before the first").default("0"),
    prop("failures", Type::Int(1, 1000), "how many failures count").default("3"),
];

static EXEC: NodeSpec = NodeSpec {
    name: "exec",
    doc: "A command that must succeed: the same as behind the word `exec` on the line of the probe.",
    args: &[args("word", Type::String, "the program and its arguments")],
    example: "exec \"pg_isready\" \"-q\"",
    ..NODE
};

static SCHEDULE: NodeSpec = NodeSpec {
    name: "schedule",
    doc: "Runs at these times: becomes a CronJob. A run that still goes on is not overlapped.",
    args: &[arg("cron", Type::Text(&text::CRON), "five fields, in the time zone")],
    props: &SCHEDULE_PROPS,
    example: "schedule \"0 3 * * *\"",
    ..NODE
};

static SCHEDULE_PROPS: [PropSpec; 1] =
    [prop("time-zone", Type::Text(&text::TIME_ZONE), "as in \"Europe/Rome\"").default("Etc/UTC")];

static RUN_ONCE: NodeSpec = NodeSpec {
    name: "run-once",
    doc: "Runs to its end, once for each change of what it is: becomes a Job.",
    example: "run-once",
    ..NODE
};

static SERVICE_ACCOUNT: NodeSpec = NodeSpec {
    name: "service-account",
    doc: "The account that the pods run as, instead of one of their own; it must exist.",
    args: &[arg("name", Type::Text(&text::DNS_NAME), "the name of the ServiceAccount")],
    example: "service-account \"deployer\"",
    ..NODE
};

static PERMISSIONS: NodeSpec = NodeSpec {
    name: "permissions",
    doc: "What the pods may ask of the Kubernetes API, in their namespace: becomes a Role of their own.",
    children: &[&[&ALLOW]],
    example: "permissions { allow \"get\" \"list\" of=\"pods\" group=\"\"; }",
    ..NODE
};

static ALLOW: NodeSpec = NodeSpec {
    name: "allow",
    doc: "Verbs on a kind of object.",
    args: &[args(
        "verb",
        Type::OneOf(&[
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
        ]),
        "what may be done",
    )],
    props: &ALLOW_PROPS,
    occurs: Occurs::Many,
    example: "allow \"get\" \"list\" of=\"pods\" group=\"\"",
    ..NODE
};

static ALLOW_PROPS: [PropSpec; 3] = [
    prop("of", Type::Text(&text::QUALIFIED_NAME), "the resource, in the plural").required(),
    prop("group", Type::String, "its API group; empty for the core").default("\"\""),
    prop("name", Type::String, "only the object of this name"),
];

static NODE_SELECTOR: NodeSpec = NodeSpec {
    name: "node-selector",
    doc: "Only nodes with these labels.",
    any_props: Some(AnyProps {
        name: &text::LABEL_KEY,
        ty: Type::Text(&text::LABEL_VALUE),
        doc: "a label of the node",
    }),
    occurs: Occurs::Many,
    example: "node-selector \"kubernetes.io/arch\"=\"amd64\"",
    ..NODE
};

static TOLERATION: NodeSpec = NodeSpec {
    name: "toleration",
    doc: "Lets the pods run on nodes with a taint.",
    args: &[arg("key", Type::Text(&text::LABEL_KEY), "the key of the taint")],
    props: &TOLERATION_PROPS,
    occurs: Occurs::Many,
    example: "toleration \"dedicated\" value=\"jobmon\" effect=\"NoSchedule\"",
    ..NODE
};

static TOLERATION_PROPS: [PropSpec; 3] = [
    prop("value", Type::String, "the value of the taint").default("any"),
    prop("effect", Type::OneOf(&["NoSchedule", "PreferNoSchedule", "NoExecute"]), "the effect")
        .default("any"),
    prop("seconds", Type::Int(0, i64::MAX), "how long, with NoExecute").default("for ever"),
];

static SPREAD: NodeSpec = NodeSpec {
    name: "spread",
    doc: "Spreads the pods over zones or hosts.",
    props: &SPREAD_PROPS,
    occurs: Occurs::Many,
    example: "spread by=\"zone\"",
    ..NODE
};

static SPREAD_PROPS: [PropSpec; 2] = [
    prop("by", Type::OneOf(&["zone", "host"]), "what to spread over").required(),
    prop("required", Type::Bool, "rather no pod than an uneven one").default("#false"),
];

static PRIORITY_CLASS: NodeSpec = NodeSpec {
    name: "priority-class",
    doc: "The PriorityClass of the pods; it must exist.",
    args: &[arg("name", Type::Text(&text::DNS_NAME), "its name")],
    example: "priority-class \"important\"",
    ..NODE
};

static POD_ANNOTATIONS: NodeSpec = NodeSpec {
    name: "pod-annotations",
    doc: "Annotations of the pods, as properties.",
    any_props: Some(AnyProps { name: &text::LABEL_KEY, ty: Type::String, doc: "an annotation" }),
    occurs: Occurs::Many,
    example: "pod-annotations \"prometheus.io/scrape\"=\"true\"",
    ..NODE
};

static SECURITY: NodeSpec = NodeSpec {
    name: "security",
    doc: "Who the program runs as, and what it may do. Without it, it runs as user 1000, can't write to its \
          own image, and has no capabilities: what the Pod Security level `restricted` wants.",
    children: &[&[&USER, &GROUP, &FS_GROUP, &WRITABLE_ROOT, &CAPABILITIES]],
    example: "security { user 1000; writable-root #true; }",
    ..NODE
};

static USER: NodeSpec = NodeSpec {
    name: "user",
    doc: "The user; 0 is root.",
    args: &[arg("id", Type::Int(0, 4_294_967_295), "its number")],
    example: "user 1000",
    ..NODE
};

static GROUP: NodeSpec = NodeSpec {
    name: "group",
    doc: "The group.",
    args: &[arg("id", Type::Int(0, 4_294_967_295), "its number")],
    example: "group 1000",
    ..NODE
};

static FS_GROUP: NodeSpec = NodeSpec {
    name: "fs-group",
    doc: "The group that volumes belong to.",
    args: &[arg("id", Type::Int(0, 4_294_967_295), "its number")],
    example: "fs-group 1000",
    ..NODE
};

static WRITABLE_ROOT: NodeSpec = NodeSpec {
    name: "writable-root",
    doc: "Whether the program may write to its own image.",
    args: &[arg("value", Type::Bool, "`#false` unless said")],
    example: "writable-root #true",
    ..NODE
};

static CAPABILITIES: NodeSpec = NodeSpec {
    name: "capabilities",
    doc: "Linux capabilities that the program needs.",
    props: &CAPABILITIES_PROPS,
    occurs: Occurs::Many,
    example: "capabilities add=\"NET_BIND_SERVICE\"",
    ..NODE
};

static CAPABILITIES_PROPS: [PropSpec; 1] =
    [prop("add", Type::String, "one capability, without `CAP_`; may be repeated")
        .required()
        .repeated()];

/// `connect "TARGET"`.
static CONNECT: NodeSpec = NodeSpec {
    name: "connect",
    doc: "This program talks to another: to a component of its namespace, to `NAMESPACE/component`, or to an \
          `external`.\n\
          Across namespaces it goes through the target's Traefik: the alias Service, the policies and the \
          variables are made. The target is ready before this program starts, unless `wait` says otherwise.",
    args: &[arg("target", Type::Ref(RefKind::Target), "whom it talks to")],
    props: &CONNECT_PROPS,
    occurs: Occurs::ByNameAndPort,
    example: "connect \"jobmon-prod/server\" host-env=\"JOBMON_HOST\" port-env=\"JOBMON_PORT\"",
    ..NODE
};

static CONNECT_PROPS: [PropSpec; 5] = [
    prop("port", Type::Ref(RefKind::Port), "the name of the target's port").default("its first"),
    prop("host-env", Type::Text(&text::ENV_NAME), "a variable for the host"),
    prop("port-env", Type::Text(&text::ENV_NAME), "a variable for the port"),
    prop(
        "url-env",
        Type::Text(&text::ENV_NAME),
        "a variable for `http://HOST:PORT`, with the path of the route there",
    ),
    prop("wait", Type::Bool, "whether the target must be ready first").default("#true"),
];

/// `storage "SIZE" class="C"`.
pub static STORAGE: NodeSpec = NodeSpec {
    name: "storage",
    doc: "The disk of each node.",
    args: &[arg("size", Type::Text(&text::STORAGE), "its size")],
    props: &STORAGE_PROPS,
    example: "storage \"120Gi\" class=\"local-ssd\"",
    ..NODE
};

static STORAGE_PROPS: [PropSpec; 1] =
    [prop("class", Type::Ref(RefKind::StorageClass), "the storage class")
        .default("the first of the cluster")];
