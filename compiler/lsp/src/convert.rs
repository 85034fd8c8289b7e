//! Between the compiler's places and those of the protocol.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jtc_core::syntax::{self, Columns, FileId, LineIndex, Span};
use lsp_types::{Position, Range, Uri};
use url::Url;

/// A place of the protocol as a byte offset; one that isn't there is brought
/// to the nearest that is.
pub(crate) fn offset(lines: &LineIndex, position: Position, columns: Columns) -> u32 {
    let Position { line, character } = position;
    lines.offset(syntax::Position { line, character }, columns)
}

/// A byte offset as a place of the protocol.
pub(crate) fn position(lines: &LineIndex, offset: u32, columns: Columns) -> Position {
    let syntax::Position { line, character } = lines.position(offset, columns);
    Position { line, character }
}

/// A span as a range of the protocol.
pub(crate) fn range(lines: &LineIndex, span: Span, columns: Columns) -> Range {
    Range { start: position(lines, span.start, columns), end: position(lines, span.end, columns) }
}

/// A range of the protocol as a span; one that ends before it starts is
/// turned around.
pub(crate) fn span(file: FileId, lines: &LineIndex, range: Range, columns: Columns) -> Span {
    let (a, b) = (offset(lines, range.start, columns), offset(lines, range.end, columns));
    Span::new(file, a.min(b), a.max(b))
}

/// Where a document is: for a file its path without links, as far as it is
/// there; for all others a name that is no path.
pub(crate) fn place(uri: &Uri) -> PathBuf {
    let file = Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "file");
    match file.and_then(|url| url.to_file_path().ok()) {
        Some(path) => real(&path),
        None => PathBuf::from(uri.as_str()),
    }
}

/// A path without links. Of a file that isn't there yet, its folder counts.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// The document at a path.
pub(crate) fn uri(place: &Path) -> Option<Uri> {
    let text = match Url::from_file_path(place) {
        Ok(url) => url.to_string(),
        Err(()) => place.to_str()?.to_owned(),
    };
    Uri::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_paths_without_links() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().canonicalize().unwrap();
        let file = folder.join("a b%.kdl");
        let there = uri(&file).unwrap();
        assert!(there.as_str().ends_with("/a%20b%25.kdl"), "{}", there.as_str());
        assert_eq!(place(&there), file);
        let other = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(place(&other), Path::new("untitled:Untitled-1"));
        assert_eq!(uri(&place(&other)), Some(other));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_what_it_leads_to() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().canonicalize().unwrap();
        std::fs::create_dir(folder.join("real")).unwrap();
        std::os::unix::fs::symlink("real", folder.join("link")).unwrap();
        let through = uri(&folder.join("link/new.kdl")).unwrap();
        assert_eq!(place(&through), folder.join("real/new.kdl"));
    }
}
