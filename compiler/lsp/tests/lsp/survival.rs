//! Whatever a client sends, the next request is answered.

use jtc_lsp::Ended;
use serde_json::{Value, json};

use crate::FILES;
use crate::editor::{Editor, capabilities};

/// Every method that is served, and one that isn't.
const METHODS: &[&str] = &[
    "jtc/explain",
    "jtc/manifest",
    "test/unknown",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/prepareRename",
    "textDocument/rangeFormatting",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "workspace/symbol",
];

#[test]
fn sessions_end_as_the_protocol_has_it() {
    assert_eq!(Editor::new(&FILES).end(), Ended::Orderly);
    assert_eq!(Editor::new(&FILES).vanish(), Ended::Disconnected);
    let mut editor = Editor::new(&FILES);
    editor.send("shutdown", &json!(null)).unwrap();
    let refused = editor.send("textDocument/hover", &json!(null)).unwrap_err();
    assert_eq!(refused.code, -32600);
}

#[test]
fn nothing_is_served_before_it_is_time() {
    let mut editor = Editor::raw(&FILES);
    let refused = editor.send("textDocument/hover", &json!({})).unwrap_err();
    assert_eq!(refused.code, -32002);
    editor.open("topology.kdl");
    editor.initialize(&capabilities());
    let refused = editor.send("initialize", &json!({ "capabilities": {} })).unwrap_err();
    assert_eq!(refused.code, -32600);
    // What was opened too early was dropped.
    let at = editor.at("topology.kdl", "edi|tion");
    assert!(editor.send("textDocument/hover", &at).is_err());
}

#[test]
fn parameters_of_any_shape() {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    let uri = editor.uri("topology.kdl");
    let far = json!({ "line": u32::MAX, "character": u32::MAX });
    let shapes: Vec<Value> = vec![
        json!(null),
        json!([]),
        json!("x"),
        json!({ "textDocument": 7 }),
        json!({ "textDocument": { "uri": "" }, "position": far }),
        json!({ "textDocument": { "uri": "untitled:x" }, "position": far }),
        json!({ "textDocument": { "uri": "file:///none.kdl" }, "position": far }),
        json!({ "textDocument": { "uri": uri.as_str() }, "position": { "line": -1, "character": 0 } }),
        json!({ "textDocument": { "uri": uri.as_str() }, "position": far, "context": { "includeDeclaration": true, "diagnostics": [] },
                "newName": "x", "positions": [far], "range": { "start": far, "end": { "line": 0, "character": 0 } },
                "options": { "tabSize": 0, "insertSpaces": false }, "query": "", "ch": "\n" }),
    ];
    for method in METHODS {
        for shape in &shapes {
            // Either is fine; what counts is that there is an answer.
            let _ = editor.send(method, shape);
        }
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didChangeConfiguration",
        "$/setTrace",
        "$/progress",
        "$/cancelRequest",
        "initialized",
        "x",
    ] {
        for shape in &shapes {
            editor.notify(method, shape);
        }
    }
    editor.open("topology.kdl");
    assert_eq!(editor.codes("topology.kdl"), [""; 0]);
}

#[test]
fn changes_of_what_is_not_open_and_ranges_that_are_not_there() {
    let mut editor = Editor::new(&FILES);
    let change = |uri: &str, range: Value| {
        json!({
            "textDocument": { "uri": uri, "version": 9 },
            "contentChanges": [{ "range": range, "text": "// x\n" }],
        })
    };
    let uri = editor.uri("topology.kdl");
    let start = json!({ "line": 0, "character": 0 });
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    editor.notify("textDocument/didChange", &change(uri.as_str(), json!(null)));
    editor.open("topology.kdl");
    editor.notify(
        "textDocument/didChange",
        &change(uri.as_str(), json!({ "start": far, "end": start })),
    );
    // All of the text was replaced, as the ends were the wrong way round.
    let found = editor.send(
        "textDocument/hover",
        &json!({
            "textDocument": { "uri": uri.as_str() }, "position": start,
        }),
    );
    assert_eq!(found.unwrap(), json!(null));
    assert_eq!(editor.end(), Ended::Orderly);
}

#[test]
fn huge_and_deep_documents() {
    let mut editor = Editor::new(&FILES);
    let deep = format!("edition 1\n{}", "a { ".repeat(100_000));
    editor.open_with("deep.kdl", &deep);
    assert!(!editor.diagnostics("deep.kdl").is_empty());
    let open = "(".repeat(200_000);
    editor.replace("deep.kdl", &format!("edition 1\nroute \"x\" match=\"{open}\""));
    assert!(!editor.diagnostics("deep.kdl").is_empty());
    let long = format!("edition 1\n{}", "secret \"x\" { keys A; }\n".repeat(3_000));
    editor.replace("deep.kdl", &long);
    assert!(!editor.diagnostics("deep.kdl").is_empty());
    assert_eq!(editor.end(), Ended::Orderly);
}

#[test]
fn what_is_cancelled_before_its_turn_is_not_done() {
    use lsp_server::{Connection, Message, Notification, Request, RequestId};
    let (server, client) = Connection::memory();
    let request = |id: i32, method: &str, params: Value| {
        Message::Request(Request { id: RequestId::from(id), method: method.to_owned(), params })
    };
    let note = |method: &str, params: Value| {
        Message::Notification(Notification { method: method.to_owned(), params })
    };
    for message in [
        request(1, "initialize", json!({ "capabilities": {} })),
        request(2, "textDocument/hover", json!({})),
        note("$/cancelRequest", json!({ "id": 2 })),
        request(3, "shutdown", json!(null)),
        note("exit", json!(null)),
    ] {
        client.sender.send(message).unwrap();
    }
    assert_eq!(jtc_lsp::serve(&server), Ended::Orderly);
    let codes: Vec<_> = client
        .receiver
        .try_iter()
        .filter_map(|message| match message {
            Message::Response(response) => Some(response.response_result.err().map(|it| it.code)),
            _ => None,
        })
        .collect();
    assert_eq!(codes, [None, Some(-32800), None]);
}
