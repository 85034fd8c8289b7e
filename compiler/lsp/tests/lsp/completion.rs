//! Completion, each with its cursor in the text.

use lsp_types::request::Completion;
use lsp_types::{
    CompletionItem, CompletionParams, CompletionResponse, CompletionTextEdit, Documentation,
    MarkupKind, PartialResultParams, WorkDoneProgressParams,
};

use crate::editor::{Editor, position};
use crate::{FILES, ROOT};

/// What is offered at `|` in the file, in order.
fn offered(editor: &mut Editor, name: &str, marked: &str) -> Vec<CompletionItem> {
    let offset = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    editor.replace(name, &text);
    let params = CompletionParams {
        text_document_position: lsp_types::TextDocumentPositionParams {
            text_document: editor.document(name),
            position: position(&text, offset),
        },
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
        context: None,
    };
    match editor.ask::<Completion>(params) {
        Some(CompletionResponse::Array(items)) => items,
        Some(other) => panic!("{other:?}"),
        None => Vec::new(),
    }
}

fn labels(editor: &mut Editor, name: &str, marked: &str) -> Vec<String> {
    offered(editor, name, marked).into_iter().map(|item| item.label).collect()
}

fn editor() -> Editor {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    editor.open("sites/prod.kdl");
    editor
}

const SITE: &str = "sites/prod.kdl";

#[test]
fn nodes_that_may_stand_there_and_do_not_yet() {
    let mut editor = editor();
    let top = labels(&mut editor, "topology.kdl", &format!("{ROOT}|"));
    assert!(top.contains(&"namespace".to_owned()) && top.contains(&"secret".to_owned()));
    assert!(!top.contains(&"edition".to_owned()) && !top.contains(&"cluster".to_owned()));
    let inside = labels(&mut editor, SITE, "namespace \"x\" {\n    gui\n    |\n}\n");
    assert!(inside.contains(&"server".to_owned()) && inside.contains(&"route".to_owned()));
    assert!(!inside.contains(&"gui".to_owned()) && !inside.contains(&"cluster".to_owned()));
}

#[test]
fn nodes_bring_what_they_need_and_their_documentation() {
    let mut editor = editor();
    let items = offered(&mut editor, "topology.kdl", &format!("{ROOT}data|"));
    let item = items.iter().find(|item| item.label == "database").unwrap();
    let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else { panic!("{item:?}") };
    assert_eq!(edit.new_text, "database \"${1:name}\" external=\"$2\" secret=\"$3\"");
    assert_eq!(edit.range.end.character - edit.range.start.character, 4);
    assert!(item.detail.is_some());
    // This editor didn't say that it knows Markdown here.
    let Some(Documentation::MarkupContent(doc)) = &item.documentation else { panic!("{item:?}") };
    assert!(doc.kind == MarkupKind::PlainText && !doc.value.contains("```"), "{doc:?}");
}

#[test]
fn properties_and_words() {
    let mut editor = editor();
    assert_eq!(
        labels(&mut editor, SITE, "namespace \"x\" version=\"3.3.1\" |"),
        ["database", "elk"]
    );
    let storage = ROOT.replace("storage-class \"ssd\"", "storage-class \"ssd\" access=\"|\"");
    assert_eq!(
        labels(&mut editor, "topology.kdl", &storage),
        ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"]
    );
    let flag = ROOT.replace("storage-class \"ssd\"", "storage-class \"ssd\" expandable=|");
    assert_eq!(labels(&mut editor, "topology.kdl", &flag), ["#true", "#false"]);
}

#[test]
fn names_that_the_topology_defines() {
    let mut editor = editor();
    let mut of = |marked: &str| labels(&mut editor, SITE, marked);
    assert_eq!(of("namespace \"x\" version=|"), ["3.3.1"]);
    assert_eq!(of("namespace \"x\" version=\"3|\" database=\"prod\""), ["3.3.1"]);
    assert_eq!(of("namespace \"x\" database=\"|"), ["prod"]);
    let inside = |line: &str| {
        format!(
            "namespace \"jobmon-prod\" version=\"3.3.1\" database=\"prod\" {{\n    {line}\n}}\n"
        )
    };
    assert_eq!(of(&inside("traefik { load-balancer pool=\"|\"; }")), ["lan"]);
    assert_eq!(of(&inside("server { env \"A\" secret=\"|\"; }")), ["prod-db"]);
    assert_eq!(
        of(&inside("server { env \"A\" secret=\"prod-db\" key=\"|\"; }")),
        ["DB_HOST", "DB_PASS", "DB_PORT", "DB_USER"]
    );
    assert_eq!(of(&inside("server { volume \"v\" mount=\"/v\" class=\"|\"; }")), ["ssd"]);
    assert_eq!(
        of(&inside(
            "middleware \"slim\" { compress; }\n    route \"r\" middleware=\"|\" to=\"server\""
        )),
        ["slim"]
    );
    assert_eq!(of(&inside("route \"r\" entrypoint=\"|\" to=\"server\"")), ["web"]);
    assert_eq!(of(&inside("route \"r\" to=\"|\"")), ["server"]);
    assert_eq!(
        of(&inside("workload \"w\" image=\"i:1\" { port \"p\" 80; connect \"|\"; }")),
        ["traefik", "server", "w", "mysql"]
    );
}

#[test]
fn a_name_is_put_in_and_nothing_behind_it_taken_out() {
    let mut editor = editor();
    let marked = "namespace \"x\" version=\"| database=\"prod\" {\n    gui\n}\n";
    let items = offered(&mut editor, SITE, marked);
    let Some(CompletionTextEdit::Edit(edit)) = &items[0].text_edit else {
        panic!("{items:?}");
    };
    let at = u32::try_from(marked.find('|').unwrap()).unwrap();
    assert_eq!((edit.range.start.character, edit.range.end.character), (at, at), "{edit:?}");
}

#[test]
fn names_of_other_namespaces() {
    let mut editor = editor();
    let text =
        "namespace \"other\" { workload \"w\" image=\"i:1\" { connect \"jobmon-prod/|\"; }; }";
    editor.open_with("sites/other.kdl", text);
    let offered = labels(&mut editor, "sites/other.kdl", text);
    assert!(offered.contains(&"jobmon-prod/server".to_owned()), "{offered:?}");
    let port = text.replace("jobmon-prod/|\"", "jobmon-prod/server\" port=\"|\"");
    assert_eq!(labels(&mut editor, "sites/other.kdl", &port), ["web"]);
    let reaper = ROOT.replace("namespace=\"jobmon-prod\"", "namespace=\"|\"");
    // The other has no server.
    assert_eq!(labels(&mut editor, "topology.kdl", &reaper), ["jobmon-prod"]);
}

#[test]
fn matchers_of_a_rule() {
    let mut editor = editor();
    let rule = |rule: &str| {
        format!(
            "namespace \"jobmon-prod\" version=\"3.3.1\" {{ route \"r\" match=\"{rule}\" to=\"server\"; }}"
        )
    };
    let offered_here = offered(&mut editor, SITE, &rule("Host(`a`) && Path|"));
    let labels: Vec<&str> = offered_here.iter().map(|item| item.label.as_str()).collect();
    assert!(labels.contains(&"PathPrefix"), "{labels:?}");
    let Some(CompletionTextEdit::Edit(edit)) = &offered_here[0].text_edit else { panic!() };
    assert_eq!(edit.range.end.character - edit.range.start.character, 4);
    assert!(offered(&mut editor, SITE, &rule("Host(`a|")).is_empty());
}

#[test]
fn a_route_leads_to_what_has_ports() {
    let mut editor = editor();
    let inside = |line: &str| {
        format!(
            "namespace \"jobmon-prod\" version=\"3.3.1\" database=\"prod\" {{\n    \
             elk version=\"8.19.3\" {{ elasticsearch; logstash; metricbeat database=\"prod\" secret=\"prod-db\"; }}\n    \
             workload \"board\" image=\"i:1\" {{ port \"http\" 80; port \"stats\" 81; port \"beat\" 82 protocol=\"udp\"; }}\n    \
             workload \"mute\" image=\"i:1\"\n    {line}\n}}\n"
        )
    };
    let mut of = |line: &str| labels(&mut editor, SITE, &inside(line));
    let all = of("route \"r\" to=\"|\"");
    assert_eq!(all, ["elasticsearch", "logstash", "server", "board"]);
    assert_eq!(of("route \"r\" to=\"board:|\""), ["board:http", "board:stats", "board:beat"]);
    assert_eq!(
        of("route \"r\" entrypoint=\"web\" to=\"board:st|\""),
        ["board:http", "board:stats"]
    );
    assert_eq!(of("route \"r\" to=\"traefik:|\""), [""; 0]);
    assert_eq!(of("route \"r\" to=\"none:|\""), [""; 0]);
    let targets = of("workload \"w\" image=\"i:1\" { connect \"|\"; }");
    assert_eq!(targets, ["traefik", "elasticsearch", "logstash", "server", "board", "mysql"]);
}

#[test]
fn what_another_namespace_lets_in() {
    let mut editor = editor();
    let text = "namespace \"other\" { workload \"w\" image=\"i:1\" { connect \"|\"; }; }\n\
                namespace \"third\" { workload \"v\" image=\"i:1\" { port \"http\" 80; }; }";
    editor.open_with("sites/other.kdl", text);
    assert_eq!(labels(&mut editor, "sites/other.kdl", text), ["mysql", "jobmon-prod/server"]);
}

#[test]
fn files_by_what_they_are_for() {
    let mut editor = editor();
    for (name, text) in [
        ("sites/beside.kdl", "external \"x\" host=\"x.example\" port=1\n"),
        ("other.kdl", "edition 1\n"),
        ("more/other.kdl", "edition 1\n"),
        ("a.toml", ""),
        ("sites/a.yaml", ""),
        ("sites/made/b.json", ""),
    ] {
        editor.write(name, text);
    }
    let include = ROOT.replace("sites/*.kdl", "|");
    assert_eq!(
        labels(&mut editor, "topology.kdl", &include),
        ["sites/*.kdl", "sites/beside.kdl", "sites/prod.kdl"]
    );
    // What is included already is refused a second time.
    let second = ROOT.replace("sites/*.kdl", "sites/prod.kdl\"\ninclude \"|");
    assert_eq!(labels(&mut editor, "topology.kdl", &second), ["sites/beside.kdl"]);
    editor.replace("topology.kdl", ROOT);
    let inside = |line: &str| format!("namespace \"n\" {{\n    {line}\n}}\n");
    assert_eq!(
        labels(&mut editor, SITE, &inside("manifest \"|\"")),
        ["a.yaml", "made/*.json", "made/b.json"]
    );
    let from = inside("workload \"w\" image=\"i:1\" { config-file \"/a\" from=\"|\"; }");
    assert_eq!(labels(&mut editor, SITE, &from), ["a.yaml", "beside.kdl", "made/b.json"]);
}

#[test]
fn broken_text_elsewhere_does_not_matter() {
    let mut editor = editor();
    let broken = "namespace \"jobmon-prod\" version=\"3.3.1\" {\n    server { env \"A\n\nnamespace \"x\" version=\"|\n";
    assert_eq!(labels(&mut editor, SITE, broken), ["3.3.1"]);
    let comment = "// namespace |\n";
    assert_eq!(labels(&mut editor, SITE, comment), [""; 0]);
}
