//! `cargo xtask conformance --typing`: every example typed letter by letter
//! and deleted so, with a server running over its standard streams. At each
//! end, what the server says must be what `jtc check` says.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::editor::{Editor, Place};
use crate::report;

/// Keystrokes between two looks at the whole set.
const LOOK: usize = 50;

/// Types and deletes each of these examples.
pub(super) fn run(jtc: &Path, examples: &[std::path::PathBuf]) -> Result<ExitCode> {
    for example in examples {
        let text = std::fs::read_to_string(example)?;
        let keystrokes =
            one(jtc, example, &text).with_context(|| format!("typing {}", example.display()))?;
        let name = example.file_name().unwrap_or_default().display();
        report::line(format_args!("{name}: {keystrokes} keystrokes, the same set at each look"));
    }
    Ok(ExitCode::SUCCESS)
}

fn one(jtc: &Path, example: &Path, text: &str) -> Result<usize> {
    let from = example.parent().context("a folder")?;
    let folder = tempfile::tempdir()?;
    crate::paths::copy(from, folder.path())?;
    let path = folder.path().join(example.file_name().context("a name")?);
    let mut editor = Editor::start(jtc, folder.path())?;
    let mut document = editor.open(&path, "")?;
    editor.diagnostics(&document)?;
    let mut keystrokes = 0;
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut look = |editor: &mut Editor, document: &_, text: &str| -> Result<()> {
        let told = editor_set(&editor.diagnostics(document)?)?;
        keystrokes += 1;
        if keystrokes % LOOK == 0 || text.is_empty() || keystrokes == letters.len() {
            let expected = compiler_set(jtc, &path, text)?;
            ensure!(
                told == expected,
                "after {} bytes the server says {told:#?} and the command line {expected:#?}",
                text.len()
            );
        }
        Ok(())
    };
    for (offset, letter) in &letters {
        let place = Place::of(text, *offset);
        editor.edit(&mut document, place, place, &letter.to_string())?;
        look(&mut editor, &document, text.get(..offset + letter.len_utf8()).unwrap_or_default())?;
    }
    for (offset, letter) in letters.iter().rev() {
        let start = Place::of(text, *offset);
        let end = Place::of(text, offset + letter.len_utf8());
        editor.edit(&mut document, start, end, "")?;
        look(&mut editor, &document, text.get(..*offset).unwrap_or_default())?;
    }
    editor.end()?;
    Ok(keystrokes)
}

/// Codes, lines and messages of what the server says; hints are its own.
fn editor_set(diagnostics: &[Value]) -> Result<Vec<String>> {
    const HINT: u64 = 4;
    let mut found = Vec::new();
    for diagnostic in diagnostics.iter().filter(|it| it["severity"] != HINT) {
        let line = diagnostic["range"]["start"]["line"].as_u64().context("a line")? + 1;
        let message = diagnostic["message"].as_str().context("a message")?;
        let code = diagnostic["code"].as_str().context("a code")?;
        found.push(format!("{code} {line} {}", message.lines().next().unwrap_or_default()));
    }
    found.sort();
    Ok(found)
}

/// The same of what the command line says of the file.
fn compiler_set(jtc: &Path, path: &Path, text: &str) -> Result<Vec<String>> {
    std::fs::write(path, text)?;
    let output = Command::new(jtc)
        .args(["check", "--format", "json"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("can't start {}", jtc.display()))?;
    let answer: Value = serde_json::from_slice(&output.stdout)?;
    let mut found = Vec::new();
    for diagnostic in answer["diagnostics"].as_array().context("diagnostics")? {
        let first = &diagnostic["labels"][0];
        let is_here = first["path"].as_str().is_none_or(|it| Path::new(it) == path);
        if is_here {
            let line = first["line"].as_u64().unwrap_or(1);
            let code = diagnostic["code"].as_str().context("a code")?;
            let message = diagnostic["message"].as_str().context("a message")?;
            found.push(format!("{code} {line} {}", message.lines().next().unwrap_or_default()));
        }
    }
    found.sort();
    Ok(found)
}
