//! Repairs, and that all of them together are what the compiler would do.

use lsp_types::request::CodeActionRequest;
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    PartialResultParams, Position, Range, WorkDoneProgressParams,
};

use crate::editor::{Editor, apply};
use crate::rename::edits;

fn actions(editor: &mut Editor, only: Option<&str>, range: Range) -> Vec<CodeAction> {
    let params = CodeActionParams {
        text_document: editor.document("a.kdl"),
        range,
        context: CodeActionContext {
            diagnostics: Vec::new(),
            only: only.map(|kind| vec![CodeActionKind::from(kind.to_owned())]),
            trigger_kind: None,
        },
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let found = editor.ask::<CodeActionRequest>(params).unwrap_or_default();
    found
        .into_iter()
        .map(|action| match action {
            CodeActionOrCommand::CodeAction(action) => action,
            CodeActionOrCommand::Command(command) => panic!("{command:?}"),
        })
        .collect()
}

fn all() -> Range {
    Range { start: Position { line: 0, character: 0 }, end: Position { line: 1000, character: 0 } }
}

const BROKEN: &str = "edition 1
cluster \"x\" { kuberntes \"1.34\"; network-policies true; }
secret \"a\" { keys \"B\" }
namepsace \"n\" { labels a=\"b\"; }
";

const MENDED: &str = "edition 1
cluster \"x\" { kubernetes \"1.34\"; network-policies #true; }
secret \"a\" { keys \"B\" }
namespace \"n\" { labels a=\"b\"; }
";

#[test]
fn each_repair_is_offered_where_the_mistake_is() {
    let mut editor = Editor::new(&[("a.kdl", BROKEN)]);
    editor.open("a.kdl");
    let wrong = editor.diagnostics("a.kdl");
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    for diagnostic in wrong {
        let found = actions(&mut editor, None, diagnostic.range);
        let fixed: Vec<_> = found.iter().filter_map(|it| it.diagnostics.as_ref()).collect();
        assert_eq!(fixed, [&vec![diagnostic]]);
    }
    let start = Range { start: all().start, end: all().start };
    assert_eq!(actions(&mut editor, None, start), []);
}

#[test]
fn all_repairs_at_once() {
    let mut editor = Editor::new(&[("a.kdl", BROKEN)]);
    editor.open("a.kdl");
    for only in ["source.fixAll.jtc", "source.fixAll", "source"] {
        let found = actions(&mut editor, Some(only), all());
        let [action] = found.as_slice() else { panic!("{found:?}") };
        let edits = edits(&editor, action.edit.clone().unwrap());
        assert_eq!(apply(BROKEN, &edits[0].1), MENDED);
    }
    assert_eq!(actions(&mut editor, Some("refactor"), all()), []);
    editor.replace("a.kdl", MENDED);
    assert_eq!(editor.codes("a.kdl"), [""; 0]);
    assert_eq!(actions(&mut editor, Some("source"), all()), []);
}
