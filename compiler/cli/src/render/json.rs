//! Diagnostics as JSON: a format of our own, all there is to know.
//!
//! These types are the format. `schemas/diagnostics.schema.json` is made from
//! them, with their documentation, by a test of this module; another test
//! holds what `jtc` writes against it. A program that reads version 1 goes on
//! reading it: fields may be added, and none changes its meaning or goes.

use std::io::{self, Write};

use jtc_core::diagnostics::Severity;
use jtc_core::syntax::Span;
use serde::Serialize;

use super::place::Range;
use super::{Told, links};

/// What `format` says. It changes when a reader must.
const FORMAT: &str = "jtc-diagnostics/1";

/// What `jtc` says of a topology with `--format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "What jtc says of a topology"))]
struct Answer {
    /// The name and version of this format.
    #[cfg_attr(test, schemars(extend("const" = FORMAT)))]
    format: &'static str,
    /// How many of the diagnostics are errors.
    errors: usize,
    /// How many are warnings.
    warnings: usize,
    /// What is wrong, by file and place, then by code.
    diagnostics: Vec<Diagnostic>,
    /// What the topology comes to, from `jtc check`; null when it has errors.
    summary: Option<Summary>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Diagnostic {
    /// Which diagnostic this is: `jtc explain CODE` explains it.
    #[cfg_attr(test, schemars(regex(pattern = r"^J[0-9]{4}$")))]
    code: &'static str,
    /// How bad it is.
    severity: Level,
    /// What the code stands for, in a few words.
    title: &'static str,
    /// What is wrong here: one line; names are in backticks.
    message: String,
    /// Every place that has to do with it; the first is that of the mistake.
    labels: Vec<Label>,
    /// What to write instead.
    help: Option<String>,
    /// The repair, where one is certain.
    fix: Option<Fix>,
    /// Where the code is documented; null where that isn't known.
    url: Option<String>,
}

/// How bad a diagnostic is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Level {
    /// Nothing is compiled.
    Error,
    /// The topology is compiled all the same.
    Warning,
}

/// A place, and what it has to do with the mistake.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Label {
    /// Where.
    #[serde(flatten)]
    place: Place,
    /// What this place has to do with it; may be empty.
    text: String,
}

/// A repair that is certain.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fix {
    /// What it does, as a button would say it.
    title: String,
    /// Replacements that don't overlap; all are made, or none.
    edits: Vec<Edit>,
}

/// A replacement.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edit {
    /// What is replaced; nothing where start and end are the same.
    #[serde(flatten)]
    place: Place,
    /// The new text.
    replacement: String,
}

/// A range of a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place {
    /// The file, as a path from where `jtc` runs; `<stdin>` for standard input.
    path: String,
    /// The line where it starts, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    line: u32,
    /// The column where it starts, from 1, in characters (Unicode scalar values).
    #[cfg_attr(test, schemars(range(min = 1)))]
    column: u32,
    /// The line where it ends, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    end_line: u32,
    /// The column after its last character, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    end_column: u32,
    /// The offset of its first byte, from 0.
    start: u32,
    /// The offset of the byte after its last.
    end: u32,
}

/// What a topology without errors comes to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Summary {
    /// How many namespaces it has.
    pub(crate) namespaces: usize,
    /// How many objects come out.
    pub(crate) objects: usize,
    /// In how many waves.
    pub(crate) waves: usize,
    /// The Secrets that must be there before the objects are applied.
    pub(crate) secrets: Vec<Secret>,
    /// What retired reapers have left, to be removed where it is still there.
    pub(crate) removed: Vec<Object>,
}

/// A Secret that must be there.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Secret"))]
pub(crate) struct Secret {
    /// The namespace that must hold it.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
    /// The keys it must hold; none when it is taken whole.
    pub(crate) keys: Vec<String>,
}

/// The name of an object.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Object {
    /// As in `Deployment`.
    pub(crate) kind: String,
    /// Its namespace; null for what has none.
    pub(crate) namespace: Option<String>,
    /// Its name.
    pub(crate) name: String,
}

/// Writes all of it as one document.
pub(super) fn write(
    told: &Told<'_>,
    summary: Option<Summary>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let errors = told.diags.iter().filter(|diag| diag.is_error()).count();
    let answer = Answer {
        format: FORMAT,
        errors,
        warnings: told.diags.len() - errors,
        diagnostics: diagnostics(told),
        summary,
    };
    serde_json::to_writer_pretty(&mut *out, &answer)?;
    out.write_all(b"\n")
}

fn diagnostics(told: &Told<'_>) -> Vec<Diagnostic> {
    let place = |span: Span| {
        let Range { line, column, end_line, end_column } = Range::of(span, told.sources);
        let (start, end) = (span.start, span.end);
        Place { path: told.path(span), line, column, end_line, end_column, start, end }
    };
    let one = |diag: &&jtc_core::diagnostics::Diag| Diagnostic {
        code: diag.meta.code,
        severity: match diag.meta.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
        },
        title: diag.meta.title,
        message: diag.message.clone(),
        labels: diag
            .labels
            .iter()
            .filter(|label| told.sources.get(label.span.file).is_some())
            .map(|label| Label { place: place(label.span), text: label.text.clone() })
            .collect(),
        help: diag.help.clone(),
        fix: diag.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit { place: place(edit.span), replacement: edit.text.clone() })
                .collect(),
        }),
        url: links::page(diag.meta),
    };
    told.diags.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use schemars::generate::SchemaSettings;
    use serde_json::Value;

    use super::*;

    fn schema() -> String {
        let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let schema = generator.into_root_schema_for::<Answer>();
        let mut schema = serde_json::to_value(schema).unwrap();
        schema["$comment"] = "Generated from the types of `jtc check --format json`.".into();
        // Formats such as `uint32` are of no standard.
        plain(&mut schema);
        serde_json::to_string_pretty(&schema).unwrap() + "\n"
    }

    fn plain(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if map.get("type").is_some_and(Value::is_string) {
                    map.shift_remove("format");
                }
                map.values_mut().for_each(plain);
            }
            Value::Array(list) => list.iter_mut().for_each(plain),
            _ => {}
        }
    }

    /// Renews the file, except under CI, where it must be right.
    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/diagnostics.schema.json");
        let made = schema();
        let there = fs::read_to_string(&path).unwrap_or_default();
        if there == made {
            return;
        }
        assert!(std::env::var_os("CI").is_none(), "run this test without CI and commit the schema");
        fs::write(&path, made).unwrap();
        panic!("the schema was out of date, and has been renewed; commit it");
    }
}
