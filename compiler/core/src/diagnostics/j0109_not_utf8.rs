//! not UTF-8.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0109",
    severity: Severity::Error,
    title: "not UTF-8",
    what: "A file holds bytes that are not UTF-8 text.",
    why: "Nothing can be read beyond them.",
    wrong: r#"edition 1
cluster "d\xff" { kubernetes "1.34"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
"#,
    fix: "Save the file as UTF-8; editors call it encoding.",
};

/// `first` is the offset of the first byte that is wrong, `byte` that byte.
pub(crate) fn diag(at: Span, path: &str, first: usize, byte: u8, utf16: bool, from: Option<Span>) -> Diag {
    let message = if utf16 {
        format!("`{path}` is UTF-16, and must be UTF-8")
    } else {
        format!("`{path}` is not UTF-8: byte {first} is 0x{byte:02x}")
    };
    let diag = Diag::new(&META, at, "readable up to here", message)
        .help("save the file as UTF-8: editors call it encoding, `iconv -t UTF-8` does it too");
    match from {
        Some(from) => diag.with(from, "included here"),
        None => diag,
    }
}
