//! A mistake costs what it is in, and nothing around it.

use crate::common::{FILE, report, tree};
use expect_test::expect;
use jtc_syntax::{SyntaxErrorKind, lex, parse, slices};

#[test]
fn a_broken_line_keeps_its_namespace_and_siblings() {
    let text = r#"namespace "x" version=3.3.1 {
    server {
        replicas min= max=4
        80 "lost"
        env "A" "B
        grace 30
    }
    gui { a: b; c }
    route "r" to=x/y
}
namespace "y"
"#;
    expect![[r#"
        1:23 NumberLike { text: "3.3.1" } "3.3.1"
          fix: namespace "x" version="3.3.1" {
                   server {
                       replicas min= max=4
                       80 "lost"
                       env "A" "B
                       grace 30
                   }
                   gui { a: b; c }
                   route "r" to=x/y
               }
               namespace "y"
        3:26 Unexpected { text: "=" } "="
        4:9 NodeName { found: "80" } "80"
        5:17 UnterminatedString { multiline: false, closing: "\"" } "\""
          fix: namespace "x" version=3.3.1 {
                   server {
                       replicas min= max=4
                       80 "lost"
                       env "A" "B"
                       grace 30
                   }
                   gui { a: b; c }
                   route "r" to=x/y
               }
               namespace "y"
        8:11 YamlKey { name: "a" } "a:"
          fix: namespace "x" version=3.3.1 {
                   server {
                       replicas min= max=4
                       80 "lost"
                       env "A" "B
                       grace 30
                   }
                   gui { a b; c }
                   route "r" to=x/y
               }
               namespace "y"
        9:18 NeedsQuotes { text: "x/y" } "x/y"
          fix: namespace "x" version=3.3.1 {
                   server {
                       replicas min= max=4
                       80 "lost"
                       env "A" "B
                       grace 30
                   }
                   gui { a: b; c }
                   route "r" to="x/y"
               }
               namespace "y"
        namespace "x" version="3.3.1" {}
          server {} (incomplete)
            replicas min="max" 4 (incomplete)
            env "A" "B" (incomplete)
            grace 30
          gui {}
            a "b"
            c
          route "r" to="x/y"
        namespace "y"
    "#]]
    .assert_eq(&report(text));
}

#[test]
fn every_unclosed_block_is_told_once_and_costs_one_slice() {
    let text = "a {\n  b 1\nc {\n  d {\n    e\n  f\n}\ng {\n  h }\ni {\n";
    expect![[r#"
        10:3 UnclosedBlock { node: "i" } "{"
          3:3 this block is not closed either
          1:3 this block is not closed either
        a {} (incomplete)
          b 1
          c {} (incomplete)
            d {}
              e
              f
            g {}
              h
            i {} (incomplete)
        (incomplete)
    "#]]
    .assert_eq(&report(text));
}

#[test]
fn text_without_indentation_is_counted() {
    let text = "a {\nb {\nc {\nd\n}\n}\n}\ne {\nf {\n}\n";
    expect![[r#"
        8:3 UnclosedBlock { node: "e" } "{"
        a {}
          b {}
            c {}
              d
        e {} (incomplete)
          f {}
    "#]]
    .assert_eq(&report(text));
}

#[test]
fn what_is_commented_out_may_look_odd() {
    let text = "/- a: b, 'c' {\n  - d\n  image ${X}\n}\nnext 1 /- x, 2 /- { - y; }\n";
    assert_eq!(report(text), "next 1 2\n");
}

#[test]
fn slices_follow_the_nodes() {
    let slice_texts = |text: &str| {
        let tokens = lex(text);
        let slices = slices(text, &tokens);
        let mut end = 0;
        for slice in &slices {
            assert_eq!(slice.start, end, "{text:?}");
            end = slice.end;
            assert_eq!(tokens[slice.first_token].start, slice.start);
            assert_eq!(tokens[slice.last_token - 1].end, slice.end);
        }
        assert_eq!(end as usize, text.len());
        let texts = slices.iter().map(|slice| &text[slice.start as usize..slice.end as usize]);
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("a; b\n", vec!["a;", " b\n"]),
        ("a \\\n b\nc", vec!["a \\\n b\n", "c"]),
        ("a \\ // x\n b\nc", vec!["a \\ // x\n b\n", "c"]),
        ("// a\n\na {\n b\n}\n// c\nc", vec!["// a\n\na {\n b\n}\n", "// c\nc"]),
        ("/-\n\na\nb", vec!["/-\n\na\n", "b"]),
        ("a /-\n\n1\nb", vec!["a /-\n\n1\n", "b"]),
        ("a \"\"\"\n \\\"\"\" ;\n \"\"\"\nb", vec!["a \"\"\"\n \\\"\"\" ;\n \"\"\"\n", "b"]),
        ("a\n{ b; }\nc", vec!["a\n{ b; }\n", "c"]),
        ("a {\n b\nc\n// d", vec!["a {\n b", "\nc\n", "// d"]),
        ("a\n}\nb\n", vec!["a\n", "}\nb\n"]),
        ("a [\n 1\n]\nb", vec!["a [\n 1\n]\n", "b"]),
        ("", vec![]),
    ] {
        assert_eq!(slice_texts(text), expected, "{text:?}");
    }
}

#[test]
fn byte_order_mark_and_carriage_returns_just_work() {
    let unix = "a 1 {\n  b \"x\"\n}\nc \"\"\"\n  d\n  \"\"\"\n";
    let dos = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    let parse = parse(FILE, &dos);
    assert_eq!(parse.errors, []);
    assert_eq!(tree(&parse), report(unix));
    let node = &parse.document.nodes[0];
    assert_eq!((node.name.span.start, node.name.span.slice(&dos)), (3, "a"));
}

#[test]
fn pasted_helm_template() {
    let text = "{{- if .Values.gui }}\napiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: {{ .Values.n }}\n{{- end }}\n";
    expect![[r#"
        1:1 Template { template: Braces, text: "{{- if .Values.gui }}" } "{{- if .Values.gui }}"
        2:1 YamlKey { name: "apiVersion" } "apiVersion:"
          fix: {{- if .Values.gui }}
               apiVersion apps/v1
               kind: Deployment
               spec:
                 replicas: {{ .Values.n }}
               {{- end }}
        2:13 NeedsQuotes { text: "apps/v1" } "apps/v1"
          fix: {{- if .Values.gui }}
               apiVersion: "apps/v1"
               kind: Deployment
               spec:
                 replicas: {{ .Values.n }}
               {{- end }}
        3:1 YamlKey { name: "kind" } "kind:"
          fix: {{- if .Values.gui }}
               apiVersion: apps/v1
               kind Deployment
               spec:
                 replicas: {{ .Values.n }}
               {{- end }}
        4:1 YamlKey { name: "spec" } "spec:"
          fix: {{- if .Values.gui }}
               apiVersion: apps/v1
               kind: Deployment
               spec
                 replicas: {{ .Values.n }}
               {{- end }}
        5:3 YamlKey { name: "replicas" } "replicas:"
          fix: {{- if .Values.gui }}
               apiVersion: apps/v1
               kind: Deployment
               spec:
                 replicas {{ .Values.n }}
               {{- end }}
        5:13 Template { template: Braces, text: "{{ .Values.n }}" } "{{ .Values.n }}"
        6:1 Template { template: Braces, text: "{{- end }}" } "{{- end }}"
        apiVersion "apps/v1"
        kind "Deployment"
        spec
        replicas (incomplete)
        (incomplete)
    "#]]
    .assert_eq(&report(text));
}

#[test]
fn deep_blocks_are_cut_where_they_get_too_deep() {
    let nested = |levels: usize| format!("{}{}", "a {".repeat(levels), "}".repeat(levels));
    let sound = parse(FILE, &nested(64));
    assert_eq!(sound.errors, []);
    let text = format!("{}\nnext 1", nested(65));
    let deep = parse(FILE, &text);
    assert_eq!(deep.errors.len(), 1);
    assert_eq!(deep.errors[0].kind, SyntaxErrorKind::TooDeep { limit: 64 });
    assert_eq!(deep.errors[0].span.start, 64 * 3 + 2);
    assert_eq!(deep.document.nodes.len(), 2);
}
