//! The formatter, with its own promises as the oracle.
#![no_main]

use std::fmt::Write;

use jtc_syntax::{
    FileId, Name, Node, Parse, SyntaxErrorKind, TokenKind, ValueKind, apply_edits, lex, parse,
};
use kdl::KdlDocument;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| format(bytes));

/// The most bytes that are also read by kdl, which takes longer than all the
/// rest together: so only every eighth length is.
const FOR_KDL: usize = 160;

/// The same tree, the same errors, the same tokens; and the second time
/// nothing changes.
fn format(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let formatted = jtc_syntax::format(text);
    let canonical = formatted.apply(text);
    let before = parse(FileId(0), text);
    let sound = before.errors.is_empty();
    // A node named as a mark of git would become one at the start of a line.
    let marked = ["<<<<<<<", ">>>>>>>", "|||||||"].iter().any(|mark| text.contains(mark));
    assert!(!sound || marked || formatted.left_alone.is_empty(), "a sound text is left alone");
    let mut end = 0;
    for (range, new) in &formatted.edits {
        assert!(range.start >= end && range.end >= range.start, "edits overlap");
        assert_ne!(text.get(range.clone()), Some(new.as_str()), "an edit changes nothing");
        end = range.end;
        for alone in &formatted.left_alone {
            assert!(range.end <= alone.start || range.start >= alone.end, "it is not left alone");
        }
    }
    if canonical == text {
        return;
    }
    assert_eq!(kept(text), kept(&canonical), "tokens are changed");
    let after = parse(FileId(0), &canonical);
    assert_eq!(kinds(&before), kinds(&after), "other errors");
    let (tree, new_tree) = (tree(&before), self::tree(&after));
    assert_eq!(tree, new_tree, "another tree");
    let again = jtc_syntax::format(&canonical);
    assert_eq!(again.edits, [], "it changes again");
    if !sound {
        return;
    }
    // A range has some of the edits without the others.
    let half = formatted.edits.get(..formatted.edits.len() / 2).unwrap_or_default();
    assert_eq!(tree, self::tree(&parse(FileId(0), &apply_edits(text, half))), "half of the edits");
    if text.len() <= FOR_KDL
        && text.len().is_multiple_of(8)
        && let Ok(theirs) = KdlDocument::parse_v2(text)
    {
        let new = KdlDocument::parse_v2(&canonical).expect("kdl refuses what it accepted");
        assert_eq!(kdl_tree(&theirs), kdl_tree(&new), "another tree for kdl");
    }
}

/// The tokens that formatting keeps.
fn kept(text: &str) -> Vec<&str> {
    let dropped = [TokenKind::Whitespace, TokenKind::Newline, TokenKind::Semicolon];
    let tokens = lex(text).into_iter().filter(|token| !dropped.contains(&token.kind));
    tokens.map(|token| token.text(text)).collect()
}

fn kinds(parse: &Parse) -> Vec<&SyntaxErrorKind> {
    parse.errors.iter().map(|error| &error.kind).collect()
}

/// All that a tree says, without its places.
fn tree(parse: &Parse) -> String {
    let mut out = String::new();
    let mut waiting: Vec<(usize, &Node)> =
        parse.document.nodes.iter().map(|node| (0, node)).collect();
    let text = |name: &Option<Name>, out: &mut String| {
        out.push_str(name.as_ref().map_or("\0", |name| &name.text));
        out.push('\n');
    };
    while let Some((depth, node)) = waiting.pop() {
        let (children, lost) = (node.children.is_some(), node.incomplete);
        let _ = writeln!(out, "{depth} {children} {lost} {}", node.name.text);
        text(&node.ty, &mut out);
        for entry in &node.entries {
            text(&entry.name, &mut out);
            text(&entry.ty, &mut out);
            out.push_str(&entry.value.repr);
            let _ = match &entry.value.kind {
                ValueKind::String(value) => writeln!(out, "\"{value}"),
                ValueKind::Float(number) => writeln!(out, "{:x}", number.to_bits()),
                kind => writeln!(out, "{kind:?}"),
            };
        }
        let children = node.children.iter().flat_map(|block| &block.nodes);
        waiting.extend(children.map(|node| (depth + 1, node)));
    }
    let _ = writeln!(out, "{}", parse.document.incomplete);
    out
}

fn kdl_tree(document: &KdlDocument) -> String {
    let mut out = String::new();
    let mut waiting: Vec<_> = document.nodes().iter().map(|node| (0, node)).collect();
    while let Some((depth, node)) = waiting.pop() {
        let ty = node.ty().map(|ty| ty.value());
        let _ = writeln!(
            out,
            "{depth} {ty:?} {:?} {:?}",
            node.name().value(),
            node.children().is_some()
        );
        for entry in node.entries() {
            let ty = entry.ty().map(|ty| ty.value());
            let name = entry.name().map(|name| name.value());
            let _ = writeln!(out, "{name:?} {ty:?} {:?}", entry.value());
        }
        let children = node.children().into_iter().flat_map(KdlDocument::nodes);
        waiting.extend(children.map(|node| (depth + 1, node)));
    }
    out
}
