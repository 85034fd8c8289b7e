//! Hovers.

use lsp_types::request::HoverRequest;
use lsp_types::{HoverContents, HoverParams, MarkupKind, WorkDoneProgressParams};
use serde_json::json;

use crate::editor::{Editor, capabilities};
use crate::{FILES, ROOT};

fn hover(editor: &mut Editor, name: &str, marked: &str) -> String {
    let params = HoverParams {
        text_document_position_params: editor.at(name, marked),
        work_done_progress_params: WorkDoneProgressParams::default(),
    };
    match editor.ask::<HoverRequest>(params).map(|hover| hover.contents) {
        Some(HoverContents::Markup(markup)) => markup.value,
        Some(other) => panic!("{other:?}"),
        None => String::new(),
    }
}

const SITE: &str = "sites/prod.kdl";

#[test]
fn a_node_tells_what_it_means_and_becomes() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let text = hover(&mut editor, SITE, "name|space");
    assert!(text.contains("With `version` it is a Jobmon namespace"), "{text}");
    assert!(text.contains("- Namespace `jobmon-prod`, wave 0"), "{text}");
    let text = hover(&mut editor, SITE, "    ser|ver {");
    assert!(text.contains("- Deployment `jobmon-server`, wave"), "{text}");
    let text = hover(&mut editor, SITE, "rou|te");
    assert!(text.contains("- IngressRoute `extra`, wave"), "{text}");
}

#[test]
fn settings_tell_what_holds_and_where_from() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let text = hover(&mut editor, SITE, "    ser|ver {");
    assert!(
        text.contains("- `replicas`: `2`, from `namespace \"jobmon-prod\"`, sites/prod.kdl:3"),
        "{text}"
    );
    assert!(text.contains("- `grace`: `45`, from `defaults`, topology.kdl:11"), "{text}");
    assert!(text.contains("built in"), "{text}");
}

#[test]
fn values_and_names() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let text = hover(&mut editor, SITE, "version=\"3.3|.1\"");
    assert!(text.contains("the version of Jobmon that runs in it"), "{text}");
    assert!(text.contains("version `3.3.1`, defined in topology.kdl:10"), "{text}");
    assert_eq!(text.matches("the name of a version").count(), 1, "{text}");
    let text = hover(&mut editor, SITE, "\"jobmon-|prod\"");
    assert!(text.contains("1 to 63 characters"), "{text}");
    assert!(text.contains("namespace `jobmon-prod`, referred to once"), "{text}");
    assert_eq!(hover(&mut editor, SITE, "}\n|    middleware"), "");
}

#[test]
fn who_knows_no_markdown_gets_plain_text() {
    let mut editor = Editor::raw(&FILES);
    let mut can = capabilities();
    can["textDocument"]["hover"]["contentFormat"] = json!(["plaintext"]);
    editor.initialize(&can);
    editor.open(SITE);
    editor.open("topology.kdl");
    let mut told = |name: &str, marked: &str| {
        let params = HoverParams {
            text_document_position_params: editor.at(name, marked),
            work_done_progress_params: WorkDoneProgressParams::default(),
        };
        match editor.ask::<HoverRequest>(params).unwrap().contents {
            HoverContents::Markup(markup) => {
                assert_eq!(markup.kind, MarkupKind::PlainText);
                for sign in ["```", "`server`", "`version`", "---", "**`"] {
                    assert!(!markup.value.contains(sign), "{sign} in {}", markup.value);
                }
                markup.value
            }
            other => panic!("{other:?}"),
        }
    };
    let text = told(SITE, "version=\"3.3|.1\"");
    assert!(text.contains("version 3.3.1, defined in topology.kdl:10"), "{text}");
    assert!(text.contains(ROOT.lines().nth(9).unwrap()), "{text}");
    let text = told(SITE, "    ser|ver {");
    assert!(text.starts_with("server\n\n"), "{text}");
    assert!(text.contains("- Deployment jobmon-server, wave"), "{text}");
    // What looks like Markdown between two "`" is none.
    let text = told("topology.kdl", "incl|ude");
    assert!(text.contains("** for any folders"), "{text}");
}
