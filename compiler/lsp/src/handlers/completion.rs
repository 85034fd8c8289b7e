//! `textDocument/completion`: nodes, properties, values, and the names that
//! the topology defines.

mod files;
mod names;
mod nodes;

use jtc_core::schema::{NodeSpec, Type};
use jtc_core::syntax::escaped;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, TextEdit,
};

use crate::cursor::{Cursor, Line, Wanted, cursor};
use crate::state::{Failure, State, View};
use crate::{markdown, outline};

pub(crate) fn completion(
    state: &mut State,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Failure> {
    let at = params.text_document_position;
    let view = state.view(&at.text_document.uri)?;
    let cursor = cursor(view.file, view.text(), view.offset(at.position));
    let items = items(&view, &cursor);
    Ok((!items.is_empty()).then_some(CompletionResponse::Array(items)))
}

fn items(view: &View<'_>, cursor: &Cursor) -> Vec<CompletionItem> {
    let Some(parent) = cursor.parent() else { return Vec::new() };
    if cursor.wanted == Wanted::Node {
        return nodes::items(view, cursor, parent);
    }
    let Some(spec) = parent.child(&cursor.line.name) else { return Vec::new() };
    match &cursor.wanted {
        Wanted::Nothing | Wanted::Node => Vec::new(),
        Wanted::Value(name) => {
            let prop = spec.props.iter().find(|prop| prop.name == name);
            prop.map(|prop| values(view, cursor, prop.ty, prop.doc)).unwrap_or_default()
        }
        Wanted::Entry(position) => {
            let arg = outline::argument(spec, *position);
            let mut items =
                arg.map(|arg| values(view, cursor, arg.ty, arg.doc)).unwrap_or_default();
            if !cursor.quoted {
                items.extend(properties(view, cursor, spec));
            }
            items
        }
    }
}

/// Properties that aren't there yet.
fn properties(view: &View<'_>, cursor: &Cursor, spec: &'static NodeSpec) -> Vec<CompletionItem> {
    let is_there = |line: &Line, name: &str| line.prop(name).is_some();
    let snippets = view.state.client.snippets;
    spec.props
        .iter()
        .filter(|prop| prop.repeat || !is_there(&cursor.line, prop.name))
        .map(|prop| {
            let hole = match prop.ty {
                Type::Int(..) | Type::Bool => "$1",
                _ => "\"$1\"",
            };
            let text =
                if snippets { format!("{}={hole}", prop.name) } else { format!("{}=", prop.name) };
            let rank = if prop.required { '1' } else { '2' };
            let item = Item {
                label: prop.name,
                kind: CompletionItemKind::PROPERTY,
                text,
                snippet: snippets,
                detail: prop.ty.describe(),
                documentation: markdown::prop(prop),
                rank,
            };
            item.build(view, cursor)
        })
        .collect()
}

/// The values of a type.
fn values(view: &View<'_>, cursor: &Cursor, ty: Type, doc: &str) -> Vec<CompletionItem> {
    let value = |label: &str, text: String, kind, detail: &str, documentation: &str| {
        let item = Item {
            label,
            kind,
            text,
            snippet: false,
            detail: detail.to_owned(),
            documentation: documentation.to_owned(),
            rank: '0',
        };
        item.build(view, cursor)
    };
    match ty {
        Type::OneOf(words) => words
            .iter()
            .map(|word| value(word, quote(cursor, word), CompletionItemKind::ENUM_MEMBER, "", doc))
            .collect(),
        Type::Bool if !cursor.quoted => ["#true", "#false"]
            .iter()
            .map(|word| value(word, (*word).to_owned(), CompletionItemKind::KEYWORD, "", doc))
            .collect(),
        Type::Text(kind) => {
            let detail = format!("{}, for example", kind.name);
            let text = quote(cursor, kind.example);
            vec![value(kind.example, text, CompletionItemKind::VALUE, &detail, doc)]
        }
        Type::Ref(kind) => names::items(view, cursor, kind),
        Type::Rule => names::matchers(view, cursor),
        Type::Files(endings) => files::files(view, cursor, endings),
        Type::String | Type::Int(..) | Type::Bool => Vec::new(),
    }
}

/// A value as it is written at the cursor.
fn quote(cursor: &Cursor, value: &str) -> String {
    let value = escaped(value);
    match (cursor.quoted, cursor.closed) {
        (true, true) => value,
        (true, false) => format!("{value}\""),
        (false, _) => format!("\"{value}\""),
    }
}

/// An item to be.
struct Item<'a> {
    label: &'a str,
    kind: CompletionItemKind,
    text: String,
    /// Whether the text has places to fill in.
    snippet: bool,
    detail: String,
    documentation: String,
    /// What sorts it among the others.
    rank: char,
}

impl Item<'_> {
    fn build(self, view: &View<'_>, cursor: &Cursor) -> CompletionItem {
        let knows = view.state.client.markdown_items;
        let documentation = (!self.documentation.is_empty())
            .then(|| Documentation::MarkupContent(markdown::markup(knows, self.documentation)));
        let range = view.range(cursor.word);
        CompletionItem {
            label: self.label.to_owned(),
            kind: Some(self.kind),
            detail: (!self.detail.is_empty()).then_some(self.detail),
            documentation,
            sort_text: Some(format!("{}{}", self.rank, self.label)),
            filter_text: Some(if cursor.quoted || !self.text.starts_with('"') {
                self.label.to_owned()
            } else {
                self.text.clone()
            }),
            insert_text_format: self.snippet.then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: self.text })),
            ..CompletionItem::default()
        }
    }
}
