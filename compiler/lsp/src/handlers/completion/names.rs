//! Names that the topology defines.

use jtc_core::components::build::alias;
use jtc_core::components::program::Program;
use jtc_core::components::routes::{self, Route};
use jtc_core::components::{COMPONENTS, Cx, programs, traefik};
use jtc_core::diagnostics::Report;
use jtc_core::model::At;
use jtc_core::model::settings::Port;
use jtc_core::names::Names;
use jtc_core::resolve;
use jtc_core::schema::{Defines, RefKind, Type};
use jtc_core::traefik::rule::{Covers, MATCHERS, Requests};
use lsp_types::{CompletionItem, CompletionItemKind};

use super::{Item, quote};
use crate::cursor::Cursor;
use crate::markdown;
use crate::state::View;

/// A name that may be written.
struct Name {
    written: String,
    /// What it is, in a few words.
    detail: String,
    /// More about it.
    documentation: String,
}

/// The names that a reference of a kind may have.
pub(super) fn items(view: &View<'_>, cursor: &Cursor, kind: RefKind) -> Vec<CompletionItem> {
    let mut names = match kind {
        RefKind::Target => targets(view, cursor),
        RefKind::Backend => routed(view, cursor),
        RefKind::Namespace => namespaces(view),
        RefKind::Entrypoint => entrypoints(view, namespace(cursor), |_, _| true),
        RefKind::Port => ports(view, cursor),
        RefKind::SecretKey => {
            defined(view, kind, &sibling(cursor, RefKind::Secret).unwrap_or_default())
        }
        kind => defined(view, kind, &Names::scope(kind, namespace(cursor), "", "")),
    };
    names.dedup_by(|a, b| a.written == b.written);
    names
        .into_iter()
        .map(|name| {
            let item = Item {
                label: &name.written,
                kind: CompletionItemKind::REFERENCE,
                text: quote(cursor, &name.written),
                snippet: false,
                detail: name.detail,
                documentation: name.documentation,
                rank: '0',
            };
            item.build(view, cursor)
        })
        .collect()
}

/// The namespace that the cursor is in.
fn namespace(cursor: &Cursor) -> &str {
    let specs = cursor.specs();
    let is_namespace = |spec: &Option<Defines>| *spec == Some(Defines::First(RefKind::Namespace));
    match (specs.get(1), cursor.above.first()) {
        (Some(spec), Some(line)) if is_namespace(&spec.defines) => line.first().unwrap_or_default(),
        _ => jtc_core::names::DEFAULTS,
    }
}

/// The component or workload that the cursor is in.
fn program(cursor: &Cursor) -> &str {
    let specs = cursor.specs();
    let found =
        specs.iter().skip(1).zip(&cursor.above).find_map(|(spec, line)| match spec.defines {
            Some(Defines::Itself(RefKind::Backend)) => Some(line.name.as_str()),
            Some(Defines::First(RefKind::Backend)) => line.first(),
            _ => None,
        });
    found.unwrap_or_default()
}

/// What the same node refers to of a kind.
fn sibling(cursor: &Cursor, kind: RefKind) -> Option<String> {
    let spec = cursor.parent()?.child(&cursor.line.name)?;
    let refers = |ty: Type| matches!(ty, Type::Ref(other) if other == kind);
    let prop = spec.props.iter().find(|prop| refers(prop.ty));
    let by_prop = prop.and_then(|prop| cursor.line.prop(prop.name));
    let arg = spec.args.first().filter(|arg| refers(arg.ty));
    by_prop.or_else(|| arg.and_then(|_| cursor.line.first())).map(str::to_owned)
}

fn defined(view: &View<'_>, kind: RefKind, scope: &str) -> Vec<Name> {
    let sources = &view.root.analysis.sources;
    let known = view.root.names().known(kind, scope);
    known
        .into_iter()
        .map(|place| {
            let (path, at) = sources.place(place.span);
            let text: Vec<&str> = sources.text(place.node).lines().take(8).collect();
            Name {
                written: place.symbol.name.clone(),
                detail: format!("{}, {path}:{}", kind.noun(), at.line),
                documentation: markdown::kdl(&text.join("\n")),
            }
        })
        .collect()
}

/// Runs on the namespace as the compiler sees it; nothing where it sees none.
fn with_site<T>(view: &View<'_>, namespace: &str, body: impl FnOnce(&Cx<'_>) -> T) -> Option<T> {
    let world = resolve::resolve(&view.root.analysis.topology, &mut Report::default());
    let (_, site) = world.site(namespace)?;
    Some(body(&Cx { world: &world, site }))
}

/// The components of a namespace that others can talk to, also those that
/// nothing is said about.
fn backends(view: &View<'_>, namespace: &str) -> Vec<Name> {
    let seen = with_site(view, namespace, |cx| {
        let programs = programs(cx).into_iter().filter(|it| !it.settings.ports.is_empty());
        programs.map(|program| component(&program)).collect()
    });
    seen.unwrap_or_else(|| defined(view, RefKind::Backend, namespace))
}

fn component(program: &Program) -> Name {
    let ports = program.settings.ports.iter();
    let ports: Vec<String> =
        ports.map(|(name, port)| format!("{name} {}", port.value.service)).collect();
    Name {
        written: program.component.to_string(),
        detail: format!("component, {}", ports.join(", ")),
        documentation: about(&program.component),
    }
}

/// Where a route may lead: a component, and behind its `:` its ports. Where
/// the route names its entrypoint, only what speaks the same protocol.
fn routed(view: &View<'_>, cursor: &Cursor) -> Vec<Name> {
    let (start, end) = (cursor.word.start as usize, cursor.offset as usize);
    let before = view.text().get(start..end).unwrap_or_default();
    let wanted = before.split_once(':').map(|(component, _)| component);
    let own = namespace(cursor);
    let seen = with_site(view, own, |cx| {
        let named = sibling(cursor, RefKind::Entrypoint);
        let entrypoint =
            traefik::entrypoints(cx).into_iter().find(|it| Some(&it.name) == named.as_ref());
        let speaks = |port: &At<Port>| {
            entrypoint.as_ref().is_none_or(|it| it.port.protocol == port.value.protocol)
        };
        let mut found = Vec::new();
        for program in programs(cx) {
            // A route to Traefik would lead in circles.
            let ports = &program.settings.ports;
            let may_be = |first: &At<Port>| &*program.component != "traefik" && speaks(first);
            match wanted {
                None if ports.values().next().is_some_and(may_be) => {
                    found.push(component(&program));
                }
                Some(wanted) if *program.component == *wanted && wanted != "traefik" => {
                    let ports = ports.iter().filter(|(_, port)| speaks(port));
                    found.extend(ports.map(|(name, port)| Name {
                        written: format!("{wanted}:{name}"),
                        ..self::port(name, port)
                    }));
                }
                _ => {}
            }
        }
        found
    });
    seen.unwrap_or_else(|| defined(view, RefKind::Backend, own))
}

/// The namespaces that have a server for a reaper.
fn namespaces(view: &View<'_>) -> Vec<Name> {
    let all = &view.root.analysis.topology.namespaces;
    let mut found = defined(view, RefKind::Namespace, "");
    found.retain(|it| all.get(&it.written).is_some_and(|it| it.version.is_some()));
    found
}

/// What the table says of a component.
fn about(name: &str) -> String {
    let component = COMPONENTS.iter().find(|component| component.spec.name == name);
    component.map(|component| component.spec.doc.to_owned()).unwrap_or_default()
}

/// What a program may talk to.
fn targets(view: &View<'_>, cursor: &Cursor) -> Vec<Name> {
    let own = namespace(cursor);
    let mut found = backends(view, own);
    for external in defined(view, RefKind::External, "") {
        if !found.iter().any(|known| known.written == external.written) {
            found.push(external);
        }
    }
    for other in view.root.names().known(RefKind::Namespace, "") {
        let name = &other.symbol.name;
        if name != own {
            found.extend(remote(view, name).into_iter().map(|there| Name {
                written: format!("{name}/{}", there.written),
                detail: format!("{}, through its Traefik", there.detail),
                ..there
            }));
        }
    }
    found
}

/// The routes of a namespace that somebody from another can take.
fn doors(cx: &Cx<'_>, programs: &[Program]) -> Vec<Route> {
    let host = alias::name(cx.site.name);
    let requests = Requests { host: &host, path: None };
    let mut found = routes::routes(cx, programs, &mut Report::default());
    found.retain(|route| cx.site.jobmon.is_some() && route.covers(&requests) != Covers::None);
    found
}

/// The components of another namespace that its Traefik leads to.
fn remote(view: &View<'_>, namespace: &str) -> Vec<Name> {
    let seen = with_site(view, namespace, |cx| {
        let programs = programs(cx);
        let doors = doors(cx, &programs);
        let reached = |it: &&Program| doors.iter().any(|to| *to.backend.component == *it.component);
        programs.iter().filter(reached).map(component).collect()
    });
    seen.unwrap_or_default()
}

fn entrypoints(
    view: &View<'_>,
    namespace: &str,
    wanted: impl Fn(&Cx<'_>, &str) -> bool,
) -> Vec<Name> {
    let seen = with_site(view, namespace, |cx| {
        let entrypoints = traefik::entrypoints(cx).into_iter();
        entrypoints
            .filter(|entrypoint| wanted(cx, &entrypoint.name))
            .map(|entrypoint| Name {
                detail: format!(
                    "entrypoint, {}/{}",
                    entrypoint.port.service,
                    entrypoint.port.protocol.as_str()
                ),
                written: entrypoint.name,
                documentation: String::new(),
            })
            .collect()
    });
    seen.unwrap_or_default()
}

/// The ports of the target that the same node names, or of the program that
/// the cursor is in.
fn ports(view: &View<'_>, cursor: &Cursor) -> Vec<Name> {
    let own = namespace(cursor);
    let target = sibling(cursor, RefKind::Target);
    if let Some((there, component)) = target.as_deref().and_then(|target| target.split_once('/'))
        && there != own
    {
        return entrypoints(view, there, |cx, name| {
            let doors = doors(cx, &programs(cx));
            doors.iter().any(|to| to.entrypoint == name && to.backend.component == component)
        });
    }
    let component = target.unwrap_or_else(|| program(cursor).to_owned());
    let seen = with_site(view, own, |cx| {
        let programs = programs(cx).into_iter();
        let program = programs.filter(|program| *program.component == *component);
        let ports = program.flat_map(|program| program.settings.ports);
        ports.map(|(name, at)| port(&name, &at)).collect()
    });
    seen.unwrap_or_default()
}

fn port(name: &str, port: &At<Port>) -> Name {
    Name {
        written: name.to_owned(),
        detail: format!("port {}/{}", port.value.service, port.value.protocol.as_str()),
        documentation: String::new(),
    }
}

/// Traefik's matchers, where a rule goes on.
pub(super) fn matchers(view: &View<'_>, cursor: &Cursor) -> Vec<CompletionItem> {
    let mut here = cursor.clone();
    if cursor.quoted {
        // Only the word at the cursor is replaced, not the whole rule.
        let offset = cursor.offset;
        let before = view.text().get(cursor.word.start as usize..offset as usize);
        let before = before.unwrap_or_default();
        if before.matches('`').count() % 2 == 1 {
            return Vec::new();
        }
        let word = before.chars().rev().take_while(char::is_ascii_alphanumeric).count();
        let start = offset.saturating_sub(u32::try_from(word).unwrap_or_default());
        here.word = view.at(start, offset);
        here.closed = true;
    }
    MATCHERS
        .iter()
        .map(|(name, least, _)| {
            let snippets = view.state.client.snippets;
            let text = match (snippets, least) {
                (false, _) => format!("{name}(`"),
                (true, 2) => format!("{name}(`$1`, `$2`)"),
                (true, _) => format!("{name}(`$1`)"),
            };
            let item = Item {
                label: name,
                kind: CompletionItemKind::FUNCTION,
                text: if here.quoted { text } else { format!("\"{text}\"") },
                snippet: snippets,
                detail: matcher(name).to_owned(),
                documentation: String::new(),
                rank: '0',
            };
            item.build(view, &here)
        })
        .collect()
}

/// What a matcher of Traefik v3 looks at (its documentation, "Rules &
/// Priority").
fn matcher(name: &str) -> &'static str {
    match name {
        "Host" => "requests for this host",
        "HostRegexp" => "requests whose host this regular expression matches",
        "Path" => "exactly this path",
        "PathPrefix" => "paths that start with this",
        "PathRegexp" => "paths that this regular expression matches",
        "Header" => "requests with this header and value",
        "HeaderRegexp" => "requests whose header this regular expression matches",
        "Method" => "requests with this method, as in GET",
        "Query" => "requests with this parameter and value in the URL",
        "QueryRegexp" => "requests whose parameter this regular expression matches",
        "ClientIP" => "clients with this address or in this range",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_matcher_is_explained() {
        for (name, ..) in MATCHERS {
            assert_ne!(matcher(name), "", "{name}");
        }
    }
}
