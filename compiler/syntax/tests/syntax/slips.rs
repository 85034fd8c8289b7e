//! Every mistake the parser knows, by itself: one error, the node kept.

use std::fmt::Write as _;

use crate::common::{FILE, report};
use expect_test::expect_file;
use jtc_syntax::parse;

/// One mistake each.
pub(crate) const SLIPS: &[&str] = &[
    // Strings.
    "image \"x\nnext 1",
    "image \"a b c\nnext 1",
    "namespace \"x {\n  gui\n}\nnext 1",
    "secret \"p\" { keys \"A; }\nnext 1",
    "secret \"prod { keys A; }\nnext 1",
    "secret \"prod { keys \"A\" }\nnext 1",
    "a \"x b=\"y\" c=1\nnext 1",
    "a #\"x\nnext 1",
    "a #\"x\"\nnext 1",
    "a ##\"x\"#\nnext 1",
    "a \"x\ny\nz\"\nnext 1",
    "a { b \"x\ny\n\"; }\nnext 1",
    "a \"\nx\ny\n\" // z\nnext 1",
    "a {\n  b \"\"\"\n    text\n}\nnext 1",
    "a #\"\"\"\n text\n",
    "a \"\"\"one line\"\"\"\nnext 1",
    "a \"\"\"\n  x\n y\n  \"\"\"\nnext 1",
    "a \"\"\"\n  x\n  y\"\"\"\nnext 1",
    "a \"\\d+ \\n \\. \\u{d800}\" 2\nnext 1",
    "a \"\"\"\n  \\q\n  \"\"\"\nnext 1",
    "a 'x'\nnext 1",
    "a 'b c' d=1\nnext 1",
    "a '/b/c'\nnext 1",
    "a d='b/*.c'\nnext 1",
    "a b/*.c\nnext 1",
    "a \"b\\u00e4c\"\nnext 1",
    "a \"^b\\d+\"\nnext 1",
    "a \"b\\c\"\nnext 1",
    "```kdl\na 1\nnext 1",
    "a(\"b\") { c 1; }\nnext 1",
    "a 1 */\nnext 1",
    "a k='e f'\nnext 1",
    "a “x”\nnext 1",
    "a #\"\"\"x\"\"\"#\nnext 1",
    "a \"sh\" \"echo \"b\" c\" d\nnext 1",
    "a \"{\"b\": 1}\" { c; }\nnext 1",
    "a k=\"b \"c d\" e\"; f\nnext 1",
    "a \"\"x\"\" k=1\nnext 1",
    "a \"say \"\"b\"\" c\"\nnext 1",
    "a {\n  b \"sh -c \"b; c\" d\"\n}\nnext 1",
    "a { b \"off { c d=\"e\" f=\"https://g.h/i\"; }\n}\nnext 1",
    // Comments.
    "a /* x\nnext 1",
    "a 1 /* /* */\nnext 1",
    "# x 'y \"z { }\nnext 1",
    "a 1 # it's\nnext 1",
    "/-\n",
    "a { /- }\nnext 1",
    "a \\ 1\nnext 1",
    "a 1 \\ x\n  b=1\nnext 1",
    "a 1 / some words, and: more\nnext 1",
    "a == 1\nnext 1",
    "a { b 1; },\nnext 1",
    "a {\n  b {\n    c 1\n  },\n}\nnext 1",
    // Braces.
    "a {\n  b\nnext 1",
    "a {\n  b {\n    c\n  d\n}\nnext 1",
    "a {\n  b {\n    c\n}\nnext 1",
    "a {\n  b {\n    c 1\n\n// end\n",
    "a {\n  b { c;\n  d\n}\nnext 1",
    "a {\n}\n}\nnext 1",
    "a {\n  b {\n  }}\n  c\n}\nnext 1",
    "} a\nnext 1",
    "a\n{\n  b\n}\nnext 1",
    "a 1 // c\n{\n  b\n}\nnext 1",
    "{ a; }\nnext 1",
    "a { }\n{ b; }\nnext 1",
    "a { b; } c\nnext 1",
    "a;; b\nnext 1",
    "a /-{ } 1\nnext 1",
    // Keywords and numbers.
    "a true\nnext 1",
    "a k=false\nnext 1",
    "a nan\nnext 1",
    "a true=1\nnext 1",
    "a #True\nnext 1",
    "a #yes\nnext 1",
    "a #wat 2\nnext 1",
    "version 3.3.1\nnext 1",
    "requests memory=1Gi cpu=\"200m\"\nnext 1",
    "addresses 10.20.0.16/29\nnext 1",
    "port 80:8080\nnext 1",
    "a 170141183460469231731687303715884105728\nnext 1",
    "a 1e400\nnext 1",
    "a 1e-400\nnext 1",
    "a 0x1ffffffffffffffffffffffffffffffff\nnext 1",
    "80 a {\n  b\n}\nnext 1",
    "true 1\nnext 1",
    "a 80=443\nnext 1",
    // Entries.
    "a k=\nnext 1",
    "a { b k= }\nnext 1",
    "a k= {\n  b\n}\nnext 1",
    "a k==1\nnext 1",
    "=1\nnext 1",
    "name = \"x\"\nnext 1",
    "name=\"x\"\nnext 1",
    "a \"x\"\"y\"\nnext 1",
    "a \"x \"\"y\"\nnext 1",
    "a \"x\"y\nnext 1",
    "a \"x\"k=\"y\"\nnext 1",
    "a \"x\"80\nnext 1",
    "a X\"y\"\nnext 1",
    "a \"x\" host\"y\" k=1\nnext 1",
    "a b { c host\"y\"; d; }\nnext 1",
    "a k=>\"x\" l=1\nnext 1",
    "a k => 1\nnext 1",
    "a\"x\"\nnext 1",
    "a k=\"x\"l=1\nnext 1",
    "a \"x\"/-1\nnext 1",
    "path /x/y\nnext 1",
    "a to=prod/server p=1\nnext 1",
    "a url=http://x.org/y // z\nnext 1",
    "a http://x.org:80\nnext 1",
    "a C:\\temp\nnext 1",
    "a b[0]\nnext 1",
    "a f(x)\nnext 1",
    "a )\nnext 1",
    "a (x y) 1\nnext 1",
    "(t a\nnext 1",
    // YAML.
    "image: \"x\"\nnext 1",
    "image:\"x\"\nnext 1",
    "server:\nnext 1",
    "server: {\n  a\n}\nnext 1",
    "image : x\nnext 1",
    "server port: 80\nnext 1",
    "server a port:\nnext 1",
    "a {\n  - b\n  c\n}\nnext 1",
    "---\nnext 1",
    "args [\"a\", \"b\"]\nnext 1",
    "args [\n  \"a\",\n  \"b\"\n]\nnext 1",
    "a {\n  args [\n    \"a\",\n    2\n  ]\n  b\n}\nnext 1",
    "a ports=[1, 2]\nnext 1",
    // JSON.
    "\"image\": \"x\"\nnext 1",
    "a \"k\": 1\nnext 1",
    "a \"x\", 2\nnext 1",
    "a x, 2\nnext 1",
    "a 1, 2\nnext 1",
    "a x,\"y\"\nnext 1",
    "a k=#true, l=1\nnext 1",
    "a (\n  b\n}\nnext 1",
    "a x (\n  b {\n    c\n  }\n}\nnext 1",
    "a:\n  b\n}\nnext 1",
    "a k=1:\n  // b\n  c\n}\nnext 1",
    "a x\" { // c\n  b\n}\nnext 1",
    "a \"x\":\n  b\n}\nnext 1",
    "a {\n  b :\n    c\n  }\n}\nnext 1",
    "a {\n  // b {\n    c\n  }\n}\nnext 1",
    "a { // x    b {\n    c\n  }\n}\nnext 1",
    // Git.
    "<<<<<<< HEAD\na 1\n=======\na 2\n>>>>>>> other\nnext 1",
    "a {\n<<<<<<< HEAD\n  b 1\n||||||| base\n  b\n=======\n  b 2 {\n>>>>>>> other\n}\nnext 1",
    "<<<<<<< HEAD\na 1\nnext 1",
    "a 1\n>>>>>>> other\nnext 1",
    // Templates.
    "image {{ .Values.image }}\nnext 1",
    "image \"x\" tag={{ .x | quote }}\nnext 1",
    "image x-{{ .x }}-y 2\nnext 1",
    "image \"x\"{{ .x }}\nnext 1",
    "{{- if .x }}\nnext 1",
    "{% if x %}\nnext 1",
    "image ${IMAGE}\nnext 1",
    "image a/${IMAGE}:b\nnext 1",
    "image $(IMAGE)\nnext 1",
    "a { image ${X}; b; }\nnext 1",
    // Characters.
    "a x\u{7f}y\nnext 1",
    "a \"x\u{202e}\u{202d}y\"\nnext 1",
    "a \0\nnext 1",
    "// \u{feff}\nnext 1",
];

#[test]
fn slips() {
    let mut out = String::new();
    for slip in SLIPS {
        writeln!(out, "### {slip:?}\n{}", report(slip)).unwrap();
    }
    expect_file!["slips.txt"].assert_eq(&out);
}

#[test]
fn one_slip_is_one_error() {
    for slip in SLIPS {
        let errors = parse(FILE, slip).errors;
        assert_eq!(errors.len(), 1, "{slip:?}: {errors:#?}");
    }
}

/// A fix that is offered leaves no error, and loses nothing.
#[test]
fn fixes_are_right() {
    for slip in SLIPS {
        for fix in parse(FILE, slip).errors.into_iter().filter_map(|error| error.fix) {
            let mut fixed = (*slip).to_owned();
            fixed.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
            let parse = parse(FILE, &fixed);
            assert_eq!(parse.errors, [], "{slip:?} became {fixed:?}");
            assert!(!parse.document.incomplete, "{fixed:?}");
        }
    }
}

/// What follows a mistake is read, unless the mistake swallows it.
#[test]
fn the_next_node_is_never_lost() {
    for slip in SLIPS.iter().filter(|slip| slip.contains("next") && !slip.contains("/*")) {
        let nodes = parse(FILE, slip).document.nodes;
        let next = nodes.last().unwrap_or_else(|| panic!("{slip:?} has no nodes"));
        assert_eq!(&*next.name.text, "next", "{slip:?}");
        assert_eq!(next.entries.len(), 1, "{slip:?}");
    }
}
