//! `jtc compile` to standard output.

use serde_json::Value;

use crate::run::{Folder, SMALL};

#[test]
fn yaml_is_a_stream_with_wave_and_source() {
    let run = Folder::small().jtc(&["compile", "topology.kdl"]).code(0).says_nothing();
    assert!(
        run.stdout.starts_with("---\n# wave 0, from topology.kdl:5\napiVersion: v1\n"),
        "{}",
        run.stdout
    );
    let documents = run.stdout.lines().filter(|line| *line == "---").count();
    let comments = run.stdout.lines().filter(|line| line.starts_with("# wave ")).count();
    assert!(documents > 1);
    assert_eq!(documents, comments);
}

#[test]
fn json_is_one_list_of_the_same_objects() {
    let folder = Folder::small();
    let yaml = folder.jtc(&["compile", "topology.kdl"]).code(0).stdout;
    let json =
        folder.jtc(&["compile", "--format", "json", "topology.kdl"]).code(0).says_nothing().stdout;
    let list: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&list["apiVersion"], &list["kind"]), (&"v1".into(), &"List".into()));
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), yaml.lines().filter(|line| *line == "---").count());
    let comments = items.iter().map(|item| {
        let annotations = &item["metadata"]["annotations"];
        let text = |key: &str| annotations[key].as_str().unwrap().to_owned();
        format!("# wave {}, from {}", text("jtc/wave"), text("jtc/source"))
    });
    let comments: Vec<String> = comments.collect();
    assert_eq!(
        comments,
        yaml.lines().filter(|line| line.starts_with("# wave ")).collect::<Vec<_>>()
    );
}

#[test]
fn the_same_topology_gives_the_same_bytes_anywhere() {
    let (one, two) = (Folder::small(), Folder::new().with("deep/er/topology.kdl", SMALL));
    let first = one.jtc(&["compile", "topology.kdl"]).code(0).stdout;
    assert_eq!(first, two.jtc(&["compile", "deep/er/topology.kdl"]).code(0).stdout);
}

#[test]
fn errors_leave_nothing_on_standard_output() {
    let folder = Folder::small().with("wrong.kdl", format!("{SMALL}namespaze \"a\"\n"));
    folder
        .jtc(&["compile", "wrong.kdl"])
        .code(1)
        .prints_nothing()
        .says("J0201")
        .says("wrong.kdl:11:1")
        .says("error: 1 error\n  hint: 1 can be repaired by `jtc check --fix`\n");
}

#[test]
fn fifty_errors_are_shown_and_the_rest_counted() {
    let folder =
        Folder::small().with("many.kdl", format!("{SMALL}{}", "namespaze \"a\"\n".repeat(1234)));
    let run = folder.jtc(&["compile", "many.kdl"]).code(1).prints_nothing();
    assert_eq!(run.stderr.matches("error[J0201]").count(), 50);
    run.says("1,184 more diagnostics not shown\n").says("error: 1,234 errors\n");
}

#[test]
fn a_mistake_at_a_thousand_places_shows_some_and_counts_the_rest() {
    let many: Vec<String> = (0..1000).map(|at| format!("p{at}=1 \\\n")).collect();
    let many = many.join(" ");
    let text = format!("{SMALL}namespace \"b\" {{ workload \"w\" image=\"a:1\" {many} }}\n");
    let folder = Folder::new().with("many.kdl", text);
    for way in [&["check", "many.kdl"][..], &["check", "--narrate", "many.kdl"]] {
        let run = folder.jtc(way).code(1).says("988 more places");
        assert!((11..20).contains(&run.stderr.matches("nor is this").count()));
    }
}

#[test]
fn a_terminal_is_told_nothing_by_what_is_shown() {
    let hostile =
        "apiVersion: v1\nkind: Conf\u{1b}[31mig\nmetadata: { name: \"a\u{9b}\u{202e}b\" }\n";
    let text = format!("{SMALL}namespace \"b\" {{ manifest \"m.yaml\"; }}\n");
    let folder = Folder::new().with("t.kdl", text).with("m.yaml", hostile);
    for way in [
        &["check", "t.kdl"][..],
        &["check", "--narrate", "t.kdl"],
        &["check", "--format", "short", "t.kdl"],
    ] {
        let run = folder.jtc(way).code(1);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("m.yaml"), "{said}");
        assert!(!said.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{said}");
    }
}

#[test]
fn nothing_yaml_forbids_comes_out() {
    let hidden = ["7f", "80", "9f", "2028", "fffe", "ffff", "1ffff", "1", "feff"];
    let lines = hidden.iter().enumerate().fold(String::new(), |lines, (index, code)| {
        let env = format!("        env \"A{index}\" \"x\\u{{{code}}}y\"\n");
        let file = format!("        config-file \"/etc/{index}\" \"x\\u{{{code}}}\\nlast\\n\"\n");
        lines + &env + &file
    });
    let topology = SMALL.replace("        args", &format!("{lines}        args"));
    // The name of the file stands in a comment before each object.
    let name = "a\u{fffe}\u{2028}kind: Secret.kdl";
    let folder = Folder::new().with(name, topology);
    let forbidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{1ffff}'
            )
    };
    let yaml = folder.jtc(&["compile", name]).code(0).stdout;
    assert_eq!(yaml.find(forbidden), None, "{yaml:?}");
    assert!(yaml.contains("value: \"x\\u007Fy\""), "{yaml}");
    assert!(yaml.contains(", from a??kind: Secret.kdl:"), "{yaml}");
    let json = folder.jtc(&["compile", "--format", "json", name]).code(0).stdout;
    assert_eq!(json.find(forbidden), None, "{json:?}");
    let list: Value = serde_json::from_str(&json).unwrap();
    let items = list["items"].as_array().unwrap();
    let deployment = items.iter().find(|item| item["kind"] == "Deployment").unwrap();
    let env = &deployment["spec"]["template"]["spec"]["containers"][0]["env"];
    assert_eq!(env[0]["value"], "x\u{7f}y");
    assert_eq!(env[6]["value"], "x\u{1ffff}y");
}

#[test]
fn help_never_applies_all_at_once() {
    let folder = Folder::new();
    for args in
        [&["--help"][..], &["-h"], &["compile", "--help"], &["compile", "-h"], &["init", "--help"]]
    {
        let help = folder.jtc(args).code(0).stdout;
        assert!(!help.contains("| kubectl apply"), "{help}");
    }
    folder
        .jtc(&["compile", "--help"])
        .code(0)
        .prints(
            "\n  for wave in manifests/wave-*; do\n    kubectl apply --server-side -f \"$wave\"",
        )
        .prints("--for=condition=Established");
}
