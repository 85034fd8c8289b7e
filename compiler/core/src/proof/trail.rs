//! What a walk over a path leaves behind: its hops, and where it ended.

use jtc_syntax::Span;

use crate::model::object::ObjectId;
use crate::network::Origin;

/// What is decided at a hop, in the order in which hops follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Who talks.
    Pods,
    /// Where it is told the address.
    Told,
    /// Whether it may ask for names.
    Dns,
    /// An alias that leads to another name.
    Alias,
    /// The Service that the name is.
    Name,
    /// The port of the Service.
    ServicePort,
    /// The pods behind the Service, and the port there.
    Target,
    /// The policy of who talks.
    Egress,
    /// The policy of who is reached.
    Ingress,
    /// Traefik's right to see its routes.
    Access,
    /// The entrypoint of Traefik.
    Entrypoint,
    /// The route that takes the request.
    Route,
    /// What the request passes on the way.
    Middleware,
    /// Who answers.
    Backend,
    /// What Traefik speaks with it.
    Scheme,
    /// Something outside the cluster.
    Outside,
    /// Which of several routes takes the request, where Traefik decides at
    /// random.
    Chance,
}

impl Step {
    /// In a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pods => "pods",
            Self::Told => "address",
            Self::Dns => "DNS",
            Self::Alias => "alias",
            Self::Name => "name",
            Self::ServicePort => "port",
            Self::Target => "target port",
            Self::Egress => "egress policy",
            Self::Ingress => "ingress policy",
            Self::Access => "rights",
            Self::Entrypoint => "entrypoint",
            Self::Route => "route",
            Self::Middleware => "middleware",
            Self::Backend => "backend",
            Self::Scheme => "scheme",
            Self::Outside => "outside",
            Self::Chance => "choice of route",
        }
    }
}

/// One hop of a path that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What is decided.
    pub step: Step,
    /// The object that decides it.
    pub object: Option<ObjectId>,
    /// The field of the object.
    pub field: String,
    /// The place in the source that the object comes from.
    pub source: Span,
    /// What is decided there, as a clause.
    pub text: String,
}

/// Where a path ends, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The hop that fails.
    pub step: Step,
    /// Why, as a clause.
    pub clause: String,
    /// The object at fault and the field, where there is one.
    pub object: Option<(ObjectId, String)>,
    /// The places involved.
    pub places: Vec<Involved>,
    /// What to write instead.
    pub help: String,
}

/// A place that a broken path has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involved {
    /// Where.
    pub span: Span,
    /// What it has to do with it.
    pub label: String,
    /// The field, where the place is an object.
    pub field: String,
}

/// The hops of a walk, where somebody wants to see them.
#[derive(Debug, Default)]
pub struct Trail(Option<Vec<Hop>>);

impl Trail {
    /// A trail that keeps its hops.
    pub fn kept() -> Self {
        Self(Some(Vec::new()))
    }

    /// Whether hops are kept.
    pub(super) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Adds a hop; `text` is only asked where hops are kept.
    pub(super) fn add(
        &mut self,
        step: Step,
        origin: &Origin,
        field: &str,
        text: impl FnOnce() -> String,
    ) {
        if let Some(hops) = &mut self.0 {
            hops.push(Hop {
                step,
                object: Some(origin.id.clone()),
                field: field.to_owned(),
                source: origin.source,
                text: text(),
            });
        }
    }

    /// Adds a hop that no object decides.
    pub(super) fn note(&mut self, step: Step, source: Span, text: impl FnOnce() -> String) {
        if let Some(hops) = &mut self.0 {
            hops.push(Hop { step, object: None, field: String::new(), source, text: text() });
        }
    }

    /// The hops that were kept.
    pub fn into_hops(self) -> Vec<Hop> {
        self.0.unwrap_or_default()
    }
}

impl Broken {
    pub(super) fn new(step: Step, clause: impl Into<String>, help: impl Into<String>) -> Self {
        Self { step, clause: clause.into(), object: None, places: Vec::new(), help: help.into() }
    }

    #[must_use]
    pub(super) fn at(mut self, origin: &Origin, field: &str, label: impl Into<String>) -> Self {
        self.object.get_or_insert_with(|| (origin.id.clone(), field.to_owned()));
        let (label, field) = (label.into(), field.to_owned());
        self.places.push(Involved { span: origin.source, label, field });
        self
    }

    #[must_use]
    pub(super) fn place(mut self, span: Span, label: impl Into<String>) -> Self {
        self.places.push(Involved { span, label: label.into(), field: String::new() });
        self
    }
}
