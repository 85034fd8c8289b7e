//! What holds for every text, tried on random ones, and that for sound text
//! this crate and the `kdl` crate see the same document.

use std::fmt::Write as _;

use crate::common::{FILE, tree};
use jtc_syntax::{Document, Node, Parse, Span, TokenKind, lex, parse, slices};
use kdl::{KdlDocument, KdlNode, KdlValue};
use proptest::prelude::*;

/// Pieces of KDL and of what is mistaken for it.
fn piece() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a",
        "node",
        "-",
        "---",
        "true",
        "null",
        "x:",
        "y,",
        ":",
        ",",
        "'",
        "“q”",
        "`",
        "1",
        "-1.5e3",
        "0xFF",
        "3.3.1",
        "1Gi",
        "é",
        "😀",
        "#true",
        "#nan",
        "#wat",
        "# c",
        "#",
        "\"s\"",
        "\"\\n\"",
        "\"\\q\"",
        "\"",
        "\"\"\"",
        "\"\"\"\n  t\n  \"\"\"",
        "#\"r\"#",
        "#\"\"\"\nr\n\"\"\"#",
        "##\"",
        "{",
        "}",
        "{",
        "}",
        "{{",
        "}}",
        "{%",
        "${",
        "$(",
        "(",
        ")",
        "(t)",
        "[",
        "]",
        "=",
        "=",
        ";",
        "\\",
        "\\\n",
        "/-",
        "//",
        "// c\n",
        "/*",
        "*/",
        "/* c */",
        "/",
        "http://h",
        " ",
        " ",
        " ",
        " ",
        "\t",
        "\n",
        "\n",
        "\n  ",
        "\r\n",
        "\r",
        "\u{85}",
        "\u{2028}",
        "\u{a0}",
        "\u{feff}",
        "\0",
        "\u{7f}",
        "\u{202e}",
    ];
    prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()]
}

pub(crate) fn jumble() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Sound KDL.
pub(crate) fn document() -> impl Strategy<Value = String> {
    let any_string = prop_oneof![
        "[a-zA-Zé_][a-z0-9_é.-]{0,6}".prop_filter("a keyword", |word| {
            !["true", "false", "null", "inf", "nan"].contains(&word.as_str())
        }),
        "[ -!#-\\[\\]-~é😀]{0,8}".prop_map(|text| format!("\"{text}\"")),
        Just("\"\\n\\t\\\"\\u{e9}\\s\\\\ \\  x\"".to_owned()),
        Just("#\"a\"b\"#".to_owned()),
        Just("##\"a\"#\"##".to_owned()),
        Just("\"\"\"\n  a\n    b \\\" c\n  \n  \"\"\"".to_owned()),
        Just("#\"\"\"\n  a \\n\n  \"\"\"#".to_owned()),
        Just(".x".to_owned()),
    ];
    let name = any_string.clone();
    let string = prop_oneof![9 => any_string, 1 => Just("-".to_owned())];
    let odd = prop::sample::select(vec![
        "#true",
        "#false",
        "#null",
        "#inf",
        "#-inf",
        "#nan",
        "0",
        "-7",
        "+7",
        "1_000",
        "0xFf_1",
        "-0o17",
        "0b1_0",
        "1.10",
        "1.5e-3",
        "1E10",
        "170141183460469231731687303715884105727",
        "007",
    ]);
    let blank = prop::sample::select(vec![
        " ",
        " ",
        " ",
        "\t",
        "  ",
        " /* c */ ",
        " \\\n ",
        " \\ // c\n  ",
        "\u{a0}",
    ]);
    let value = prop_oneof![2 => string.clone(), 1 => odd.prop_map(str::to_owned)];
    let typed = (prop::option::weighted(0.1, Just("(t)")), value)
        .prop_map(|(ty, value)| format!("{}{value}", ty.unwrap_or_default()));
    let entry = (
        blank.clone(),
        prop::option::weighted(0.1, prop::sample::select(vec!["/-", "/- ", "/-\n"])),
        prop::option::weighted(0.5, (string.clone(), prop::sample::select(vec!["=", " = ", "= "]))),
        typed,
    )
        .prop_map(|(blank, dash, name, value)| {
            let name = name.map(|(name, equals)| name + equals).unwrap_or_default();
            format!("{blank}{}{name}{value}", dash.unwrap_or_default())
        });
    let head = (prop::option::weighted(0.1, Just("/- ")), name, prop::collection::vec(entry, 0..4))
        .prop_map(|(dash, name, entries)| {
            format!("{}{name}{}", dash.unwrap_or_default(), entries.concat())
        });
    let end = prop::sample::select(vec![
        "\n",
        ";",
        " // c\n",
        "\r\n",
        ";\n\n",
        "\n// c\n",
        "\n/* c\n */\n",
    ]);
    let leaf = (head.clone(), end.clone()).prop_map(|(head, end)| head + end);
    let node = leaf.prop_recursive(4, 40, 5, move |inner| {
        let open = prop::sample::select(vec![" {", " {\n", "{ ", " {\n  // c\n"]);
        (head.clone(), open, prop::collection::vec(inner, 0..5), end.clone())
            .prop_map(|(head, open, nodes, end)| format!("{head}{open}{}}}{end}", nodes.concat()))
    });
    prop::collection::vec(node, 0..5).prop_map(|nodes| nodes.concat())
}

pub(crate) fn check_tokens(text: &str) {
    let mut end = 0;
    let tokens = lex(text);
    for token in &tokens {
        assert_eq!(token.start, end);
        assert!(token.end > token.start);
        assert!(text.is_char_boundary(token.end as usize));
        end = token.end;
    }
    assert_eq!(end as usize, text.len());
    let mut last = 0;
    for slice in slices(text, &tokens) {
        assert_eq!(slice.first_token, last);
        last = slice.last_token;
    }
    assert_eq!(last, tokens.len());
}

/// Calls `visit` with all spans of a tree.
fn spans(nodes: &[Node], visit: &mut impl FnMut(Span)) {
    for node in nodes {
        visit(node.span);
        visit(node.name.span);
        node.ty.iter().for_each(|ty| visit(ty.span));
        for entry in &node.entries {
            visit(entry.span);
            visit(entry.value_span);
            entry.name.iter().chain(&entry.ty).for_each(|name| visit(name.span));
        }
        if let Some(block) = &node.children {
            visit(block.span);
            spans(&block.nodes, visit);
        }
    }
}

pub(crate) fn check_spans(text: &str, parse: &Parse, strict: bool) {
    let tokens = lex(text);
    let check = |span: Span| {
        assert_eq!(span.file, FILE);
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
        if strict {
            assert!(tokens.binary_search_by_key(&span.start, |token| token.start).is_ok());
            assert!(tokens.binary_search_by_key(&span.end, |token| token.end).is_ok());
        }
    };
    spans(&parse.document.nodes, &mut |span| check(span));
    for error in &parse.errors {
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some());
        error.related.iter().for_each(|(span, _)| assert!(span.end as usize <= text.len()));
        if let Some(fix) = &error.fix {
            assert!(text.get(fix.span.start as usize..fix.span.end as usize).is_some());
        }
    }
}

/// What kdl reads, in the form of [`tree`].
pub(crate) fn kdl_tree(nodes: &[KdlNode], depth: usize, out: &mut String) {
    for node in nodes {
        let ty = node.ty().map(|ty| format!("({})", ty.value())).unwrap_or_default();
        write!(out, "{}{ty}{}", "  ".repeat(depth), node.name().value()).unwrap();
        for entry in node.entries() {
            let name = entry.name().map(|name| format!("{}=", name.value())).unwrap_or_default();
            let ty = entry.ty().map(|ty| format!("({})", ty.value())).unwrap_or_default();
            let value = match entry.value() {
                KdlValue::String(text) => format!("{text:?}"),
                KdlValue::Integer(number) => number.to_string(),
                KdlValue::Float(number) => format!("{number:?}"),
                KdlValue::Bool(value) => format!("#{value}"),
                KdlValue::Null => "#null".to_owned(),
            };
            write!(out, " {name}{ty}{value}").unwrap();
        }
        *out += if node.children().is_some() { " {}\n" } else { "\n" };
        if let Some(children) = node.children() {
            kdl_tree(children.nodes(), depth + 1, out);
        }
    }
}

/// The spans of names and entries are those of kdl.
fn same_spans(ours: &[Node], theirs: &[KdlNode]) {
    assert_eq!(ours.len(), theirs.len());
    let range = |span: Span| (span.start as usize, span.len() as usize);
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(
            range(ours.name.span),
            (theirs.name().span().offset(), theirs.name().span().len())
        );
        for (ours, theirs) in ours.entries.iter().zip(theirs.entries()) {
            assert_eq!(range(ours.span), (theirs.span().offset(), theirs.span().len()));
        }
        if let (Some(ours), Some(theirs)) = (&ours.children, theirs.children()) {
            same_spans(&ours.nodes, theirs.nodes());
        }
    }
}

fn check_values(text: &str, document: &Document) {
    fn each(text: &str, nodes: &[Node]) {
        for node in nodes {
            for entry in &node.entries {
                let source = entry.value_span.slice(text);
                assert!(entry.value.repr.is_empty() || &*entry.value.repr == source);
                assert!(entry.span.slice(text).ends_with(source));
            }
            node.children.iter().for_each(|block| {
                let source = block.span.slice(text);
                assert!(source.starts_with('{') && source.ends_with('}'));
                each(text, &block.nodes);
            });
        }
    }
    each(text, &document.nodes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_tokens(&text);
        check_spans(&text, &parse(FILE, &text), false);
    }

    /// What we accept without a word, kdl accepts, and reads the same.
    #[test]
    fn jumbled_text_is_read(text in jumble()) {
        check_tokens(&text);
        let parse = parse(FILE, &text);
        check_spans(&text, &parse, parse.errors.is_empty());
        prop_assert!(!parse.errors.is_empty() || !parse.document.incomplete);
        if parse.errors.is_empty() {
            let mut theirs = String::new();
            let document = KdlDocument::parse_v2(&text);
            // kdl wrongly refuses `/-a;`.
            if text.contains("/-") && document.is_err() {
                return Ok(());
            }
            prop_assert!(document.is_ok(), "kdl refuses what we accept: {:?}", document);
            kdl_tree(document.unwrap().nodes(), 0, &mut theirs);
            prop_assert_eq!(tree(&parse), theirs);
        }
    }

    /// Sound text has no errors, and the tree that kdl gives it.
    #[test]
    fn sound_text_is_read_as_kdl_reads_it(text in document()) {
        check_tokens(&text);
        let document = KdlDocument::parse_v2(&text);
        let parse = parse(FILE, &text);
        if document.is_err() {
            // kdl wrongly refuses `/-a;`.
            prop_assert!(text.contains("/-") || !parse.errors.is_empty(), "kdl refuses it");
            return Ok(());
        }
        let document = document.unwrap();
        prop_assert_eq!(&parse.errors, &[]);
        let mut theirs = String::new();
        kdl_tree(document.nodes(), 0, &mut theirs);
        prop_assert_eq!(tree(&parse), theirs);
        check_spans(&text, &parse, true);
        check_values(&text, &parse.document);
        same_spans(&parse.document.nodes, document.nodes());
    }
}

#[test]
fn no_kind_of_error_token_is_in_sound_text() {
    let text = "a \"b\" #\"c\"# 1 #true k=(t)v { d; /- e; } // f\n/* g */ \\\n h\n";
    assert!(lex(text).iter().all(|token| token.kind < TokenKind::ReservedWord));
    assert_eq!(parse(FILE, text).errors, []);
}

/// The topology of the language's own page.
#[test]
fn a_real_topology_is_read_as_kdl_reads_it() {
    let text = include_str!("topology.kdl");
    let document = KdlDocument::parse_v2(text).unwrap();
    let parse = parse(FILE, text);
    assert_eq!(parse.errors, []);
    let mut theirs = String::new();
    kdl_tree(document.nodes(), 0, &mut theirs);
    assert_eq!(tree(&parse), theirs);
    check_tokens(text);
    check_spans(text, &parse, true);
    check_values(text, &parse.document);
    same_spans(&parse.document.nodes, document.nodes());
}
