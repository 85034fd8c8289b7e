//! The tokens of each form that KDL has, and of what is not KDL.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use jtc_syntax::lex;

fn check(text: &str, expected: &Expect) {
    let mut out = String::new();
    for token in lex(text) {
        writeln!(out, "{:?} {:?}", token.kind, token.text(text)).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn all_forms_of_kdl() {
    check(
        "\u{feff}a -1.5 \"b\\\"\" #\"c\"\"#k=#true{(t)d;}\t/-e // f\r\n/* /* g */ */\\\u{2028}",
        &expect![[r##"
            Bom "\u{feff}"
            Identifier "a"
            Whitespace " "
            Number "-1.5"
            Whitespace " "
            QuotedString "\"b\\\"\""
            Whitespace " "
            RawString "#\"c\"\"#"
            Identifier "k"
            Equals "="
            Keyword "#true"
            OpenBrace "{"
            OpenParen "("
            Identifier "t"
            CloseParen ")"
            Identifier "d"
            Semicolon ";"
            CloseBrace "}"
            Whitespace "\t"
            Slashdash "/-"
            Identifier "e"
            Whitespace " "
            LineComment "// f"
            Newline "\r\n"
            BlockComment "/* /* g */ */"
            Backslash "\\"
            Newline "\u{2028}"
        "##]],
    );
}

#[test]
fn strings_over_several_lines() {
    check(
        "\"\"\"\n a \\\"\"\" \"\" \n \"\"\"##\"\"\"\nb \"\"\"# \n\"\"\"##\"\" \"a \\\n  b\"",
        &expect![[r###"
            MultilineString "\"\"\"\n a \\\"\"\" \"\" \n \"\"\""
            MultilineRawString "##\"\"\"\nb \"\"\"# \n\"\"\"##"
            QuotedString "\"\""
            Whitespace " "
            QuotedString "\"a \\\n  b\""
        "###]],
    );
}

#[test]
fn what_is_not_kdl() {
    check(
        "# a\ntrue 1Gi #x # c\n[]/ \"\"\"x\"\"\" \"y\n\"z {\n/* \n",
        &expect![[r##"
        HashComment "# a"
        Newline "\n"
        ReservedWord "true"
        Whitespace " "
        NumberLike "1Gi"
        Whitespace " "
        UnknownKeyword "#x"
        Whitespace " "
        HashComment "# c"
        Newline "\n"
        OpenBracket "["
        CloseBracket "]"
        Unexpected "/"
        Whitespace " "
        CrampedMultilineString "\"\"\"x\"\"\""
        Whitespace " "
        UnterminatedString "\"y"
        Newline "\n"
        UnterminatedString "\"z"
        Whitespace " "
        OpenBrace "{"
        Newline "\n"
        UnterminatedComment "/* \n"
    "##]],
    );
}
