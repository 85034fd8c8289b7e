//! The Elastic stack: its nodes, and what its components share.
//!
//! The images were made to run as any user in group 0 (their folders belong to
//! that group), so all components run as user 1000 in group 0, and their
//! volumes belong to group 1000. No credentials are in a topology: security is
//! off, and network policies say who may talk to whom.

pub mod retention;

use jtc_syntax::Span;

use super::program::{Cx, Peer, Talk, builtin};
use super::{apm, elasticsearch, kibana, logstash, metricbeat};
use crate::model::At;
use crate::model::declared::{Part, Parts};
use crate::model::settings::{Protocol, Resources, Security};
use crate::schema::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text::{self, Cpu, ImageRef, Memory};

/// `elk "NAME" version="…" { … }` at the top.
pub static ELK: NodeSpec = NodeSpec {
    name: "elk",
    defines: Some(Defines::First(RefKind::Elk)),
    doc: "An Elastic stack that namespaces use by name; each gets one of its own.\n\
          All its components have one version. Logs that arrive at Logstash go to the alias `jobmon`, whose \
          indices are kept as `retention` says.",
    args: &[arg("name", Type::Text(&text::TOPOLOGY_NAME), "how namespaces call it")],
    props: &PROFILE_PROPS,
    children: PARTS,
    occurs: Occurs::ByName,
    example: "elk \"standard\" version=\"8.19.3\" { elasticsearch; logstash; kibana; }",
    ..NODE
};

/// `elk { … }` in a namespace.
pub static ELK_IN_NAMESPACE: NodeSpec = NodeSpec {
    name: "elk",
    doc: "The Elastic stack of the namespace, or what differs from the profile that it names.\n\
          Without a profile it needs `version`. A component that only stands here is added to the profile's.",
    props: &REFINEMENT_PROPS,
    children: PARTS,
    example: "elk { metricbeat database=\"next\"; }",
    ..NODE
};

static PROFILE_PROPS: [PropSpec; 1] =
    [prop("version", Type::Text(&text::ELASTIC_VERSION), "the version of all its components")
        .required()];

static REFINEMENT_PROPS: [PropSpec; 1] =
    [prop("version", Type::Text(&text::ELASTIC_VERSION), "the version of all its components")
        .default("the profile's")];

static PARTS: &[&[&NodeSpec]] = &[&[
    &elasticsearch::SPEC,
    &logstash::SPEC,
    &kibana::SPEC,
    &apm::SPEC,
    &metricbeat::SPEC,
    &RETENTION,
]];

/// `retention { … }`.
pub static RETENTION: NodeSpec = NodeSpec {
    name: "retention",
    doc: "How long logs are kept, and when a new index begins.\n\
          Becomes the lifecycle policy `jobmon_ilm`. Ages other than that of `rollover` count from the \
          moment an index was rolled over.",
    children: &[&[&ROLLOVER, &WARM, &COLD, &DELETE]],
    example: "retention { rollover size=\"3gb\" age=\"1d\"; delete after=\"8d\"; }",
    ..NODE
};

static ROLLOVER: NodeSpec = NodeSpec {
    name: "rollover",
    doc: "When a new index begins: whichever comes first.",
    props: &ROLLOVER_PROPS,
    example: "rollover size=\"3gb\" age=\"1d\"",
    ..NODE
};

static ROLLOVER_PROPS: [PropSpec; 2] = [
    prop("size", Type::Text(&text::BYTES), "from this size").default(retention::ROLLOVER_SIZE),
    prop("age", Type::Text(&text::AGE), "from this age").default(retention::ROLLOVER_AGE),
];

static WARM: NodeSpec = NodeSpec {
    name: "warm",
    doc: "When an index is made read-only and merged.",
    props: &WARM_PROPS,
    example: "warm after=\"1d\"",
    ..NODE
};

static WARM_PROPS: [PropSpec; 1] =
    [prop("after", Type::Text(&text::AGE), "from this age").required().default("at once")];

static COLD: NodeSpec = NodeSpec {
    name: "cold",
    doc: "When an index is the last to be recovered after a restart.",
    props: &COLD_PROPS,
    example: "cold after=\"3d\"",
    ..NODE
};

static COLD_PROPS: [PropSpec; 1] = [prop("after", Type::Text(&text::AGE), "from this age")
    .required()
    .default(retention::COLD_AFTER)];

static DELETE: NodeSpec = NodeSpec {
    name: "delete",
    doc: "When an index is deleted.",
    props: &DELETE_PROPS,
    example: "delete after=\"8d\"",
    ..NODE
};

static DELETE_PROPS: [PropSpec; 1] = [prop("after", Type::Text(&text::AGE), "from this age")
    .required()
    .default(retention::DELETE_AFTER)];

/// Where Elasticsearch is, for programs of the same namespace.
pub(super) const ELASTICSEARCH_URL: &str = "http://elasticsearch:9200";

/// Where Kibana is, for programs of the same namespace.
pub(super) const KIBANA_URL: &str = "http://kibana:5601";

/// Whether the namespace has a component of the stack.
pub fn has<'w, O: 'w>(cx: &Cx<'w>, part: impl Fn(&'w Parts) -> Option<&'w Part<O>>) -> bool {
    !cx.elastic_layers(part).is_empty()
}

/// An image, with the version of the stack as its tag.
pub(super) fn image(name: &str, version: &str) -> Option<At<ImageRef>> {
    ImageRef::parse(&format!("{name}:{version}")).ok().map(builtin)
}

/// Group 0 for the image's own folders, group 1000 for volumes.
pub(super) fn security() -> Security {
    Security {
        user: Some(builtin(1000)),
        group: Some(builtin(0)),
        fs_group: Some(builtin(1000)),
        ..Security::default()
    }
}

/// That a program talks to Elasticsearch.
pub(super) fn to_elasticsearch(why: &'static str, span: Span) -> Talk {
    let to = Peer::Program {
        app: "elasticsearch".to_owned(),
        port: elasticsearch::HTTP,
        protocol: Protocol::Tcp,
    };
    Talk { to, why, span }
}

/// That a program talks to Kibana.
pub(super) fn to_kibana(why: &'static str, span: Span) -> Talk {
    let to =
        Peer::Program { app: "kibana".to_owned(), port: kibana::HTTP, protocol: Protocol::Tcp };
    Talk { to, why, span }
}

/// What is requested and what may be used where nobody says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amounts {
    /// Requested CPU, and its limit.
    pub(super) cpu: (&'static str, &'static str),
    /// Requested memory, and its limit.
    pub(super) memory: (&'static str, &'static str),
}

impl Amounts {
    /// Fills what nobody said so that a request never passes its limit, which
    /// the API server refuses: who says one of the two moves the other along.
    pub(super) fn fill(&self, resources: &mut Resources) {
        let cpu = |text: &str| Cpu::parse(text).ok().map(builtin);
        let memory = |text: &str| Memory::parse(text).ok().map(builtin);
        let milli = |at: &At<Cpu>| at.value.milli();
        let bytes = |at: &At<Memory>| at.value.bytes();
        let Resources { request_cpu, request_memory, limit_cpu, limit_memory } = resources;
        pair(request_cpu, limit_cpu, cpu(self.cpu.0), cpu(self.cpu.1), milli);
        pair(request_memory, limit_memory, memory(self.memory.0), memory(self.memory.1), bytes);
    }
}

fn pair<T: Clone>(
    request: &mut Option<T>,
    limit: &mut Option<T>,
    default_request: Option<T>,
    default_limit: Option<T>,
    size: impl Fn(&T) -> u64,
) {
    let smaller = |a: &Option<T>, b: &Option<T>| match (a, b) {
        (Some(a), Some(b)) => size(a) < size(b),
        _ => false,
    };
    match (&request, &limit) {
        (None, None) => {
            *request = default_request;
            *limit = default_limit;
        }
        (Some(_), None) => {
            *limit = if smaller(&default_limit, request) { request.clone() } else { default_limit };
        }
        (None, Some(_)) => {
            *request =
                if smaller(limit, &default_request) { limit.clone() } else { default_request };
        }
        (Some(_), Some(_)) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMOUNTS: Amounts = Amounts { cpu: ("100m", "1"), memory: ("1Gi", "2Gi") };

    fn memory(request: Option<&str>, limit: Option<&str>) -> (String, String) {
        let parse = |text: Option<&str>| text.map(|text| builtin(Memory::parse(text).unwrap()));
        let mut resources = Resources {
            request_memory: parse(request),
            limit_memory: parse(limit),
            ..Resources::default()
        };
        AMOUNTS.fill(&mut resources);
        (
            resources.request_memory.unwrap().value.to_string(),
            resources.limit_memory.unwrap().value.to_string(),
        )
    }

    #[test]
    fn a_request_never_passes_its_limit() {
        assert_eq!(memory(None, None), ("1Gi".to_owned(), "2Gi".to_owned()));
        assert_eq!(memory(Some("4Gi"), None), ("4Gi".to_owned(), "4Gi".to_owned()));
        assert_eq!(memory(Some("512Mi"), None), ("512Mi".to_owned(), "2Gi".to_owned()));
        assert_eq!(memory(None, Some("600Mi")), ("600Mi".to_owned(), "600Mi".to_owned()));
        assert_eq!(memory(None, Some("3Gi")), ("1Gi".to_owned(), "3Gi".to_owned()));
        assert_eq!(memory(Some("1Gi"), Some("5Gi")), ("1Gi".to_owned(), "5Gi".to_owned()));
    }
}
