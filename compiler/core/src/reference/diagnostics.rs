//! The diagnostics as pages.

use std::fmt::Write;

use super::Page;
use crate::diagnostics::{ALL, Meta, Piece, STAGES, stage};

/// One page for each diagnostic, and one that lists them, as Markdown.
pub fn markdown_diagnostics() -> Vec<Page> {
    let mut pages: Vec<Page> = ALL
        .iter()
        .map(|meta| Page {
            path: format!("docs/reference/diagnostics/{}.md", meta.code),
            text: format!("{HEAD}{}\n[All diagnostics](README.md)\n", markdown_diagnostic(meta)),
        })
        .collect();
    pages.push(Page { path: "docs/reference/diagnostics/README.md".to_owned(), text: index() });
    pages
}

const HEAD: &str = "<!-- Generated from the diagnostics; `cargo test -p jtc-core --test generated` renews it. -->\n\n";

/// Codes whose example stands for bytes that are no text, or for more files
/// than can be shown.
const NO_KDL: [&str; 3] = ["J0109", "J0116", "J0619"];

fn index() -> String {
    let mut page = String::from(HEAD);
    page.push_str(
        "# Diagnostics\n\n\
         Everything that `jtc` can say of a topology. An error stops the output; a warning doesn't, and \
         `--deny-warnings` makes it. `jtc explain CODE` says the same in a terminal. A code keeps its meaning \
         for ever.\n",
    );
    for (prefix, stage) in STAGES {
        let mut metas = ALL.iter().filter(|meta| meta.code.starts_with(prefix)).peekable();
        if metas.peek().is_none() {
            continue;
        }
        let _ = writeln!(page, "\n## {stage}\n\n| code | | what |\n| --- | --- | --- |");
        for meta in metas {
            let _ = writeln!(
                page,
                "| [{0}]({0}.md) | {1} | {2} |",
                meta.code,
                meta.severity.as_str(),
                meta.title
            );
        }
    }
    page
}

/// A diagnostic as Markdown, from its title on.
pub fn markdown_diagnostic(meta: &Meta) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "# {}: {}\n", meta.code, meta.title);
    let _ = writeln!(page, "{} ({})", stage(meta.code), meta.severity.as_str());
    for (heading, piece, text) in meta.sections() {
        let text = text.trim_matches('\n');
        // Some mistakes are too large to be shown, or nothing that could be.
        if text.trim().is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n## {heading}\n");
        match piece {
            Piece::Prose => {
                let paragraphs: Vec<&str> = text.lines().collect();
                let _ = writeln!(page, "{}", paragraphs.join("\n\n"));
            }
            Piece::Topology => {
                if text.contains("// file: ") {
                    let _ = writeln!(page, "A line `// file: NAME` begins another file.\n");
                }
                let _ = writeln!(page, "```{}\n{text}\n```", mark(meta, heading));
            }
        }
    }
    page
}

/// What follows the fence of a topology: tests hold it against what is said
/// about that topology.
fn mark(meta: &Meta, heading: &str) -> String {
    match heading {
        "Wrong" if NO_KDL.contains(&meta.code) => "text".to_owned(),
        "Wrong" => format!("kdl error={}", meta.code),
        _ => "kdl".to_owned(),
    }
}
