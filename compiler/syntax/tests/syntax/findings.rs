//! Texts that `cargo xtask fuzz` has found, each of which once broke a promise.

use jtc_syntax::parse;

use crate::common::FILE;
use crate::properties::{check_spans, check_tokens};

const FINDINGS: &[&str] = &[
    // The span of a line without indentation ended inside of a character.
    "a \"\"\"\n  x\né y\n  \"\"\"\n",
    // The colon was left out of the name, and nobody told.
    "a max:=9",
    "a \"max\":=9",
    // A name that with a blank behind it begins a comment.
    "a//\n <!--//\nb",
    // A URL that is commented out: with a blank in it, what follows is lost.
    "/- a://# b\n",
    // A quote in a comment was taken for that of a URL, which explains a lost brace.
    "c {\n k \"1\" // a \"\n d",
    // On a line of its own, `--` begins a comment.
    "es; --//\n",
    "--{}",
    "--;a",
    "--\\\n1",
];

#[test]
fn what_was_found_is_mended() {
    for text in FINDINGS {
        check_tokens(text);
        let parse = parse(FILE, text);
        check_spans(text, &parse, parse.errors.is_empty());
        assert!(!parse.errors.is_empty() || !parse.document.incomplete, "{text}: nothing is said");
        crate::format::check(text);
    }
}
