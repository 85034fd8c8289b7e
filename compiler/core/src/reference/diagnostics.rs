//! The diagnostics as pages.

use std::fmt::Write;

use super::Page;
use crate::diagnostics::{ALL, Meta, Severity};

/// The stages of the compiler, by the first two digits of a code.
const STAGES: [(&str, &str); 9] = [
    ("J01", "Syntax and files"),
    ("J02", "The language"),
    ("J03", "Names and references"),
    ("J04", "The order"),
    ("J05", "Routing"),
    ("J06", "Kubernetes' rules"),
    ("J07", "The Elastic stack"),
    ("J08", "Versions and reapers"),
    ("J09", "Security and capacity"),
];

/// The stage of the compiler that a code belongs to, in words.
pub fn stage(code: &str) -> &'static str {
    STAGES.iter().find(|(prefix, _)| code.starts_with(prefix)).map_or("Others", |(_, stage)| stage)
}

/// One page for each diagnostic, and one that lists them, as Markdown.
pub fn markdown_diagnostics() -> Vec<Page> {
    let mut pages: Vec<Page> = ALL
        .iter()
        .map(|meta| Page {
            path: format!("docs/reference/diagnostics/{}.md", meta.code),
            text: page(meta),
        })
        .collect();
    pages.push(Page { path: "docs/reference/diagnostics/README.md".to_owned(), text: index() });
    pages
}

const HEAD: &str = "<!-- Generated from the diagnostics; `cargo test -p jtc-core --test generated` renews it. -->\n\n";

/// Codes whose example stands for bytes that are no text, or for more files
/// than can be shown.
const NO_KDL: [&str; 3] = ["J0109", "J0116", "J0619"];

fn severity(meta: &Meta) -> &'static str {
    match meta.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

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
                severity(meta),
                meta.title
            );
        }
    }
    page
}

fn page(meta: &Meta) -> String {
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "# {}: {}\n", meta.code, meta.title);
    let _ = writeln!(page, "{} ({})\n", stage(meta.code), severity(meta));
    for text in [meta.what, meta.why] {
        for paragraph in text.lines() {
            let _ = writeln!(page, "{paragraph}\n");
        }
    }
    let mark = if NO_KDL.contains(&meta.code) {
        "text".to_owned()
    } else {
        format!("kdl error={}", meta.code)
    };
    example(&mut page, "Wrong", &mark, meta.wrong);
    example(&mut page, "Right", "kdl", meta.right);
    let _ = writeln!(page, "## What to do\n\n{}", meta.fix);
    page
}

/// A topology under a heading; nothing where there is none to show.
fn example(page: &mut String, heading: &str, mark: &str, text: &str) {
    let text = text.trim_matches('\n');
    if text.trim().is_empty() {
        return;
    }
    let _ = writeln!(page, "## {heading}\n");
    if text.contains("// file: ") {
        let _ = writeln!(page, "A line `// file: NAME` begins another file.\n");
    }
    let _ = writeln!(page, "```{mark}\n{text}\n```\n");
}
