//! `textDocument/semanticTokens`: what each word is, by the node table.

use jtc_core::components::table::ROOT;
use jtc_core::names::Role;
use jtc_core::schema::access::NodeExt;
use jtc_core::schema::{NodeSpec, RefKind, Type};
use jtc_core::syntax::{Entry, Node, Span, TokenKind, ValueKind, lex};
use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult,
    SemanticTokensResult,
};

use crate::outline::argument;
use crate::state::{Failure, State, View};

/// The kinds of words, in the order of [`Word`].
const TYPES: [SemanticTokenType; 9] = [
    SemanticTokenType::KEYWORD,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::COMMENT,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::VARIABLE,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Node,
    Property,
    String,
    Number,
    Constant,
    Comment,
    Namespace,
    Component,
    Name,
}

/// What the server's numbers stand for.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: vec![SemanticTokenModifier::DECLARATION],
    }
}

pub(crate) fn full(
    state: &mut State,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let end = u32::try_from(view.text().len()).unwrap_or(u32::MAX);
    let data = encode(&view, words(&view, view.at(0, end)));
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
}

pub(crate) fn range(
    state: &mut State,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokensRangeResult>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let data = encode(&view, words(&view, view.span(params.range)));
    Ok(Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
}

/// A word: where, what, and whether it is where something gets its name.
type Found = (Span, Word, bool);

/// The words that touch a span, in order and without overlaps.
fn words(view: &View<'_>, asked: Span) -> Vec<Found> {
    let touches = |span: Span| span.start <= asked.end && asked.start <= span.end;
    let mut found: Vec<Found> = Vec::new();
    for node in view.tree.document.nodes.iter().filter(|node| touches(node.span)) {
        collect(ROOT.child(&node.name.text), node, &mut found);
    }
    for token in lex(view.text()) {
        if matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment) {
            found.push((view.at(token.start, token.end), Word::Comment, false));
        }
    }
    // A name says more than the string it stands in.
    let names = view.root.names().iter().filter(|place| {
        place.span.file == view.file && place.role != Role::Builtin && touches(place.span)
    });
    let names: Vec<Found> = names
        .map(|place| {
            let word = match place.symbol.kind {
                RefKind::Namespace => Word::Namespace,
                RefKind::Backend | RefKind::Target => Word::Component,
                _ => Word::Name,
            };
            (place.span, word, place.role == Role::Definition)
        })
        .collect();
    let mut pieces: Vec<Found> = Vec::new();
    found.sort_by_key(|(span, ..)| span.start);
    let mut next = names.iter().peekable();
    for (span, word, declares) in found.into_iter().filter(|(span, ..)| touches(*span)) {
        let mut start = span.start;
        while let Some(name) = next.peek().filter(|(name, ..)| name.start < span.end) {
            if name.0.start >= start && name.0.end <= span.end {
                pieces.push((view.at(start, name.0.start), word, declares));
                pieces.push(**name);
                start = name.0.end;
            }
            next.next();
        }
        pieces.push((view.at(start, span.end), word, declares));
    }
    pieces.retain(|(span, ..)| !span.is_empty());
    pieces
}

fn collect(spec: Option<&'static NodeSpec>, node: &Node, found: &mut Vec<Found>) {
    found.push((node.name.span, if spec.is_some() { Word::Node } else { Word::String }, false));
    let mut position = 0;
    for entry in &node.entries {
        let ty = if let Some(name) = &entry.name {
            found.push((name.span, Word::Property, false));
            let prop = spec.and_then(|it| it.props.iter().find(|it| it.name == &*name.text));
            prop.map(|prop| prop.ty)
        } else {
            position += 1;
            spec.and_then(|spec| argument(spec, position - 1)).map(|arg| arg.ty)
        };
        found.push((entry.value_span, value(entry, ty), false));
    }
    for child in node.child_nodes() {
        collect(spec.and_then(|spec| spec.child(&child.name.text)), child, found);
    }
}

fn value(entry: &Entry, ty: Option<Type>) -> Word {
    match (&entry.value.kind, ty) {
        (ValueKind::Integer(_) | ValueKind::Float(_), _) => Word::Number,
        (ValueKind::Bool(_) | ValueKind::Null, _)
        | (ValueKind::String(_), Some(Type::OneOf(_))) => Word::Constant,
        (ValueKind::String(_), _) => Word::String,
    }
}

/// As the protocol wants it: each word by its distance from the one before,
/// and none over several lines.
fn encode(view: &View<'_>, words: Vec<Found>) -> Vec<SemanticToken> {
    let mut data = Vec::with_capacity(words.len());
    let (mut line, mut character) = (0, 0);
    for (span, word, declares) in words {
        let mut start = span.start;
        for piece in span.slice(view.text()).split_inclusive('\n') {
            let end = start.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            let written = u32::try_from(piece.trim_end_matches(['\r', '\n']).len());
            let range = view.range(view.at(start, start.saturating_add(written.unwrap_or(0))));
            start = end;
            let length = range.end.character.saturating_sub(range.start.character);
            if length == 0 || range.end.line != range.start.line {
                continue;
            }
            let delta_line = range.start.line.saturating_sub(line);
            let from = if delta_line == 0 { character } else { 0 };
            data.push(SemanticToken {
                delta_line,
                delta_start: range.start.character.saturating_sub(from),
                length,
                token_type: word as u32,
                token_modifiers_bitset: u32::from(declares),
            });
            (line, character) = (range.start.line, range.start.character);
        }
    }
    data
}
