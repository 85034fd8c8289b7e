//! `textDocument/documentSymbol` and `workspace/symbol`: what there is.

use std::fmt::Write;

use jtc_core::components::table::ROOT;
use jtc_core::names::Role;
use jtc_core::schema::access::NodeExt;
use jtc_core::schema::{Defines, NodeSpec, RefKind};
use jtc_core::syntax::{Node, ValueKind};
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf,
    SymbolInformation, SymbolKind, Uri, WorkspaceLocation, WorkspaceSymbol, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};

use crate::roots::{self, Root};
use crate::state::{Failure, State, View};

pub(crate) fn document(
    state: &mut State,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Failure> {
    let uri = params.text_document.uri;
    let view = state.view(&uri)?;
    let symbols = symbols(&view, &ROOT, &view.tree.document.nodes);
    if state.client.nested_symbols {
        return Ok(Some(DocumentSymbolResponse::Nested(symbols)));
    }
    let mut flat = Vec::new();
    flatten(&uri, symbols, None, &mut flat);
    Ok(Some(DocumentSymbolResponse::Flat(flat)))
}

fn symbols(view: &View<'_>, above: &'static NodeSpec, nodes: &[Node]) -> Vec<DocumentSymbol> {
    nodes.iter().filter_map(|node| symbol(view, above.child(&node.name.text), node)).collect()
}

/// A node that has a name or others in it; the rest is no landmark.
fn symbol(view: &View<'_>, spec: Option<&'static NodeSpec>, node: &Node) -> Option<DocumentSymbol> {
    let is_named = spec.is_some_and(|spec| spec.defines.is_some() || spec.occurs.is_by_name());
    let children = spec.map(|spec| symbols(view, spec, node.child_nodes())).unwrap_or_default();
    if !is_named
        && node.children.is_none()
        && !view.tree.document.nodes.iter().any(|top| top == node)
    {
        return None;
    }
    let first = node.arg(0);
    let mut name = node.name.text.to_string();
    if let Some(ValueKind::String(text)) = first.map(|entry| &entry.value.kind) {
        // Writing to a string can't fail.
        let _ = write!(name, " {text}");
    }
    #[expect(deprecated, reason = "the type wants the field")]
    Some(DocumentSymbol {
        name: if name.is_empty() { "\"\"".to_owned() } else { name },
        detail: Some(properties(node)).filter(|detail| !detail.is_empty()),
        kind: kind(spec),
        tags: None,
        deprecated: None,
        range: view.range(node.span),
        selection_range: view.range(first.map_or(node.name.span, |entry| entry.value_span)),
        children: (!children.is_empty()).then_some(children),
    })
}

/// As in `version=3.3.1 database=prod`.
fn properties(node: &Node) -> String {
    let named = node.entries.iter().filter_map(|entry| {
        let name = &entry.name.as_ref()?.text;
        Some(format!("{name}={}", entry.value.as_str()?))
    });
    named.collect::<Vec<_>>().join(" ")
}

fn kind(spec: Option<&'static NodeSpec>) -> SymbolKind {
    match spec.and_then(|spec| spec.defines) {
        Some(Defines::First(kind) | Defines::Each(kind) | Defines::Itself(kind)) => of(kind),
        None => match spec {
            Some(spec) if spec.child_specs().next().is_some() => SymbolKind::STRUCT,
            _ => SymbolKind::PROPERTY,
        },
    }
}

/// How editors show something that has a name.
pub(crate) fn of(kind: RefKind) -> SymbolKind {
    match kind {
        RefKind::Namespace => SymbolKind::NAMESPACE,
        RefKind::Backend | RefKind::Target => SymbolKind::CLASS,
        RefKind::Secret | RefKind::SecretKey => SymbolKind::KEY,
        RefKind::Database | RefKind::External => SymbolKind::INTERFACE,
        RefKind::Version => SymbolKind::CONSTANT,
        RefKind::Elk => SymbolKind::MODULE,
        RefKind::StorageClass | RefKind::AddressPool => SymbolKind::ENUM_MEMBER,
        RefKind::Entrypoint | RefKind::Port => SymbolKind::FIELD,
        RefKind::Middleware => SymbolKind::FUNCTION,
    }
}

fn flatten(
    uri: &Uri,
    symbols: Vec<DocumentSymbol>,
    container: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        #[expect(deprecated, reason = "the type wants the field")]
        flat.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: symbol.range },
            container_name: container.map(str::to_owned),
        });
        flatten(uri, symbol.children.unwrap_or_default(), Some(&symbol.name), flat);
    }
}

/// The most symbols that are answered.
const MANY: usize = 1000;

pub(crate) fn workspace(
    state: &mut State,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, Failure> {
    let mut found = Vec::new();
    for root in state.roots.values() {
        collect(state, root, &params.query, &mut found);
    }
    // Topologies of the client's folders that nothing is open of.
    for folder in &state.folders {
        for place in roots::roots_in(folder, &state.documents) {
            if !state.roots.contains_key(&place) {
                let root = Root::open(&place, &state.documents);
                collect(state, &root, &params.query, &mut found);
            }
        }
    }
    found.truncate(MANY);
    Ok(Some(WorkspaceSymbolResponse::Nested(found)))
}

fn collect(state: &State, root: &Root, query: &str, found: &mut Vec<WorkspaceSymbol>) {
    let defined = root.names().iter().filter(|place| place.role != Role::Reference);
    for place in defined.filter(|place| matches(&place.symbol.name, query)) {
        if found.len() > MANY {
            return;
        }
        let Some(location) = state.location(root, place.span) else { continue };
        let location: OneOf<Location, WorkspaceLocation> = OneOf::Left(location);
        let symbol = WorkspaceSymbol {
            name: place.symbol.name.clone(),
            kind: of(place.symbol.kind),
            tags: None,
            container_name: Some(place.symbol.scope.trim_end_matches(':').to_owned())
                .filter(|scope| !scope.is_empty())
                .or_else(|| Some(place.symbol.kind.noun().to_owned())),
            location,
            data: None,
        };
        if !found.contains(&symbol) {
            found.push(symbol);
        }
    }
}

/// Whether the letters of a query stand in a name in their order.
fn matches(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}
