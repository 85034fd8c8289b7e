//! What a run starts from: texts of the language, and its words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jtc_core::components::table;

use crate::paths;

/// What KDL is made of, and what is mistaken for it.
const PIECES: [&str; 42] = [
    "edition 1\n",
    "cluster \"c\" { kubernetes \"1.34\"; }\n",
    " {\n",
    "}\n",
    "{ ",
    " }",
    "{}",
    ";",
    "=",
    "(t)",
    "/-",
    "/- ",
    "\\\n",
    " \\ // c\n",
    "// c\n",
    "/* c */",
    "/*",
    "*/",
    "\"\"\"\n",
    "#\"\"\"\n",
    "\"\"\"",
    "\"#",
    "#\"",
    "\"",
    "\\\"",
    "\\u{e9}",
    "#true",
    "#null",
    "#nan",
    "true",
    "0x1f",
    "1_000",
    "1.5e3",
    "3.3.1",
    "\r\n",
    "\u{85}",
    "\u{feff}",
    "\u{a0}",
    "{{ .x }}",
    "${X}",
    "key: value\n",
    "// file: b.kdl\n",
];

/// What a client asks and does in a session: `compiler/fuzz/fuzz_targets/lsp.rs`
/// says what the lines mean.
const MESSAGES: [&str; 12] = [
    "@o a\n",
    "@o b\n",
    "@c a 1:0 1:9\nx",
    "@c a 0:3 9:0\n",
    "@x a\n",
    "@s a\n",
    "@p\n",
    "@n\n",
    "@z\n",
    "@e\n",
    "@w\n{\"jsonrpc\":\"2.0\",\"method\":\"x\"}",
    "@w\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"textDocument/hover\",\"params\":{}}",
];

/// The letters of the requests.
const REQUESTS: std::ops::RangeInclusive<char> = 'a'..='t';

/// A session that opens a text, asks everything about a place in it, takes
/// a part of it away, and puts it back.
fn session(number: usize, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = number % lines.len().max(1);
    let column = number % lines.get(line).map_or(1, |line| line.len().max(1));
    let ask = |letter| format!("@q {letter} a {line}:{column} {}:0\nname", line + 1);
    let asked: Vec<String> = REQUESTS.skip(number % 4).step_by(4).map(ask).collect();
    format!(
        "16@o a\n{text}\n@p\n{}\n@c a {line}:0 {line}:{column}\n\n@p\n@c a\n{text}",
        asked.join("\n")
    )
}

/// Renews a folder of texts: examples, golden inputs, and the example of each
/// node; or, from them, of sessions.
pub(super) fn write(folder: &Path, sessions: bool) -> anyhow::Result<()> {
    fs::remove_dir_all(folder)?;
    fs::create_dir_all(folder)?;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for path in topologies(&paths::examples())? {
        texts.push(fs::read(path)?);
    }
    for case in fs::read_dir(paths::workspace().join("golden"))? {
        for path in topologies(&case?.path())? {
            texts.push(fs::read(path)?);
        }
    }
    table::walk(&mut |_, spec| texts.push(spec.example.as_bytes().to_vec()));
    texts.sort();
    texts.dedup();
    if sessions {
        let session = |(number, text): (usize, &Vec<u8>)| {
            session(number, &String::from_utf8_lossy(text)).into_bytes()
        };
        texts = texts.iter().enumerate().map(session).collect();
    }
    for (number, text) in texts.iter().enumerate() {
        fs::write(folder.join(format!("{number:03}")), text)?;
    }
    Ok(())
}

/// The `.kdl` files right in a folder.
fn topologies(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "kdl") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The words of the language, in libFuzzer's notation.
pub(super) fn dictionary() -> String {
    let mut words: BTreeSet<String> = PIECES.iter().map(|piece| (*piece).to_owned()).collect();
    words.extend(MESSAGES.iter().map(|message| format!("\n{message}")));
    words.extend(REQUESTS.map(|letter| format!("\n@q {letter} a 1:2 3:4\n")));
    table::walk(&mut |_, spec| {
        words.insert(spec.name.to_owned());
        words.extend(spec.props.iter().map(|prop| format!(" {}=\"", prop.name)));
    });
    let lines = words.iter().filter(|word| !word.is_empty());
    lines.fold(String::new(), |lines, word| lines + "\"" + &escaped(word) + "\"\n")
}

/// All but plain letters as `\xNN`.
fn escaped(word: &str) -> String {
    let letter = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\x{byte:02x}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    };
    word.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped() {
        assert_eq!(escaped("a \"\n\u{e9}"), "a \\x22\\x0a\\xc3\\xa9");
        let dictionary = dictionary();
        assert!(dictionary.lines().any(|line| line == "\"namespace\""));
        assert!(dictionary.is_ascii());
    }
}
