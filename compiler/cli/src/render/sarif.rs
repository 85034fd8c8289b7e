//! SARIF 2.1.0, the format of code scanning (OASIS Standard, 27 March 2020).
//!
//! A region has lines and columns, and the same range in bytes, which the
//! standard allows where both are exact (3.30.4). Columns are UTF-16 code
//! units, as the log says (3.14.17): that is what editors and code scanning
//! count.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use jtc_core::diagnostics::{Diag, Edit, Meta, Severity, stage};
use jtc_core::reference::markdown_diagnostic;
use jtc_core::syntax::{FileId, Span};
use serde_json::{Value, json};

use super::place::Range;
use super::{Told, links};

/// Where the schema is that logs of this version conform to.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What addresses are relative to: the root of the repository. Its place is
/// not told, as it differs from machine to machine.
const BASE: &str = "%SRCROOT%";

/// The most bytes of a region that are repeated in the log.
const SNIPPET: usize = 1000;

/// Writes a log of one run.
pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let log = log(told);
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn log(told: &Told<'_>) -> Value {
    let metas: BTreeMap<&str, &Meta> =
        told.diags.iter().map(|diag| (diag.meta.code, diag.meta)).collect();
    let codes: Vec<&str> = metas.keys().copied().collect();
    let results: Vec<Value> = told
        .diags
        .iter()
        .map(|diag| result(diag, codes.iter().position(|code| *code == diag.meta.code), told))
        .collect();
    let artifacts = told.sources.iter().enumerate().map(|(index, file)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        json!({
            "location": { "uri": told.uri(Span::new(id, 0, 0)), "uriBaseId": BASE },
            "length": file.text.len(),
            "encoding": "UTF-8",
        })
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "jtc",
                "fullName": "jtc, the Jobmon topology compiler",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": metas.values().map(|meta| rule(meta)).collect::<Vec<_>>(),
            } },
            "columnKind": "utf16CodeUnits",
            "artifacts": artifacts.collect::<Vec<_>>(),
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    })
}

fn rule(meta: &Meta) -> Value {
    let level = meta.severity.as_str();
    let markdown = markdown_diagnostic(meta);
    let mut rule = json!({
        "id": meta.code,
        "name": pascal(meta.title),
        "shortDescription": { "text": sentence(&meta.title.replace('`', "")) },
        "fullDescription": { "text": meta.what.replace('\n', " ") },
        "help": { "text": plain(meta), "markdown": markdown },
        "defaultConfiguration": { "level": level },
        "properties": {
            "tags": [stage(meta.code)],
            "precision": "very-high",
            // What code scanning sorts by.
            "problem.severity": level,
        },
    });
    if let Some(url) = links::page(meta) {
        rule["helpUri"] = url.into();
    }
    rule
}

/// The documentation without marks.
fn plain(meta: &Meta) -> String {
    let sections = meta.sections().into_iter().filter(|(.., text)| !text.trim().is_empty());
    let sections =
        sections.map(|(heading, _, text)| format!("{heading}\n\n{}", text.trim_matches('\n')));
    sections.collect::<Vec<_>>().join("\n\n")
}

fn result(diag: &Diag, rule: Option<usize>, told: &Told<'_>) -> Value {
    let place = |span: Span| location(span, told);
    let mut first = place(diag.span());
    if let Some(label) = diag.labels.first().filter(|label| !label.text.is_empty()) {
        first["message"] = json!({ "text": label.text });
    }
    let mut text = sentence(&diag.message);
    let mut related = Vec::new();
    for (index, label) in diag.labels.iter().enumerate().skip(1) {
        let mut location = place(label.span);
        location["id"] = index.into();
        let role = if label.text.is_empty() { "also here" } else { &label.text };
        location["message"] = json!({ "text": role });
        related.push(location);
        // Viewers, GitHub's among them, show a related place where the text
        // links to it. Writing to a string can't fail.
        let _ = write!(text, "\n[{}]({index})", bracketed(role));
    }
    if let Some(help) = &diag.help {
        let _ = write!(text, "\nHelp: {help}");
    }
    let mut result = json!({
        "ruleId": diag.meta.code,
        "ruleIndex": rule,
        "level": match diag.meta.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": { "text": text },
        "locations": [first],
    });
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &diag.fix {
        result["fixes"] = json!([{
            "description": { "text": sentence(&fix.title) },
            "artifactChanges": changes(&fix.edits, told),
        }]);
    }
    result
}

/// Edits by file, in the order of the text.
fn changes(edits: &[Edit], told: &Told<'_>) -> Vec<Value> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let change = |edit: &Edit| {
        let mut replacement = json!({ "deletedRegion": region(edit.span, told) });
        if !edit.text.is_empty() {
            replacement["insertedContent"] = json!({ "text": edit.text });
        }
        replacement
    };
    by_file
        .into_iter()
        .map(|(id, mut edits)| {
            edits.sort_by_key(|edit| edit.span);
            json!({
                "artifactLocation": artifact(id, told),
                "replacements": edits.into_iter().map(change).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn location(span: Span, told: &Told<'_>) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": artifact(span.file, told),
        "region": region(span, told),
    } })
}

fn artifact(id: FileId, told: &Told<'_>) -> Value {
    json!({ "uri": told.uri(Span::new(id, 0, 0)), "uriBaseId": BASE, "index": id.0 })
}

fn region(span: Span, told: &Told<'_>) -> Value {
    let Range { line, column, end_line, end_column } = Range::utf16(span, told.sources);
    let mut region = json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "byteOffset": span.start,
        "byteLength": span.len(),
    });
    let text = told.sources.text(span);
    if !text.is_empty() && text.len() <= SNIPPET {
        region["snippet"] = json!({ "text": text });
    }
    region
}

/// A text for a link, in which a bracket would end it (3.11.6).
fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// With a capital at the start and a stop at the end, as viewers list them.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital = letters.next().map(char::to_uppercase);
    let text: String = capital.into_iter().flatten().chain(letters).collect();
    if text.ends_with(['.', '?', '!']) { text } else { text + "." }
}

/// A title as a name: `unknown node` is `UnknownNode`.
fn pascal(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sentences() {
        assert_eq!(pascal("unknown node"), "UnknownNode");
        assert_eq!(pascal("`true`, misspelt"), "TrueMisspelt");
        assert_eq!(sentence("a word"), "A word.");
        assert_eq!(sentence("which command?"), "Which command?");
        assert_eq!(sentence("`a` is b"), "`a` is b.");
    }

    #[test]
    fn what_would_be_a_link_is_none() {
        assert_eq!(bracketed(r"a[b](c)\"), r"a\[b\](c)\\");
    }
}
