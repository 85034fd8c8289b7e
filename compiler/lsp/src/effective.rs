//! What holds in the end: the objects that a node becomes, and the settings
//! of a component with the place that each comes from.

use std::fmt::Write;

use jtc_core::components::{Cx, programs};
use jtc_core::diagnostics::Report;
use jtc_core::graph::What;
use jtc_core::model::object::ObjectId;
use jtc_core::model::settings::{EnvValue, Replicas, Settings};
use jtc_core::model::{At, NOWHERE};
use jtc_core::resolve;
use jtc_core::schema::{Defines, RefKind};
use jtc_core::syntax::Span;

use crate::outline::Step;
use crate::roots::Root;
use crate::state::View;

/// An object that comes out, with its wave when there is an order.
pub(crate) struct Becomes<'a> {
    pub(crate) id: &'a ObjectId,
    pub(crate) wave: Option<u32>,
}

/// The most objects that are listed.
const LISTED: usize = 20;

/// What a node comes to.
pub(crate) fn of_node(view: &View<'_>, path: &[Step<'_>]) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(text) = settings(view, path) {
        parts.push(text);
    }
    let objects = objects(view.root, path);
    if !objects.is_empty() {
        let mut text = format!("Becomes {}:\n", crate::markdown::count(objects.len(), "object"));
        for object in objects.iter().take(LISTED) {
            let wave = object.wave.map(|wave| format!(", wave {wave}")).unwrap_or_default();
            // Writing to a string can't fail.
            let _ = write!(text, "\n- {} `{}`{wave}", object.id.kind.as_str(), object.id.name);
        }
        if objects.len() > LISTED {
            let _ = write!(text, "\n- and {} more", objects.len() - LISTED);
        }
        parts.push(text);
    }
    parts
}

/// Where a node is in the topology: its namespace, and its component there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) component: Option<&'a str>,
}

/// The namespace and component that a path leads to or through.
pub(crate) fn home<'a>(path: &[Step<'a>]) -> Option<Home<'a>> {
    let top = path.first()?;
    let spec = top.spec?;
    let is_namespace = spec.defines == Some(Defines::First(RefKind::Namespace));
    if !is_namespace && spec.name != "reapers" {
        return None;
    }
    let namespace = top.name()?;
    let component = path.iter().skip(1).find_map(|step| match step.spec?.defines? {
        Defines::First(RefKind::Backend) => step.name(),
        Defines::Itself(RefKind::Backend) => Some(&*step.node.name.text),
        _ => None,
    });
    Some(Home { namespace, component })
}

/// The objects that the node at the end of a path becomes, in their order:
/// for a namespace and a component all, for other nodes those that come from
/// that place.
pub(crate) fn objects<'r>(root: &'r Root, path: &[Step<'_>]) -> Vec<Becomes<'r>> {
    let Some(step) = path.last() else { return Vec::new() };
    let home = home(path);
    let span = step.node.span;
    let within = |source: Span| {
        source != NOWHERE
            && source.file == span.file
            && span.start <= source.start
            && source.end <= span.end
    };
    let is_whole = matches!(
        step.spec.and_then(|spec| spec.defines),
        Some(
            Defines::First(RefKind::Namespace | RefKind::Backend)
                | Defines::Itself(RefKind::Backend)
        )
    ) || (path.len() == 1 && home.is_some());
    let wanted = |id: &ObjectId, component: &str, source: Span| match home {
        Some(home) if is_whole => {
            let inside = id.namespace.as_deref() == Some(home.namespace)
                || (id.namespace.is_none() && &*id.name == home.namespace);
            inside && home.component.is_none_or(|wanted| wanted == component)
        }
        _ => within(source),
    };
    let graph = root.analysis.graph();
    let of = |index, wave| {
        let node = graph.inner.node_weight(index)?;
        let What::Object { id, component } = &node.what else { return None };
        wanted(id, component, node.source).then_some(Becomes { id, wave })
    };
    match root.analysis.plan() {
        Some(plan) => plan.steps.iter().filter_map(|step| of(step.node, Some(step.wave))).collect(),
        None => graph.objects().filter_map(|(index, ..)| of(index, None)).collect(),
    }
}

/// The settings of the component that a path leads to, each with where it is
/// set.
fn settings(view: &View<'_>, path: &[Step<'_>]) -> Option<String> {
    let home = home(path)?;
    let component = home.component?;
    let wanted = path.last()?.node.name.text.to_string();
    let world = resolve::resolve(&view.root.analysis.topology, &mut Report::default());
    let (_, site) = world.site(home.namespace)?;
    let program = programs(&Cx { world: &world, site })
        .into_iter()
        .find(|program| &*program.component == component)?;
    let all = rows(&program.settings);
    let whole = path.last()?.spec?.defines.is_some();
    let shown: Vec<&Row> = all.iter().filter(|row| whole || row.node == wanted).collect();
    if shown.is_empty() {
        return None;
    }
    let mut text = format!("What holds for `{component}` in `{}`:\n", home.namespace);
    for row in shown {
        // Writing to a string can't fail.
        let _ = write!(text, "\n- `{}`: `{}`, {}", row.name, row.value, from(view.root, row.span));
    }
    Some(text)
}

/// Where a value was set, in words.
pub(crate) fn from(root: &Root, span: Span) -> String {
    if span == NOWHERE {
        return "built in".to_owned();
    }
    let (path, at) = root.analysis.sources.place(span);
    let layer = root
        .tree(span.file)
        .map(|tree| crate::outline::path(tree, span.start))
        .and_then(|path| path.first().map(|step| layer(*step)));
    match layer {
        Some(layer) => format!("from {layer}, {path}:{}", at.line),
        None => format!("from {path}:{}", at.line),
    }
}

/// As in `namespace "jobmon-prod"` or `defaults`.
fn layer(step: Step<'_>) -> String {
    match step.name() {
        Some(name) => format!("`{} \"{name}\"`", step.node.name.text),
        None => format!("`{}`", step.node.name.text),
    }
}

/// A setting that holds.
pub(crate) struct Row {
    /// The node that sets it.
    pub(crate) node: String,
    /// What it is.
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// The settings of a program that are said anywhere.
pub(crate) fn rows(settings: &Settings) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |node: &str, name: String, value: String, span: Span| {
        rows.push(Row { node: node.to_owned(), name, value, span });
    };
    if let Some(at) = &settings.image {
        add("image", "image".to_owned(), at.value.as_str().to_owned(), at.span);
    }
    if let Some(at) = &settings.command {
        add("command", "command".to_owned(), at.value.join(" "), at.span);
    }
    if let Some(At { value, span }) = &settings.replicas {
        let value = match value {
            Replicas::Fixed(number) => number.to_string(),
            Replicas::Auto { min, max, cpu, memory } => {
                let share = |name: &str, share: &Option<u32>| {
                    share.map(|share| format!(" {name}={share}")).unwrap_or_default()
                };
                format!("min={min} max={max}{}{}", share("cpu", cpu), share("memory", memory))
            }
        };
        add("replicas", "replicas".to_owned(), value, *span);
    }
    let resources = &settings.resources;
    for (name, cpu, memory) in [
        ("requests", &resources.request_cpu, &resources.request_memory),
        ("limits", &resources.limit_cpu, &resources.limit_memory),
    ] {
        if let Some(at) = cpu {
            add("resources", format!("{name} cpu"), at.value.to_string(), at.span);
        }
        if let Some(at) = memory {
            add("resources", format!("{name} memory"), at.value.to_string(), at.span);
        }
    }
    if let Some(at) = &settings.grace {
        add("grace", "grace".to_owned(), at.value.to_string(), at.span);
    }
    if let Some(at) = &settings.drain {
        add("drain", "drain".to_owned(), at.value.to_string(), at.span);
    }
    for (name, at) in &settings.ports {
        add("port", format!("port {name}"), at.value.service.to_string(), at.span);
    }
    for (name, at) in &settings.env {
        let value = match &at.value {
            EnvValue::Text(text) => text.clone(),
            EnvValue::Secret(key) => {
                format!("key {} of secret {}", key.key.value, key.secret.value)
            }
        };
        add("env", format!("env {name}"), value, at.span);
    }
    rows
}
