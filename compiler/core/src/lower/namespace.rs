//! `namespace` and `reapers`.

use jtc_syntax::{Node, Span};

use super::define::pairs;
use super::{Lowering, define, elastic, name_span, program, yaml};
use crate::diagnostics as d;
use crate::model::At;
use crate::model::declared::{
    About, Manifest, Middleware, Namespace, Reaper, ReaperState, Reapers, Route, Slack, Table,
};
use crate::model::settings::Content;
use crate::schema::access::{EntryExt, NodeExt};
use crate::sources::join;
use crate::text::DnsLabel;

pub(super) fn namespace(cx: &mut Lowering<'_>, node: &Node) -> Namespace {
    let mut routes = Table::new();
    for child in node.children_named("route") {
        super::insert(&mut routes, child, route(child));
    }
    let mut middlewares = Table::new();
    for child in node.children_named("middleware") {
        let middleware = middleware(cx, child);
        super::insert(&mut middlewares, child, middleware);
    }
    let mut workloads = Table::new();
    for child in node.children_named("workload") {
        let part = program::workload(cx, child);
        super::insert(&mut workloads, child, Some(part));
    }
    let mut manifests = Vec::new();
    for child in node.children_named("manifest") {
        manifest(cx, child, &mut manifests);
    }
    Namespace {
        span: name_span(node),
        node: node.span,
        name: node.arg_text(0).and_then(|name| DnsLabel::parse(&name.value).ok()),
        version: node.prop_text("version"),
        database: node.prop_text("database"),
        elk_profile: node.prop_text("elk"),
        elk: node.child("elk").map(|child| {
            let mut elk = elastic::elk(cx, child);
            elk.span = Some(child.name.span);
            elk
        }),
        parts: program::parts(cx, node),
        routes,
        middlewares,
        workloads,
        manifests,
        about: about(node),
    }
}

fn about(node: &Node) -> About {
    About {
        labels: pairs(node, "labels"),
        annotations: pairs(node, "annotations"),
        quota: node.child("quota").map(|child| At::new(program::resources(child), child.name.span)),
        pod_security: define::pod_security(node),
    }
}

fn route(node: &Node) -> Option<Route> {
    Some(Route {
        span: name_span(node),
        entrypoint: node.prop_text("entrypoint"),
        host: node.prop_text("host"),
        path: node.prop_text("path"),
        rule: node.prop_text("match"),
        priority: node.prop_int("priority"),
        middlewares: node
            .entries
            .iter()
            .filter(|entry| entry.name.as_ref().is_some_and(|name| &*name.text == "middleware"))
            .filter_map(EntryExt::text)
            .collect(),
        tls: node.prop_text("tls"),
        to: node.prop_text("to")?,
    })
}

fn middleware(cx: &mut Lowering<'_>, node: &Node) -> Option<At<Middleware>> {
    let [child] = node.child_nodes() else {
        // One without a name has been told what all of it looks like.
        let is_bare = node.entries.is_empty() && node.child_nodes().is_empty();
        if !node.incomplete && !is_bare {
            cx.report.push(d::j0214_one_middleware::diag(node));
        }
        return None;
    };
    let text = |index: usize| child.arg_text(index).map(|at| at.value);
    if matches!(&*child.name.text, "strip-prefix" | "add-prefix") {
        for prefix in child.arguments().filter_map(EntryExt::text) {
            if !prefix.value.starts_with('/') {
                cx.report.push(d::j0208_bad_value::prefix(&prefix));
            }
        }
    }
    let value = match &*child.name.text {
        "strip-prefix" => Middleware::StripPrefix(child.texts()),
        "add-prefix" => Middleware::AddPrefix(text(0)?),
        "basic-auth" => Middleware::BasicAuth {
            secret: child.prop_text("secret")?,
            realm: child.prop_text("realm").map(|at| at.value),
        },
        "ip-allow-list" => Middleware::IpAllowList(child.texts()),
        "headers" => {
            let values = |name: &str| {
                pairs(child, name).into_iter().map(|(key, at)| (key, at.value)).collect()
            };
            Middleware::Headers { request: values("request"), response: values("response") }
        }
        "rate-limit" => Middleware::RateLimit {
            average: child.prop_int("average")?.value,
            burst: child.prop_int("burst").map(|at| at.value),
        },
        "retry" => Middleware::Retry { attempts: child.prop_int("attempts")?.value },
        "compress" => Middleware::Compress,
        "redirect" => Middleware::Redirect {
            scheme: text(0).unwrap_or_else(|| "https".to_owned()),
            permanent: child.prop_bool("permanent").is_some_and(|on| on.value),
            port: child.prop_int("port").map(|at| at.value),
        },
        _ => return None,
    };
    Some(At::new(value, name_span(node)))
}

/// Reads the files that a `manifest` names; an object is a YAML document.
fn manifest(cx: &mut Lowering<'_>, node: &Node, manifests: &mut Vec<Manifest>) {
    let Some(pattern) = node.arg_text(0) else { return };
    let (from, _) = cx.sources.place(pattern.span);
    let Some(joined) = join(from, &pattern.value) else {
        cx.report.push(d::j0112_include_outside::diag(&pattern));
        return;
    };
    let paths = match cx.files.matching(&joined) {
        Ok(paths) => paths,
        Err(problem) => {
            cx.report.push(d::j0114_unreadable::diag(&joined, pattern.span, &problem));
            return;
        }
    };
    if paths.is_empty() {
        cx.report.push(d::j0111_include_nothing::diag(&pattern));
    }
    for path in paths {
        let text = match cx.files.read(&path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => {
                let good = error.utf8_error().valid_up_to();
                cx.report.push(d::j0114_unreadable::not_text(&path, pattern.span, good));
                continue;
            }
            Err(problem) => {
                cx.report.push(d::j0114_unreadable::diag(&path, pattern.span, &problem));
                continue;
            }
        };
        let file = cx.sources.add(&path, &text);
        let mut objects = Vec::new();
        for (start, document) in documents(&text) {
            let begin = u32::try_from(start).unwrap_or(u32::MAX);
            let first_line = document.trim_end().lines().next().unwrap_or_default().len();
            let end = u32::try_from(start + first_line).unwrap_or(u32::MAX);
            let span = Span::new(file, begin, end);
            let within = |at: std::ops::Range<usize>| {
                let position = |at: usize| u32::try_from(start + at).unwrap_or(u32::MAX);
                Span::new(file, position(at.start), position(at.end))
            };
            for (place, truth) in yaml::truth_words(document) {
                let word = document.get(place.clone()).unwrap_or_default();
                cx.report.push(d::j0623_yaml_truth::diag(within(place), word, truth, span));
            }
            match serde_saphyr::from_str::<serde_json::Value>(document) {
                Ok(serde_json::Value::Null) => {}
                Ok(value) => flatten(span, value, &mut objects),
                Err(error) => {
                    let line = error.location().and_then(|at| usize::try_from(at.line()).ok());
                    let place = line.and_then(|line| yaml::line(document, line)).map(within);
                    let why = error.without_snippet().to_string();
                    cx.report.push(d::j0602_not_yaml::diag(place, span, pattern.span, &why));
                }
            }
        }
        manifests.push(Manifest { span: pattern.span, path, objects, text: Content(text.into()) });
    }
}

/// A `v1/List` stands for its items.
fn flatten(span: Span, value: serde_json::Value, objects: &mut Vec<(Span, serde_json::Value)>) {
    let is_list = value.get("kind").and_then(serde_json::Value::as_str) == Some("List");
    match value.get("items").and_then(serde_json::Value::as_array).filter(|_| is_list) {
        Some(items) => objects.extend(items.iter().cloned().map(|item| (span, item))),
        None => objects.push((span, value)),
    }
}

/// The documents of a YAML stream, each with where its first line of content
/// starts.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut position = 0;
    let mut push = |start: usize, end: usize| {
        let Some(document) = text.get(start..end) else { return };
        let mut offset = start;
        for line in document.split_inclusive('\n') {
            let content = line.trim();
            if !content.is_empty() && !content.starts_with('#') {
                documents.push((offset, text.get(offset..end).unwrap_or_default()));
                return;
            }
            offset += line.len();
        }
    };
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == "---" || bare.starts_with("--- ") {
            push(start, position);
            start = position + line.len();
        }
        position += line.len();
    }
    push(start, text.len());
    documents
}

pub(super) fn reapers(cx: &mut Lowering<'_>, node: &Node) -> Reapers {
    let slack = node.child("slack").and_then(|child| {
        Some(Slack {
            span: child.name.span,
            external: child.prop_text("external")?,
            secret: child.prop_text("secret")?,
        })
    });
    let mut reapers = Vec::new();
    for child in node.children_named("reaper") {
        let (Some(version), Some(namespace)) = (child.arg_text(0), child.prop_text("namespace"))
        else {
            continue;
        };
        let state = child.prop_text("state").map_or_else(
            || At::new(ReaperState::Active, version.span),
            |state| {
                let value = match state.value.as_str() {
                    "draining" => ReaperState::Draining,
                    "retired" => ReaperState::Retired,
                    _ => ReaperState::Active,
                };
                At::new(value, state.span)
            },
        );
        let poll = child
            .prop_int("poll")
            .and_then(|at| u32::try_from(at.value).ok().map(|minutes| At::new(minutes, at.span)));
        let settings = program::settings(cx, child);
        reapers.push(Reaper { span: child.name.span, version, namespace, state, poll, settings });
    }
    Reapers {
        span: name_span(node),
        node: node.span,
        name: node.arg_text(0).map(|name| name.value).unwrap_or_default(),
        slack,
        reapers,
        about: about(node),
    }
}
