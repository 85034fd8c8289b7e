//! The generated files are those that the code makes, and the table they are
//! made from is fit for readers.
#![expect(
    clippy::disallowed_methods,
    reason = "the core does no IO; its tests hold it against files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jtc_core::components::table::{self, ROOT};
use jtc_core::diagnostics::{self, Report};
use jtc_core::reference::{self, TOP};
use jtc_core::schema::{NodeSpec, Occurs, Type, validate};
use jtc_core::syntax::{FileId, parse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares what is committed with what is made, and renews it, except under
/// CI, where it must be right.
#[test]
fn committed_files_are_those_that_are_made() {
    let ci = std::env::var_os("CI").is_some();
    let pages = reference::pages();
    let mut stale = Vec::new();
    for page in &pages {
        let path = root().join(&page.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == page.text) {
            continue;
        }
        stale.push(page.path.clone());
        if !ci {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &page.text).unwrap();
        }
    }
    let wanted: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    for path in existing("docs/reference/diagnostics") {
        if !wanted.contains(path.as_str()) {
            if !ci {
                fs::remove_file(root().join(&path)).unwrap();
            }
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "generated files were out of date{}: {stale:#?}",
        if ci {
            "; run this test without CI and commit them"
        } else {
            ", and have been renewed; commit them"
        }
    );
}

/// The files of a folder, as paths below the root of the repository.
fn existing(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    entries
        .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect()
}

/// Calls `look` with every node of the table but the top, and what it is in.
fn each(mut look: impl FnMut(&'static NodeSpec, &'static NodeSpec)) {
    table::walk(&mut |above, spec| {
        if let Some(parent) = above.last() {
            look(parent, spec);
        }
    });
}

fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && !name.contains("--")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[test]
fn everything_is_documented() {
    each(|parent, spec| {
        let place = format!("`{}` in `{}`", spec.name, parent.name);
        let first = spec.doc.lines().next().unwrap_or_default();
        assert!(
            first.ends_with('.') && first.len() > 5,
            "{place}: the doc starts with a sentence, not `{first}`"
        );
        assert!(!spec.doc.contains("  "), "{place}: two spaces in a row");
        for arg in spec.args {
            assert!(
                !arg.doc.is_empty() && !arg.doc.ends_with('.'),
                "{place}: argument `{}`",
                arg.name
            );
        }
        for prop in spec.props {
            assert!(
                !prop.doc.is_empty() && !prop.doc.ends_with('.'),
                "{place}: property `{}`",
                prop.name
            );
        }
        assert!(!spec.example.is_empty(), "{place}: no example");
    });
}

#[test]
fn names_are_kebab_case_and_unique_among_siblings() {
    let siblings = |spec: &'static NodeSpec| {
        let mut names = BTreeSet::new();
        for child in spec.child_specs() {
            assert!(is_kebab(child.name), "`{}` is not in kebab case", child.name);
            assert!(names.insert(child.name), "`{}` has two children `{}`", spec.name, child.name);
        }
        let mut names = BTreeSet::new();
        for name in spec.props.iter().map(|prop| prop.name) {
            assert!(is_kebab(name), "`{name}` of `{}` is not in kebab case", spec.name);
            assert!(names.insert(name), "`{}` has two properties `{name}`", spec.name);
        }
    };
    siblings(&ROOT);
    each(|_, spec| siblings(spec));
}

#[test]
fn arguments_come_in_an_order_that_can_be_read() {
    each(|_, spec| {
        for (arg, next) in spec.args.iter().zip(spec.args.iter().skip(1)) {
            assert!(!arg.variadic, "`{}`: only the last argument may be many", spec.name);
            assert!(
                arg.required || !next.required,
                "`{}`: `{}` after one that may be missing",
                spec.name,
                next.name
            );
        }
        if spec.occurs.is_by_name() {
            assert!(
                spec.args.first().is_some_and(|arg| arg.required),
                "`{}` has no name",
                spec.name
            );
        }
    });
}

/// A choice always holds one way or the other, so the table says which. Text
/// and names may be absent altogether.
#[test]
fn every_default_is_stated() {
    each(|_, spec| {
        for prop in spec.props.iter().filter(|prop| !prop.required) {
            if matches!(prop.ty, Type::Bool | Type::OneOf(_)) {
                assert!(
                    prop.default.is_some(),
                    "`{}` of `{}` has no default",
                    prop.name,
                    spec.name
                );
            }
        }
        // A single choice as argument: its node may be absent.
        for arg in spec.args.iter().filter(|_| spec.occurs == Occurs::Once) {
            if matches!(arg.ty, Type::Bool) {
                assert!(
                    arg.doc.contains("unless said"),
                    "`{}` doesn't say what holds without it",
                    spec.name
                );
            }
        }
    });
}

#[test]
fn examples_stand_where_they_may() {
    each(|parent, spec| {
        let read = parse(FileId(0), spec.example);
        assert!(read.errors.is_empty(), "`{}`: {:?}", spec.name, read.errors);
        assert!(
            read.document.nodes.iter().any(|node| &*node.name.text == spec.name),
            "the example of `{}` is of something else",
            spec.name
        );
        let mut report = Report::default();
        validate::children(parent, &read.document.nodes.iter(), None, &mut report);
        let said: Vec<String> = report.into_sorted().into_iter().map(|diag| diag.message).collect();
        assert!(said.is_empty(), "the example of `{}` in `{}`: {said:#?}", spec.name, parent.name);
    });
}

#[test]
fn every_node_has_an_id_of_its_own_that_leads_back_to_it() {
    let entries = reference::entries();
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), entries.len(), "two nodes have one id");
    for entry in &entries {
        assert!(!entry.parents.is_empty(), "`{}` stands nowhere", entry.id);
        for parent in &entry.parents {
            assert!(parent == TOP || ids.contains(parent.as_str()), "`{parent}` is not an id");
        }
    }
    // The count of distinct nodes, by another way than the reference takes.
    let mut seen: Vec<*const NodeSpec> = Vec::new();
    each(|_, spec| {
        if !seen.contains(&std::ptr::from_ref(spec)) {
            seen.push(spec);
        }
    });
    assert_eq!(seen.len(), entries.len());
}

#[test]
fn the_schema_is_kdl_and_its_references_lead_somewhere() {
    let text = reference::schema_kdl();
    let read = parse(FileId(0), &text);
    assert!(read.errors.is_empty(), "{:#?}", read.errors);
    let ids: BTreeSet<String> = reference::entries().into_iter().map(|entry| entry.id).collect();
    let mut references = 0;
    for part in text.split("ref=\"[id=\\\"").skip(1) {
        let id = part.split("\\\"").next().unwrap();
        assert!(ids.contains(id), "`{id}` is not defined");
        references += 1;
    }
    assert!(references > ids.len(), "each node is referred to");
}

#[test]
fn the_catalogue_is_json_whose_names_lead_somewhere() {
    let catalogue: serde_json::Value = serde_json::from_str(&reference::schema_json()).unwrap();
    let nodes = catalogue["nodes"].as_object().unwrap();
    let lists = nodes.values().map(|node| &node["children"]).chain([&catalogue["top"]]);
    for id in lists.flat_map(|list| list.as_array().unwrap()) {
        assert!(nodes.contains_key(id.as_str().unwrap()), "{id} is not a node");
    }
    for node in nodes.values() {
        for value in
            ["arguments", "properties"].iter().flat_map(|list| node[list].as_array().unwrap())
        {
            if let Some(text) = value["type"]["text"].as_str() {
                assert!(catalogue["texts"].get(text).is_some(), "`{text}` is not a kind of text");
            }
        }
    }
    assert_eq!(catalogue["diagnostics"].as_array().unwrap().len(), diagnostics::ALL.len());
}

#[test]
fn diagnostics_are_sorted_told_and_of_a_known_stage() {
    for (meta, next) in diagnostics::ALL.iter().zip(diagnostics::ALL.iter().skip(1)) {
        assert!(meta.code < next.code, "{} stands before {}", meta.code, next.code);
    }
    for meta in diagnostics::ALL {
        assert_ne!(reference::stage(meta.code), "Others", "{}", meta.code);
        for text in [meta.what, meta.why, meta.fix] {
            assert!(text.ends_with('.'), "{}: `{text}` is no sentence", meta.code);
        }
        assert!(!meta.title.ends_with('.'), "{}: a title has no stop", meta.code);
    }
}
