//! What the tests of this crate share: trees and errors as text.

use std::fmt::Write as _;

use jtc_syntax::{Entry, FileId, LineIndex, Node, Parse, SyntaxError, ValueKind, parse};

/// The file of every test.
pub(crate) const FILE: FileId = FileId(7);

/// The nodes of a parse, one a line, indented by depth.
pub(crate) fn tree(parse: &Parse) -> String {
    let mut out = String::new();
    nodes(&parse.document.nodes, 0, &mut out);
    if parse.document.incomplete {
        out.push_str("(incomplete)\n");
    }
    out
}

fn nodes(nodes: &[Node], depth: usize, out: &mut String) {
    for node in nodes {
        out.push_str(&"  ".repeat(depth));
        if let Some(ty) = &node.ty {
            write!(out, "({})", ty.text).unwrap();
        }
        out.push_str(&node.name.text);
        for Entry { name, value, ty, .. } in &node.entries {
            out.push(' ');
            if let Some(name) = name {
                write!(out, "{}=", name.text).unwrap();
            }
            if let Some(ty) = ty {
                write!(out, "({})", ty.text).unwrap();
            }
            match &value.kind {
                ValueKind::String(text) => write!(out, "{text:?}"),
                ValueKind::Integer(number) => write!(out, "{number}"),
                ValueKind::Float(number) => write!(out, "{number:?}"),
                ValueKind::Bool(value) => write!(out, "#{value}"),
                ValueKind::Null => write!(out, "#null"),
            }
            .unwrap();
        }
        if node.children.is_some() {
            out.push_str(" {}");
        }
        out.push_str(if node.incomplete { " (incomplete)\n" } else { "\n" });
        if let Some(block) = &node.children {
            self::nodes(&block.nodes, depth + 1, out);
        }
    }
}

/// An error as `line:column Kind`, with the text of its span.
pub(crate) fn error(text: &str, error: &SyntaxError) -> String {
    let place = LineIndex::new(text).line_col(error.span.start);
    format!("{}:{} {:?} {:?}", place.line, place.column, error.kind, error.span.slice(text))
}

/// All errors with what belongs to them, and then the tree.
pub(crate) fn report(text: &str) -> String {
    let parse = parse(FILE, text);
    let mut out = String::new();
    for err in &parse.errors {
        writeln!(out, "{}", error(text, err)).unwrap();
        for (span, role) in &err.related {
            let place = LineIndex::new(text).line_col(span.start);
            writeln!(out, "  {}:{} {role}", place.line, place.column).unwrap();
        }
        if let Some(fix) = &err.fix {
            let mut fixed = text.to_owned();
            fixed.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
            writeln!(out, "  fix: {}", fixed.trim_end().replace('\n', "\n       ")).unwrap();
        }
    }
    out + &tree(&parse)
}
