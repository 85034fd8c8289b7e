//! What README and pages show as KDL is KDL that `jtc` takes.
//!
//! How a block begins says what it is: ```` ```kdl ```` a whole topology that
//! compiles without a word; ```` ```kdl in=namespace ```` nodes that may stand
//! in a `namespace` (or another node, or `top`), held against the node table
//! alone; ```` ```kdl error=J0301 ```` a topology about which just that is
//! said. Other blocks are not KDL, or say that they are not to be read with
//! another word.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use jtc_core::analyze;
use jtc_core::components::table;
use jtc_core::diagnostics::Report;
use jtc_core::schema::{NodeSpec, validate};
use jtc_core::syntax::{FileId, parse};

use crate::support::{Tree, examples, files_below, plain, relative, repository};

/// A block of KDL: where it is, what follows `kdl`, and what is in it.
struct Block {
    place: String,
    mark: String,
    text: String,
}

fn pages() -> Vec<PathBuf> {
    let root = repository();
    let mut pages = vec![root.join("README.md")];
    pages.extend(files_below(&root.join("docs")));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages
}

fn blocks() -> Vec<Block> {
    let root = repository();
    let mut blocks = Vec::new();
    for page in pages() {
        let text =
            fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        let name = relative(&page, &root);
        let mut open: Option<Block> = None;
        let mut other = false;
        for (number, line) in text.lines().enumerate() {
            let fence = line.trim_start().strip_prefix("```");
            match (&mut open, fence) {
                (None, Some("")) => other = !other,
                (None, Some(info)) if !other => {
                    if let Some(mark) = info
                        .strip_prefix("kdl")
                        .filter(|mark| mark.is_empty() || mark.starts_with(' '))
                    {
                        let place = format!("{name}:{}", number + 1);
                        open = Some(Block {
                            place,
                            mark: mark.trim().to_owned(),
                            text: String::new(),
                        });
                    } else {
                        other = true;
                    }
                }
                (Some(_), Some("")) => blocks.extend(open.take()),
                (Some(block), _) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, _) => {}
            }
        }
        assert!(open.is_none() && !other, "{name}: a block does not end");
    }
    blocks
}

/// The node of this name, wherever it may stand.
fn node(name: &str) -> Option<&'static NodeSpec> {
    fn below(spec: &'static NodeSpec, name: &str, depth: usize) -> Option<&'static NodeSpec> {
        if depth == 0 {
            return None;
        }
        let here = spec.child_specs().find(|child| child.name == name);
        here.or_else(|| spec.child_specs().find_map(|child| below(child, name, depth - 1)))
    }
    if name == "top" { Some(&table::ROOT) } else { below(&table::ROOT, name, 5) }
}

#[test]
fn what_the_pages_show_is_taken() {
    let blocks = blocks();
    assert!(blocks.len() >= 5, "there are only {} blocks", blocks.len());
    let mut failed = String::new();
    for block in &blocks {
        let said = match block.mark.split_once('=') {
            None if block.mark.is_empty() => plain(&analyze("main.kdl", &Tree::of(&block.text))),
            Some(("in", name)) => part(name, &block.text),
            Some(("error", codes)) => {
                let analysis = analyze("main.kdl", &Tree::of(&block.text));
                let found: Vec<&str> = analysis.diags.iter().map(|diag| diag.meta.code).collect();
                if found == codes.split(',').collect::<Vec<_>>() {
                    String::new()
                } else {
                    plain(&analysis)
                }
            }
            _ => format!("`kdl {}` is no mark", block.mark),
        };
        if !said.is_empty() {
            let _ = writeln!(failed, "{}:\n{said}", block.place);
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// What is wrong with nodes that stand in a node of this name.
fn part(name: &str, text: &str) -> String {
    let Some(parent) = node(name) else { return format!("there is no node `{name}`") };
    let read = parse(FileId(0), text);
    let mut said = String::new();
    for error in &read.errors {
        let _ = writeln!(said, "{error:?}");
    }
    let mut report = Report::default();
    validate::children(parent, &read.document.nodes.iter(), None, &mut report);
    for diag in report.into_sorted() {
        let _ = writeln!(said, "{}: {}", diag.meta.code, diag.message);
    }
    said
}

/// README shows an example and says that it is that file.
#[test]
fn the_first_topology_of_the_readme_is_the_smallest_example() {
    let blocks = blocks();
    let first =
        blocks.iter().find(|block| block.place.starts_with("README.md:") && block.mark.is_empty());
    let first = first.expect("README.md shows a topology");
    let minimal = examples().into_iter().find(|example| example.name == "minimal");
    let minimal = minimal.expect("examples/minimal.kdl is there");
    let text = minimal.text();
    let body = text.find("edition").map_or(text, |start| &text[start..]);
    assert_eq!(first.text.trim(), body.trim(), "README.md shows another examples/minimal.kdl");
}

/// A link to a file of the repository leads to one.
#[test]
fn links_between_pages_lead_somewhere() {
    let mut dead = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap_or_default();
        let folder = page.parent().expect("a page is in a folder");
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.contains(char::is_whitespace) {
                continue;
            }
            if !folder.join(path).exists() {
                dead.push(format!("{}: {target}", relative(&page, &repository())));
            }
        }
    }
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}
