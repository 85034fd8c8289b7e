//! Slips of the text, as people make them in a real topology: each is one
//! diagnostic, of the right code, on its line.

use jtc_core::diagnostics::{self, Diag};
use jtc_core::sources::{FileProblem, Files};
use jtc_core::{Analysis, analyze};

const RESEARCH: &str = include_str!("../../../examples/research.kdl");

/// One file in memory.
struct OneFile<'t>(&'t str);

impl Files for OneFile<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == "topology.kdl" {
            Ok(self.0.as_bytes().to_vec())
        } else {
            Err(FileProblem::Missing)
        }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        Ok(if pattern == "topology.kdl" { vec![pattern.to_owned()] } else { Vec::new() })
    }
}

fn run(text: &str) -> Analysis {
    analyze("topology.kdl", &OneFile(text))
}

/// `J0105 at 12: message (help)`.
fn show(analysis: &Analysis, diag: &Diag) -> String {
    let (_, place) = analysis.sources.place(diag.span());
    let help = diag.help.as_deref().unwrap_or("no help");
    format!("{} at {}: {} ({help})", diag.meta.code, place.line, diag.message)
}

/// The text with its only (or first) `old` replaced, and the line of it.
fn slip(old: &str, new: &str) -> (String, u32) {
    let at = RESEARCH.find(old).unwrap_or_else(|| panic!("research.kdl has no {old:?}"));
    let line = RESEARCH[..at].matches('\n').count() + 1;
    (RESEARCH.replacen(old, new, 1), u32::try_from(line).unwrap())
}

/// What is replaced by what, the code, and how many lines further down the
/// diagnostic is.
const SLIPS: &[(&str, &str, &str, u32)] = &[
    // Quotes, strings and comments.
    (
        r#"image "registry.example.org/jobmon:3.3.1"; }"#,
        r#"image "registry.example.org/jobmon:3.3.1; }"#,
        "J0102",
        0,
    ),
    (r#"cluster "research" {"#, r#"cluster "research {"#, "J0102", 0),
    (
        r#"external "slack" host="slack.com" port=443"#,
        r#"external "slack" host="slack.com port=443"#,
        "J0102",
        0,
    ),
    (r#"database "next" external="mysql""#, r#"database "next external="mysql""#, "J0102", 0),
    (r#"secret "slack-hooks" {"#, r#"secret "slack-hooks {"#, "J0102", 0),
    (r#"env "LOG_LEVEL" "INFO""#, r#"env "LOG_LEVEL" 'INFO'"#, "J0102", 0),
    (r#"env "LOG_LEVEL" "INFO""#, "env \"LOG_LEVEL\" “INFO”", "J0102", 0),
    (r#"env "LOG_LEVEL" "INFO""#, r#"env "LOG_LEVEL" "\d+""#, "J0102", 0),
    (r#"env "LOG_LEVEL" "INFO""#, "env \"LOG_LEVEL\" \"\"\"INFO\"\"\"", "J0102", 0),
    ("reapers \"jobmon-reapers\"", "/* reapers \"jobmon-reapers\"", "J0102", 0),
    (r#"elk "standard" version="8.19.3" {"#, r#"elk "standard" version="8.19.3 {"#, "J0102", 0),
    // Braces.
    ("version \"3.6.0\" {", "version \"3.6.0\"", "J0103", 0),
    ("cluster \"research\" {", "cluster \"research\"", "J0103", 0),
    ("    traefik {\n", "    traefik\n", "J0103", 0),
    ("reapers \"jobmon-reapers\" {", "reapers \"jobmon-reapers\" // the old ones too", "J0103", 0),
    (
        "version \"3.6.0\" {\n    image \"registry.example.org/jobmon:3.6.0\"\n    gui-image \"registry.example.org/jobmon-gui:3.6.0\"\n}",
        "version \"3.6.0\" {\n    image \"registry.example.org/jobmon:3.6.0\"\n    gui-image \"registry.example.org/jobmon-gui:3.6.0\"",
        "J0103",
        0,
    ),
    (
        "    elasticsearch nodes=1 {\n        storage \"120Gi\" class=\"local-ssd\"\n        resources { requests cpu=\"300m\" memory=\"2Gi\"; limits cpu=\"2\" memory=\"2Gi\"; }\n    }",
        "    elasticsearch nodes=1 {\n        storage \"120Gi\" class=\"local-ssd\"\n        resources { requests cpu=\"300m\" memory=\"2Gi\"; limits cpu=\"2\" memory=\"2Gi\"; }",
        "J0103",
        0,
    ),
    ("    traefik {\n", "    traefik\n    {\n", "J0103", 1),
    ("    gui\n", "    gui\n    { replicas 2; }\n", "J0103", 1),
    ("DB_PASS; }", "DB_PASS; ", "J0103", 0),
    ("\nreapers ", "\n}\nreapers ", "J0103", 1),
    // Keywords.
    ("expandable=#true", "expandable=true", "J0104", 0),
    ("expandable=#true", "expandable=#yes", "J0104", 0),
    (r#"env "LOG_LEVEL" "INFO""#, r#"env "DEBUG" true"#, "J0104", 0),
    ("expandable=#true", "expandable=#what", "J0104", 0),
    // Other languages.
    ("kubernetes \"1.34\"", "kubernetes: \"1.34\"", "J0105", 0),
    ("host=\"db.example.org\"", "host: \"db.example.org\"", "J0105", 0),
    ("edition 1", "edition: 1", "J0105", 0),
    ("edition 1", "edition = 1", "J0105", 0),
    ("edition 1", "---\nedition 1", "J0105", 0),
    ("        replicas 3\n", "        replicas: 3,\n", "J0105", 0),
    ("        replicas 3\n", "        \"replicas\": 3,\n", "J0105", 0),
    (r#"args "--interval" "60""#, r#"args ["--interval", "60"]"#, "J0105", 0),
    (r#"args "--interval" "60""#, r#"args "--interval", "60""#, "J0105", 0),
    (
        r#"args "--interval" "60""#,
        "args:\n            - \"--interval\"\n            - \"60\"",
        "J0105",
        0,
    ),
    (
        "    server { replicas 2; }",
        "    server:\n      replicas: 2\n      env:\n        - name: X\n          value: y",
        "J0105",
        0,
    ),
    ("// default for every", "# default for every", "J0105", 0),
    ("// A research group's cluster", "# A research group's cluster", "J0105", 0),
    // Templates.
    ("\"registry.example.org/jobmon:3.6.0\"", "{{ .Values.image }}", "J0106", 0),
    ("image \"registry.example.org/jobmon:3.6.0\"", "image: {{ .Values.image }}", "J0106", 0),
    ("\"registry.example.org/jobmon:3.6.0\"", "registry.example.org/jobmon:${TAG}", "J0106", 0),
    ("secret=\"next-db\"", "secret=$(SECRET)", "J0106", 0),
    ("\n// ", "\n{{- if .Values.gui }}\n// ", "J0106", 1),
    ("    gui\n", "    {{- if .Values.gui }}\n    gui\n    {{- end }}\n", "J0106", 0),
    (
        "\"registry.example.org/jobmon:3.6.0\"",
        "\"registry.example.org/jobmon:{{ .Values.tag }}\"",
        "J0106",
        0,
    ),
    (
        "\nreapers ",
        "\n{\n  \"kind\": \"Namespace\",\n  \"metadata\": { \"name\": \"x\" }\n}\nreapers ",
        "J0105",
        1,
    ),
    ("\nreapers ", "\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\nreapers ", "J0105", 1),
    // Values.
    ("version \"3.3.1\" {", "version 3.3.1 {", "J0107", 0),
    ("memory=\"500Mi\"", "memory=500Mi", "J0107", 0),
    ("addresses=\"10.20.0.16/29\"", "addresses=10.20.0.16/29", "J0107", 0),
    ("path=\"/\"", "path=/", "J0107", 0),
    ("port=3306", "port=3306tcp", "J0204", 0),
    ("\"jobmon-prod/server\" host-env", "jobmon-prod/server host-env", "J0107", 0),
    ("port=443", "port=1e400", "J0107", 0),
    // Text without a meaning.
    ("    gui\n", "    gui;;\n", "J0101", 0),
    ("        replicas 3\n", "        3 replicas\n", "J0101", 0),
    ("host=\"slack.com\"", "host=", "J0101", 0),
    ("port=443", "port==443", "J0101", 0),
    ("\"60\"", "\"60\"\"s\"", "J0101", 0),
    ("DB_PASS; }", "DB_PASS; } description=\"x\"", "J0101", 0),
    ("cpu=80 memory=80", "(cpu) memory=80", "J0101", 0),
    ("database=\"next\"; }", "database=\"next\u{200f}\"; }", "J0101", 0),
    ("strategy \"recreate\"", "strategy \\ \"recreate\"", "J0101", 0),
    // Not of the text, but with the same promise.
    ("edition 1", "edtion 1", "J0201", 0),
    ("host=\"slack.com\"", "hots=\"slack.com\"", "J0202", 0),
    ("secret \"prod-db\"", "secert \"prod-db\"", "J0201", 0),
    ("reaper \"3.6.0\"", "raeper \"3.6.0\"", "J0201", 0),
    (
        "    image \"registry.example.org/jobmon:3.6.0\"",
        "    imagee \"registry.example.org/jobmon:3.6.0\"",
        "J0201",
        0,
    ),
];

#[test]
fn each_slip_is_told_once_and_where_it_is() {
    let mut wrong = Vec::new();
    for (old, new, code, below) in SLIPS {
        let (text, line) = slip(old, new);
        let analysis = run(&text);
        let wanted = (*code, line + below);
        let found: Vec<_> = analysis
            .diags
            .iter()
            .map(|diag| (diag.meta.code, analysis.sources.place(diag.span()).1.line))
            .collect();
        let told: Vec<_> = analysis.diags.iter().map(|diag| show(&analysis, diag)).collect();
        if found != [wanted] {
            wrong.push(format!("{new:?}: wanted {wanted:?}, told\n  {}", told.join("\n  ")));
        }
        if analysis.diags.iter().any(|diag| diag.help.is_none()) {
            wrong.push(format!("{new:?}: no help"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), SLIPS.len(), wrong.join("\n"));
}

#[test]
fn a_fix_mends_what_it_is_offered_for() {
    for (old, new, code, _) in SLIPS.iter().filter(|(_, _, code, _)| code.starts_with("J01")) {
        let (text, _) = slip(old, new);
        let analysis = run(&text);
        let Some(fix) = analysis.diags.first().and_then(|diag| diag.fix.as_ref()) else { continue };
        let mut mended = text.clone();
        for edit in fix.edits.iter().rev() {
            mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        let after = run(&mended);
        let left: Vec<_> = after.diags.iter().map(|diag| show(&after, diag)).collect();
        assert!(
            !after.diags.iter().any(|diag| diag.meta.code.starts_with("J01")),
            "{code} {new:?}, `{}`: {}",
            fix.title,
            left.join("\n")
        );
    }
}

#[test]
fn what_a_slip_does_not_touch_is_still_checked() {
    let (text, _) = slip("expandable=#true", "expandable=true");
    let text = text.replacen("to=\"gui\"", "to=\"giu\"", 1).replacen(
        "secret=\"next-db\"",
        "secret=\"nxt-db\"",
        1,
    );
    let analysis = run(&text);
    let codes: Vec<_> = analysis.diags.iter().map(|diag| diag.meta.code).collect();
    assert_eq!(codes, ["J0104", "J0301", "J0301"], "{:?}", analysis.diags);
}

#[test]
fn the_examples_of_each_code_yield_it_and_nothing_else() {
    let mut seen = 0;
    for meta in diagnostics::ALL.iter().filter(|meta| ("J0101".."J0109").contains(&meta.code)) {
        seen += 1;
        let wrong = run(meta.wrong);
        let told: Vec<_> = wrong.diags.iter().map(|diag| show(&wrong, diag)).collect();
        assert_eq!(
            wrong.diags.iter().map(|diag| diag.meta.code).collect::<Vec<_>>(),
            [meta.code],
            "{told:#?}"
        );
        let right = run(meta.right);
        let told: Vec<_> = right.diags.iter().map(|diag| show(&right, diag)).collect();
        assert!(told.is_empty(), "{}: {told:#?}", meta.code);
    }
    assert_eq!(seen, 8);
}

#[test]
fn each_of_many_slips_is_told() {
    let line = "a ".to_owned() + &"k= ".repeat(20_000);
    assert_eq!(run(&line).diags.iter().filter(|diag| diag.meta.code == "J0101").count(), 10_000);
    let lines = "edition 1\n".to_owned() + &"secret \"s\" { keys A; } x\nserver:\n".repeat(2_000);
    let found = run(&lines).diags;
    assert_eq!(found.iter().filter(|diag| diag.meta.code == "J0101").count(), 2_000);
    assert_eq!(found.iter().filter(|diag| diag.meta.code == "J0105").count(), 2_000);
}
