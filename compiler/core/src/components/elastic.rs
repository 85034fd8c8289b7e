//! What the components of the Elastic stack have in common: addresses, images,
//! accounts, amounts. It knows none of them, so that all of them can use it.

use jtc_syntax::Span;

use super::program::{Peer, Talk, builtin};
use crate::model::At;
use crate::model::settings::{Protocol, Resources, Security};
use crate::text::{Cpu, ImageRef, Memory};

/// The port of Elasticsearch's HTTP API.
pub(super) const ELASTICSEARCH_PORT: u16 = 9200;

/// The port of Kibana.
pub(super) const KIBANA_PORT: u16 = 5601;

/// Where Elasticsearch is, for programs of the same namespace.
pub(super) const ELASTICSEARCH_URL: &str = "http://elasticsearch:9200";

/// Where Kibana is, for programs of the same namespace.
pub(super) const KIBANA_URL: &str = "http://kibana:5601";

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
        service: Some(ELASTICSEARCH_PORT),
        port: ELASTICSEARCH_PORT,
        protocol: Protocol::Tcp,
    };
    Talk::new(to, why, span)
}

/// That a program talks to Kibana.
pub(super) fn to_kibana(why: &'static str, span: Span) -> Talk {
    let to = Peer::Program {
        app: "kibana".to_owned(),
        service: Some(KIBANA_PORT),
        port: KIBANA_PORT,
        protocol: Protocol::Tcp,
    };
    Talk::new(to, why, span)
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
