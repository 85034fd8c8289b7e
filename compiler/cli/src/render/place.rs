//! The places of a diagnostic, as programs want them.

use std::path::Path;

use jtc_core::sources::Sources;
use jtc_core::syntax::{Columns, Span};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Told;

/// What a path in an address can't hold as it is (RFC 3986, section 3.3).
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Variables in which a pipeline says where it has checked out the
/// repository: GitHub's and GitLab's.
const CHECKOUTS: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// Start and end of a place; lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl Range {
    /// With columns in characters, as people count.
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let (_, start) = sources.place(span);
        let (_, end) = sources.place(Span::new(span.file, span.end, span.end));
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }

    /// With columns in UTF-16 code units.
    pub(super) fn utf16(span: Span, sources: &Sources) -> Self {
        let Some(lines) = sources.lines(span.file) else { return Self::of(span, sources) };
        let (start, end) =
            (lines.position(span.start, Columns::Utf16), lines.position(span.end, Columns::Utf16));
        Self {
            line: start.line + 1,
            column: start.character + 1,
            end_line: end.line + 1,
            end_column: end.character + 1,
        }
    }
}

impl Told<'_> {
    /// The path of a file from where `jtc` runs.
    pub(super) fn path(&self, span: Span) -> String {
        let path = self.sources.get(span.file).map_or("", |file| file.path.as_str());
        format!("{}{path}", self.files.shown())
    }

    /// The path of a file from the root of the repository, where a pipeline
    /// says which that is; else from where `jtc` runs.
    pub(super) fn path_in_repository(&self, span: Span) -> String {
        let folder = self.files.folder();
        let checkout = CHECKOUTS.iter().find_map(|name| {
            let checkout = std::fs::canonicalize(std::env::var_os(name)?).ok()?;
            folder.strip_prefix(checkout).ok()
        });
        let path = self.sources.get(span.file).map_or("", |file| file.path.as_str());
        match checkout {
            Some(below) => slashes(&below.join(path)),
            None => slashes(Path::new(&self.path(span))),
        }
    }

    /// The address of a file, relative to the root of the repository unless
    /// it was named from the root of the file system.
    pub(super) fn uri(&self, span: Span) -> String {
        let path = self.path_in_repository(span);
        let encoded = utf8_percent_encode(&path, NOT_IN_A_PATH).to_string();
        let is_absolute = Path::new(&path).is_absolute();
        // A colon in the first part would make that a scheme.
        let has_scheme = encoded.split('/').next().is_some_and(|first| first.contains(':'));
        match (is_absolute, has_scheme) {
            (true, _) if encoded.starts_with('/') => format!("file://{encoded}"),
            (true, _) => format!("file:///{encoded}"),
            (false, true) => format!("./{encoded}"),
            (false, false) => encoded,
        }
    }
}

/// A path with `/` between its parts, on every system.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}
