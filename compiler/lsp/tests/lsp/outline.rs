//! What an editor shows around and over the text.

use lsp_types::request::{
    CodeLensRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest,
    InlayHintRequest, SelectionRangeRequest, SemanticTokensFullRequest, SemanticTokensRangeRequest,
};
use lsp_types::{
    CodeLensParams, DocumentLinkParams, DocumentSymbol, DocumentSymbolParams,
    DocumentSymbolResponse, FoldingRangeParams, InlayHintLabel, InlayHintParams,
    PartialResultParams, Position, Range, SelectionRangeParams, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
    WorkDoneProgressParams,
};
use serde_json::json;

use crate::editor::{Editor, slice};
use crate::{FILES, ROOT, SITE as SITE_TEXT};

const SITE: &str = "sites/prod.kdl";

fn whole() -> Range {
    Range { start: Position { line: 0, character: 0 }, end: Position { line: 1000, character: 0 } }
}

fn names(symbols: &[DocumentSymbol], depth: usize, found: &mut Vec<String>) {
    for symbol in symbols {
        found.push(format!("{}{}", "  ".repeat(depth), symbol.name));
        names(symbol.children.as_deref().unwrap_or_default(), depth + 1, found);
    }
}

#[test]
fn symbols_of_a_document_and_of_all() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let params = DocumentSymbolParams {
        text_document: editor.document(SITE),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let Some(DocumentSymbolResponse::Nested(symbols)) = editor.ask::<DocumentSymbolRequest>(params)
    else {
        panic!("no symbols")
    };
    let mut found = Vec::new();
    names(&symbols, 0, &mut found);
    assert_eq!(
        found,
        [
            "namespace jobmon-prod",
            "  server",
            "    env MODE",
            "  middleware slim",
            "  route extra",
            "  workload report",
            "    env PASS",
            "    connect server",
            "    connect mysql",
        ]
    );
    let found = editor.send("workspace/symbol", &json!({ "query": "PRDB" })).unwrap();
    assert_eq!(found[0]["name"], "prod-db");
    assert_eq!(found[0]["location"]["uri"], editor.uri("topology.kdl").as_str());
}

#[test]
fn symbols_of_a_folder_that_nothing_is_open_of() {
    let mut editor = Editor::new(&FILES);
    let found = editor.send("workspace/symbol", &json!({ "query": "report" })).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found:?}");
}

#[test]
fn folds() {
    let text = "// a\n// b\n\nnamespace \"n\" {\n    labels a=\"b\"\n    /* x\n       y */\n}\n";
    let mut editor = Editor::new(&[("a.kdl", text)]);
    editor.open("a.kdl");
    let params = FoldingRangeParams {
        text_document: editor.document("a.kdl"),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let found = editor.ask::<FoldingRangeRequest>(params).unwrap();
    let lines: Vec<_> = found.iter().map(|fold| (fold.start_line, fold.end_line)).collect();
    assert_eq!(lines, [(0, 1), (3, 6), (5, 6)]);
}

#[test]
fn selections_grow_from_the_word() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let at = editor.at(SITE, "connect \"ser|ver\" port");
    let params = SelectionRangeParams {
        text_document: at.text_document,
        positions: vec![at.position],
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let mut found = Vec::new();
    let mut next = editor.ask::<SelectionRangeRequest>(params).unwrap().pop();
    while let Some(range) = next {
        found.push(slice(SITE_TEXT, range.range));
        next = range.parent.map(|parent| *parent);
    }
    assert_eq!(
        found[..3],
        ["server", "\"server\"", "connect \"server\" port=\"http\" host-env=\"H\""]
    );
    assert!(found[3].starts_with("\n        env"));
    assert!(found[4].starts_with('{') && found[5].starts_with("workload"));
    assert_eq!(found.last().unwrap(), SITE_TEXT);
}

#[test]
fn links_lead_to_files() {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    let params = DocumentLinkParams {
        text_document: editor.document("topology.kdl"),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let found = editor.ask::<DocumentLinkRequest>(params).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(slice(ROOT, found[0].range), "\"sites/*.kdl\"");
    assert_eq!(found[0].target, Some(editor.uri(SITE)));
}

/// The words of a document with what they are.
fn words(text: &str, tokens: &[lsp_types::SemanticToken], legend: &[String]) -> Vec<String> {
    let (mut line, mut character) = (0, 0);
    tokens
        .iter()
        .map(|token| {
            if token.delta_line > 0 {
                character = 0;
            }
            line += token.delta_line;
            character += token.delta_start;
            let start = Position { line, character };
            let end = Position { line, character: character + token.length };
            let kind = &legend[token.token_type as usize];
            let declares = if token.token_modifiers_bitset > 0 { "!" } else { "" };
            format!("{kind}{declares} {}", slice(text, Range { start, end }))
        })
        .collect()
}

#[test]
fn words_are_what_the_table_says() {
    let text = "edition 1 // é😀 x\nnamespace \"a\" { connect \"b/c\" wait=#true; spread by=\"zone\"; }\nnamespace b\n";
    let mut editor = Editor::raw(&[("a.kdl", text)]);
    let answer = editor.initialize(&crate::editor::capabilities());
    let legend = &answer["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"];
    let legend: Vec<String> = serde_json::from_value(legend.clone()).unwrap();
    editor.open("a.kdl");
    let params = SemanticTokensParams {
        text_document: editor.document("a.kdl"),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let Some(SemanticTokensResult::Tokens(tokens)) =
        editor.ask::<SemanticTokensFullRequest>(params)
    else {
        panic!("no tokens")
    };
    let all = words(text, &tokens.data, &legend);
    assert_eq!(
        all[..6],
        [
            "keyword edition",
            "number 1",
            "comment // é😀 x",
            "keyword namespace",
            "string \"",
            "namespace! a"
        ]
    );
    assert!(all.contains(&"namespace! b".to_owned()), "{all:?}");
    let params = SemanticTokensRangeParams {
        text_document: editor.document("a.kdl"),
        range: Range {
            start: Position { line: 2, character: 0 },
            end: Position { line: 2, character: 11 },
        },
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let Some(SemanticTokensRangeResult::Tokens(tokens)) =
        editor.ask::<SemanticTokensRangeRequest>(params)
    else {
        panic!("no tokens")
    };
    assert_eq!(words(text, &tokens.data, &legend), ["keyword namespace", "namespace! b"]);
}

#[test]
fn hints_tell_what_is_inherited() {
    let mut editor = Editor::new(&FILES);
    let text = SITE_TEXT.replace(" entrypoint=\"web\"", "");
    editor.open_with(SITE, &text);
    let params = InlayHintParams {
        text_document: editor.document(SITE),
        range: whole(),
        work_done_progress_params: WorkDoneProgressParams::default(),
    };
    let found = editor.ask::<InlayHintRequest>(params).unwrap();
    let told: Vec<String> = found
        .iter()
        .map(|hint| match &hint.label {
            InlayHintLabel::String(label) => format!("{}: {label}", hint.position.line + 1),
            InlayHintLabel::LabelParts(parts) => panic!("{parts:?}"),
        })
        .collect();
    assert_eq!(told, ["7: entrypoint=web", "2: image registry.example.org/jobmon:3.3.1, grace 45"]);
}

#[test]
fn a_lens_sums_a_namespace_up_and_its_manifest_is_shown() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let params = CodeLensParams {
        text_document: editor.document(SITE),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let found = editor.ask::<CodeLensRequest>(params).unwrap();
    let command = found[0].command.as_ref().unwrap();
    assert!(command.title.contains(" objects, waves 0 to "), "{}", command.title);
    assert!(command.title.ends_with(", 1 reaper"), "{}", command.title);
    let place = command.arguments.as_ref().unwrap()[0].clone();
    let manifest = editor.send("jtc/manifest", &place).unwrap();
    assert_eq!(manifest["title"], "namespace jobmon-prod.yaml");
    assert_eq!(manifest["languageId"], "yaml");
    let text = manifest["text"].as_str().unwrap();
    assert!(
        text.starts_with("---\n# wave 0, sites/prod.kdl:1\napiVersion: v1\nkind: Namespace\n"),
        "{text}"
    );
    let objects = text.lines().filter(|line| *line == "---").count();
    assert!(command.title.starts_with(&format!("{objects} objects")));

    let one = editor.send("jtc/manifest", &editor.at(SITE, "rou|te \"extra\"")).unwrap();
    let text = one["text"].as_str().unwrap();
    assert_eq!(text.matches("kind: IngressRoute").count(), 1, "{text}");
    assert_eq!(text.lines().filter(|line| *line == "---").count(), 1);

    editor.replace(SITE, "oops");
    let refused = editor.send("jtc/manifest", &editor.at(SITE, "oo|ps")).unwrap_err();
    assert!(refused.message.contains("errors") || refused.message.contains("error"));
}

#[test]
fn manifests_are_what_the_compiler_writes() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let files = jtc_files::Folder::open(editor.folder()).unwrap();
    let format = jtc_core::emit::Format::Yaml;
    let (_, documents) = jtc_core::compile("topology.kdl", &files, format);
    let manifest = editor.send("jtc/manifest", &editor.at(SITE, "name|space")).unwrap();
    let text = manifest["text"].as_str().unwrap();
    let mut there = 0;
    for document in documents.unwrap() {
        let id = document.id.to_string();
        let mine = id.contains("/jobmon-prod/") || id == "Namespace/jobmon-prod";
        assert_eq!(text.contains(&document.text), mine, "{id}");
        there += usize::from(mine);
    }
    assert!(there > 10);
}

#[test]
fn explanations() {
    let mut editor = Editor::new(&FILES);
    for (what, says) in [
        ("J0201", "unknown node"),
        ("jtc:/diagnostics/J0201.md", "unknown node"),
        ("route", "What Traefik answers"),
    ] {
        let answer = editor.send("jtc/explain", &json!({ "what": what })).unwrap();
        assert!(answer["markdown"].as_str().unwrap().contains(says), "{what}");
    }
    editor.send("jtc/explain", &json!({ "what": "nothing" })).unwrap_err();
}
