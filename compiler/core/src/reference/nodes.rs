//! The node table as a page.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Entry, TOP, entries, entry_of, same, text_kinds};
use crate::components::table::ROOT;
use crate::schema::nodes::PROGRAM;
use crate::schema::{ArgSpec, NodeSpec, PropSpec, Type};

/// The page of all nodes, as Markdown.
pub fn markdown_nodes() -> String {
    let entries = entries();
    let mut page = String::from(
        "<!-- Generated from the node table; `cargo test -p jtc-core --test generated` renews it. -->\n\n\
         # Nodes\n\n\
         Everything that may stand in a topology. `jtc explain NODE` says the same in a terminal. \
         [The guide](../language.md) tells how it fits together.\n\n",
    );
    page.push_str("## Contents\n\n");
    let mut told = BTreeSet::new();
    for spec in ROOT.child_specs() {
        tree(&mut page, &entries, spec, 0, &mut told);
    }
    page.push_str("\nIn [any program](#any-program): ");
    let names: Vec<String> = PROGRAM.iter().map(|spec| link(&entries, spec)).collect();
    let _ = writeln!(page, "{}.\n", names.join(", "));
    page.push_str("## From the top\n\n");
    for entry in entries.iter().filter(|entry| !entry.in_programs) {
        node(&mut page, &entries, entry);
    }
    page.push_str(
        "## Any program\n\n\
         What each component, `workload` and `reaper` may have in it, beside what is its own.\n\n",
    );
    for entry in entries.iter().filter(|entry| entry.in_programs) {
        node(&mut page, &entries, entry);
    }
    page.push_str(
        "## Kinds of text\n\n| kind | what is allowed | example |\n| --- | --- | --- |\n",
    );
    for kind in text_kinds(&entries) {
        let _ = writeln!(
            page,
            "| <a id=\"{}\"></a>{} | {} | `{}` |",
            anchor(kind.name),
            kind.name,
            cell(kind.rule),
            cell(kind.example)
        );
    }
    page
}

/// A node and what is its own in it, as nested points; a node that has been
/// told is not gone into again.
fn tree(
    page: &mut String,
    entries: &[Entry],
    spec: &'static NodeSpec,
    depth: usize,
    told: &mut BTreeSet<String>,
) {
    let Some(entry) = entry_of(entries, spec) else { return };
    if entry.in_programs {
        return;
    }
    let _ = writeln!(page, "{}- {}", "  ".repeat(depth), link(entries, spec));
    if told.insert(entry.id.clone()) {
        for child in spec.child_specs() {
            tree(page, entries, child, depth + 1, told);
        }
    }
}

fn node(page: &mut String, entries: &[Entry], entry: &Entry) {
    let spec = entry.spec;
    let _ = writeln!(page, "<a id=\"{}\"></a>\n### `{}`\n", anchor(&entry.id), entry.id);
    for paragraph in spec.doc.lines() {
        let _ = writeln!(page, "{paragraph}\n");
    }
    let parents: Vec<String> = entry
        .parents
        .iter()
        .map(|id| {
            if id == TOP {
                "the top of a topology".to_owned()
            } else {
                format!("[`{id}`](#{})", anchor(id))
            }
        })
        .collect();
    let _ = writeln!(page, "Stands in {}, {}.\n", list(&parents), spec.occurs.in_words());
    if !spec.args.is_empty() {
        page.push_str("| argument | value | meaning |\n| --- | --- | --- |\n");
        for arg in spec.args {
            let _ = writeln!(page, "| {} | {} | {} |", arg.name, argument_type(arg), cell(arg.doc));
        }
        page.push('\n');
    }
    if !spec.props.is_empty() || spec.any_props.is_some() {
        page.push_str("| property | value | without it | meaning |\n| --- | --- | --- | --- |\n");
        for prop in spec.props {
            let many = if prop.repeat { "; may be repeated" } else { "" };
            let _ = writeln!(
                page,
                "| `{}` | {}{many} | {} | {} |",
                prop.name,
                ty(prop.ty),
                without(prop),
                cell(prop.doc)
            );
        }
        if let Some(any) = &spec.any_props {
            let _ = writeln!(
                page,
                "| any [{}](#{}) | {} | nothing | {} |",
                any.name.name,
                anchor(any.name.name),
                ty(any.ty),
                cell(any.doc)
            );
        }
        page.push('\n');
    }
    children(page, entries, spec);
    let parent = entry.parents.first().map_or(TOP, String::as_str);
    let _ = writeln!(page, "```kdl in={parent}\n{}\n```\n", spec.example);
}

fn children(page: &mut String, entries: &[Entry], spec: &'static NodeSpec) {
    if spec.children.is_empty() {
        return;
    }
    let (of_programs, own): (Vec<_>, Vec<_>) =
        spec.children.iter().partition(|group| is_program(group));
    let own: Vec<&'static NodeSpec> =
        own.into_iter().flat_map(|group: &[&NodeSpec]| group.iter().copied()).collect();
    page.push_str(match (of_programs.is_empty(), own.is_empty()) {
        (false, true) => "In it stands what [any program](#any-program) may have.\n\n",
        (false, false) => "In it stands what [any program](#any-program) may have, and:\n\n",
        (true, _) => "In it stand:\n\n",
    });
    for child in &own {
        let _ = writeln!(
            page,
            "- {}: {}",
            link(entries, child),
            child.doc.lines().next().unwrap_or_default()
        );
    }
    if !own.is_empty() {
        page.push('\n');
    }
}

/// Whether it is the group that all programs share.
fn is_program(group: &[&'static NodeSpec]) -> bool {
    group.len() == PROGRAM.len() && group.iter().zip(PROGRAM).all(|(a, b)| same(a, b))
}

fn argument_type(arg: &ArgSpec) -> String {
    let many = if arg.variadic { "; one or more" } else { "" };
    let optional = if arg.required { "" } else { "; may be left out" };
    format!("{}{many}{optional}", ty(arg.ty))
}

/// What holds without a property. A required one with a default has that where
/// its whole node is absent.
fn without(prop: &PropSpec) -> String {
    match (prop.required, prop.default) {
        (true, Some(default)) => format!("required; without the node: {}", cell(default)),
        (true, None) => "required".to_owned(),
        (false, Some(default)) => cell(default),
        (false, None) => "nothing".to_owned(),
    }
}

fn ty(ty: Type) -> String {
    match ty {
        Type::Text(kind) => format!("[{}](#{})", kind.name, anchor(kind.name)),
        Type::OneOf(words) => {
            words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
        }
        Type::Bool => "`#true` or `#false`".to_owned(),
        Type::Int(low, high) if low == high => format!("`{low}`"),
        Type::String | Type::Files(_) | Type::Rule | Type::Int(..) | Type::Ref(_) => {
            cell(&ty.describe())
        }
    }
}

fn link(entries: &[Entry], spec: &'static NodeSpec) -> String {
    match entry_of(entries, spec) {
        Some(entry) => format!("[`{}`](#{})", entry.id, anchor(&entry.id)),
        None => format!("`{}`", spec.name),
    }
}

fn anchor(id: &str) -> String {
    id.to_lowercase().replace(['/', ' '], "-")
}

/// Text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn list(names: &[String]) -> String {
    match names {
        [start @ .., last] if !start.is_empty() => format!("{} or {last}", start.join(", ")),
        _ => names.concat(),
    }
}
