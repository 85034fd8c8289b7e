//! Addresses that programs are told, and how.

use std::sync::Arc;

use jtc_syntax::Span;

use crate::diagnostics::closed as d;
use crate::model::settings::Protocol;
use crate::moved::Places;
use crate::network::Space;
use crate::network::addresses::Address;
use crate::network::values::{Field, Place, Value};
use crate::proof::walk::Group;

/// An address that the topology itself tells a program.
#[derive(Clone, Debug, Hash)]
pub(in crate::proof) struct Said {
    pub(super) namespace: Arc<str>,
    pub(super) component: Arc<str>,
    /// The place in the source, and what says it there.
    span: Span,
    pub(super) place: Place,
    pub(super) host: String,
    /// The port, where it is said.
    pub(super) port: Option<u16>,
    /// How it is said.
    pub(super) form: Form,
    /// Whether its URL says more than host and port.
    has_more: bool,
    /// Whom the program asks for what it is told.
    pub(super) asking: Asking,
    /// Whether it certainly asks there.
    pub(super) surely: bool,
}

impl Said {
    pub(super) fn new(
        (namespace, component): (&Arc<str>, &Arc<str>),
        span: Span,
        value: &Value<'_>,
        (form, address): (Form, Address<'_>),
        asking: Asking,
    ) -> Self {
        let place = value.place();
        Self {
            namespace: namespace.clone(),
            component: component.clone(),
            span,
            surely: place.is_asked(),
            place,
            host: address.host.to_owned(),
            port: address.port,
            form,
            has_more: has_more(value.text),
            asking,
        }
    }

    /// It certainly asks there.
    pub(super) fn surely(self) -> Self {
        Self { surely: true, ..self }
    }

    /// The variable that is nothing but a URL of host and port.
    pub(super) fn url_variable(&self) -> Option<&str> {
        self.place.variable().filter(|_| self.form.is_web() && !self.has_more)
    }

    /// What is told, for a person.
    pub(super) fn address(&self) -> d::Address<'_> {
        d::Address {
            program: if self.place.is_by_hand() {
                &self.place.object().name
            } else {
                &self.component
            },
            span: self.span,
            place: &self.place,
            variable: self.url_variable(),
            host: &self.host,
        }
    }

    /// The pods that are told.
    pub(super) fn groups<'n>(&self, (namespace, space): (&'n str, &'n Space)) -> Vec<Group<'n>> {
        let pods = space.pods_of(&self.component).filter(|pods| {
            // Of the others of that kind it says nothing.
            !self.place.is_by_hand() || pods.origin.id == *self.place.object()
        });
        pods.map(|pods| Group { namespace, space, pods }).collect()
    }
}

/// Whom a program asks for what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Asking {
    /// Who has the address.
    Itself,
    /// A proxy, where it is a URL of HTTP.
    Proxy,
    /// Perhaps nobody, where it is a URL of HTTP: in a file it may be a link for others.
    Perhaps,
}

impl Asking {
    pub(super) fn of(field: Field<&str>, by_proxy: bool) -> Self {
        match field {
            _ if by_proxy => Self::Proxy,
            Field::Entry(_) => Self::Perhaps,
            _ => Self::Itself,
        }
    }
}

/// How an address is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// In a URL of HTTP, as `url-env` would say it.
    Http,
    /// In one of HTTP over TLS.
    Https,
    /// In another URL, with what it speaks.
    Url(Protocol),
    /// As a word, which may be something else, as the tag of an image.
    Word,
    /// As all of a variable that holds a host; its port may stand beside it.
    Host,
    /// As all of a variable that holds a host, with its port in the variable of the
    /// same name.
    Pair,
}

impl Form {
    pub(super) fn of(address: &Address<'_>) -> Self {
        match address.scheme {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => Self::Http,
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => Self::Https,
            Some(scheme) if scheme.eq_ignore_ascii_case("udp") => Self::Url(Protocol::Udp),
            Some(_) => Self::Url(Protocol::Tcp),
            None => Self::Word,
        }
    }

    /// Whether it is a URL of HTTP, with TLS or without.
    pub(super) fn is_web(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }

    /// What it speaks, where that is said.
    pub(super) fn protocol(self) -> Option<Protocol> {
        match self {
            Self::Http | Self::Https => Some(Protocol::Tcp),
            Self::Url(protocol) => Some(protocol),
            Self::Word | Self::Host | Self::Pair => None,
        }
    }
}

impl Places for Said {
    fn places(&mut self, see: &mut dyn FnMut(&mut Span)) {
        see(&mut self.span);
    }
}

/// Whether a text is more than a URL of a host and a port.
fn has_more(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let is_inside = scheme.contains(|c: char| !c.is_ascii_alphanumeric() && c != '+');
    is_inside || rest.trim_end_matches('/').contains(['/', '@', '?', ' ', ',', '"', '}', ']'])
}
