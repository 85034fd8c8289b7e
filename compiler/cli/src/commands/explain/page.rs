//! The pages of `jtc explain`.

use std::fmt::Write;

use jtc_core::diagnostics::{self, Meta, Piece};
use jtc_core::schema::NodeSpec;
use jtc_core::schema::nodes::PROGRAM;

use super::Found;

/// Columns of a page.
const WIDTH: usize = 88;

/// The list of all nodes and codes.
pub(super) fn everything(all: &[Found]) -> String {
    let mut page = String::new();
    let top = all.iter().filter(|found| found.paths.iter().any(Vec::is_empty));
    group(&mut page, "At the top of a topology", top.map(|found| entry(found.spec)));
    group(&mut page, "In every component and workload", PROGRAM.iter().copied().map(entry));
    // What may be in a node, each name once.
    let mut told: Vec<&str> = PROGRAM.iter().map(|spec| spec.name).collect();
    for parent in all.iter().filter(|found| found.paths.iter().any(|path| path.len() <= 1)) {
        let children: Vec<&NodeSpec> =
            parent.spec.child_specs().filter(|child| !told.contains(&child.name)).collect();
        told.extend(children.iter().map(|child| child.name));
        group(&mut page, &format!("In `{}`", parent.spec.name), children.into_iter().map(entry));
    }
    let rest = all
        .iter()
        .filter(|found| !told.contains(&found.spec.name) && !found.paths.iter().any(Vec::is_empty));
    group(&mut page, "Further inside", rest.map(|found| entry(found.spec)));
    for (prefix, stage) in diagnostics::STAGES {
        let metas = diagnostics::ALL.iter().filter(|meta| meta.code.starts_with(prefix));
        group(&mut page, &format!("{prefix}: {stage}"), metas.map(|meta| (meta.code, meta.title)));
    }
    page.push_str("`jtc explain NODE` or `jtc explain CODE` says more.\n");
    page
}

fn entry(spec: &NodeSpec) -> (&str, &str) {
    (spec.name, first_line(spec.doc))
}

fn group<'a>(page: &mut String, title: &str, entries: impl Iterator<Item = (&'a str, &'a str)>) {
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        return;
    }
    line(page, title);
    let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, doc) in entries {
        hanging(page, &format!("  {name:width$}  "), doc);
    }
    page.push('\n');
}

/// All about a node.
pub(super) fn node(found: &Found) -> String {
    let spec = found.spec;
    let mut page = String::new();
    let (first, rest) = spec.doc.split_once('\n').unwrap_or((spec.doc, ""));
    hanging(&mut page, &format!("{}  ", spec.name), first);
    for paragraph in rest.lines() {
        hanging(&mut page, "", paragraph);
    }
    page.push('\n');
    hanging(&mut page, "Stands in  ", &parents(found).join(", "));
    hanging(&mut page, "How often  ", spec.occurs.in_words());
    if !spec.args.is_empty() {
        line(&mut page, "\nArguments");
        for arg in spec.args {
            let many = if arg.variadic { ", one or more" } else { "" };
            let optional = if arg.required { "" } else { ", may be left out" };
            let name = arg.name.to_uppercase();
            described(
                &mut page,
                &format!("{name}: {}{many}{optional}", arg.ty.describe()),
                arg.doc,
            );
        }
    }
    if !spec.props.is_empty() || spec.any_props.is_some() {
        line(&mut page, "\nProperties");
    }
    for prop in spec.props {
        let required = if prop.required { ", required" } else { "" };
        let repeat = if prop.repeat { ", may be repeated" } else { "" };
        let default =
            prop.default.map(|default| format!(", default {default}")).unwrap_or_default();
        described(
            &mut page,
            &format!("{}=: {}{required}{repeat}{default}", prop.name, prop.ty.describe()),
            prop.doc,
        );
    }
    if let Some(any) = &spec.any_props {
        described(&mut page, &format!("any {}=: {}", any.name.name, any.ty.describe()), any.doc);
    }
    let children: Vec<_> = spec.child_specs().map(entry).collect();
    if !children.is_empty() {
        page.push('\n');
        group(&mut page, "Children", children.into_iter());
        page.pop();
    }
    line(&mut page, "\nExample");
    indented(&mut page, spec.example);
    page
}

/// What a node may stand in, as written, each once.
pub(super) fn parents(found: &Found) -> Vec<&'static str> {
    let mut parents = Vec::new();
    for path in &found.paths {
        let parent = path.last().copied().unwrap_or("the top of a topology");
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    parents
}

/// All about a diagnostic.
pub(super) fn diagnostic(meta: &Meta) -> String {
    let mut page = String::new();
    let severity = meta.severity.as_str();
    line(&mut page, &format!("{}  {} ({severity})\n", meta.code, meta.title));
    for (heading, piece, text) in meta.sections() {
        // Some mistakes are too large to be shown.
        if text.is_empty() && (piece == Piece::Prose || meta.right.is_empty()) {
            continue;
        }
        line(&mut page, heading);
        match piece {
            Piece::Prose => text.lines().for_each(|part| hanging(&mut page, "    ", part)),
            Piece::Topology if text.is_empty() => indented(&mut page, "(an empty file)"),
            Piece::Topology => indented(&mut page, text),
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn described(page: &mut String, what: &str, doc: &str) {
    hanging(page, "  ", what);
    for part in doc.lines() {
        hanging(page, "      ", part);
    }
}

fn first_line(doc: &str) -> &str {
    doc.lines().next().unwrap_or_default()
}

fn line(page: &mut String, text: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(page, "{text}");
}

fn indented(page: &mut String, text: &str) {
    for part in text.trim_matches('\n').lines() {
        line(page, format!("    {part}").trim_end());
    }
}

/// Writes text after a head, broken between words, under where it started.
fn hanging(page: &mut String, head: &str, text: &str) {
    let indent = head.chars().count();
    let mut column = indent;
    page.push_str(head);
    for (index, word) in text.split_whitespace().enumerate() {
        let width = word.chars().count();
        if index > 0 && column + 1 + width > WIDTH {
            page.push('\n');
            page.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            page.push(' ');
            column += 1;
        }
        page.push_str(word);
        column += width;
    }
    page.truncate(page.trim_end_matches(' ').len());
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words() {
        let mut page = String::new();
        hanging(&mut page, "  name  ", &"word ".repeat(20));
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  name  word") && lines[0].len() <= WIDTH);
        assert!(lines[1].starts_with("        word"));
    }
}
