//! References, and names that are changed in all files.

use lsp_types::request::{DocumentHighlightRequest, References, Rename};
use lsp_types::{
    DocumentChanges, DocumentHighlightParams, Location, OneOf, PartialResultParams,
    ReferenceContext, ReferenceParams, RenameParams, TextEdit, WorkDoneProgressParams,
    WorkspaceEdit,
};
use serde_json::json;

use crate::editor::{Editor, apply, slice};
use crate::{FILES, ROOT, SITE as SITE_TEXT};

const SITE: &str = "sites/prod.kdl";

fn references(editor: &mut Editor, name: &str, marked: &str) -> Vec<String> {
    let params = ReferenceParams {
        text_document_position: editor.at(name, marked),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
        context: ReferenceContext { include_declaration: true },
    };
    let places: Vec<Location> = editor.ask::<References>(params).unwrap_or_default();
    let folder = editor.uri("");
    let mut told: Vec<String> = places
        .iter()
        .map(|place| {
            let name = place.uri.as_str().strip_prefix(folder.as_str()).unwrap();
            let text = if name == SITE { SITE_TEXT } else { ROOT };
            format!("{name}:{} {}", place.range.start.line + 1, slice(text, place.range))
        })
        .collect();
    told.sort();
    told
}

/// The edits of each file, by its name.
pub(crate) fn edits(editor: &Editor, edit: WorkspaceEdit) -> Vec<(String, Vec<TextEdit>)> {
    let folder = editor.uri("");
    let Some(DocumentChanges::Edits(edits)) = edit.document_changes else { panic!("{edit:?}") };
    edits
        .into_iter()
        .map(|edit| {
            let uri = edit.text_document.uri;
            let name = uri.as_str().strip_prefix(folder.as_str()).unwrap().to_owned();
            let edits = edit.edits.into_iter().map(|edit| match edit {
                OneOf::Left(edit) => edit,
                OneOf::Right(other) => panic!("{other:?}"),
            });
            (name, edits.collect())
        })
        .collect()
}

/// The edits of a rename.
fn renamed(
    editor: &mut Editor,
    name: &str,
    marked: &str,
    new: &str,
) -> Vec<(String, Vec<TextEdit>)> {
    let params = RenameParams {
        text_document_position: editor.at(name, marked),
        new_name: new.to_owned(),
        work_done_progress_params: WorkDoneProgressParams::default(),
    };
    let edit = editor.ask::<Rename>(params).unwrap();
    edits(editor, edit)
}

/// What both files say after a rename.
fn rename(editor: &mut Editor, name: &str, marked: &str, new: &str) -> (String, String) {
    let (mut root, mut site) = (ROOT.to_owned(), SITE_TEXT.to_owned());
    for (name, edits) in renamed(editor, name, marked, new) {
        let text = if name == SITE { &mut site } else { &mut root };
        *text = apply(text, &edits);
    }
    (root, site)
}

#[test]
fn references_of_both_files() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    assert_eq!(
        references(&mut editor, SITE, "\"jobmon-|prod\""),
        ["sites/prod.kdl:1 jobmon-prod", "topology.kdl:14 jobmon-prod"]
    );
    assert_eq!(
        references(&mut editor, SITE, "key=\"DB|_PASS\""),
        ["sites/prod.kdl:9 DB_PASS", "topology.kdl:8 DB_PASS"]
    );
    let params = DocumentHighlightParams {
        text_document_position_params: editor.at(SITE, "connect \"ser|ver\""),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let found = editor.ask::<DocumentHighlightRequest>(params).unwrap();
    let lines: Vec<u32> = found.iter().map(|it| it.range.start.line + 1).collect();
    assert_eq!(lines, [2, 7, 10]);
}

#[test]
fn a_new_name_stands_wherever_the_old_one_did_and_the_topology_is_sound() {
    for (name, marked, new) in [
        (SITE, "\"jobmon-|prod\"", "jobmon-live"),
        (SITE, "version=\"3.3|.1\"", "3.3.2"),
        (SITE, "key=\"DB|_PASS\"", "DB_PASS2"),
        (SITE, "secret=\"prod|-db\"", "live-db"),
        (SITE, "middleware \"sl|im\"", "small"),
        (SITE, "connect \"mys|ql\"", "mariadb"),
        ("topology.kdl", "database \"pr|od\"", "live"),
    ] {
        let mut editor = Editor::new(&FILES);
        editor.open(SITE);
        editor.open("topology.kdl");
        let (root, site) = rename(&mut editor, name, marked, new);
        assert!(root.contains(new) || site.contains(new), "{new}");
        editor.replace("topology.kdl", &root);
        editor.replace(SITE, &site);
        // A key of a database can't have another name than Jobmon wants.
        if new != "DB_PASS2" {
            // The image of a version keeps its tag, which is told.
            let told: &[&str] = if new == "3.3.2" { &["J0822:10"] } else { &[] };
            assert_eq!(editor.codes("topology.kdl"), told, "{new}\n{root}");
        }
        assert_eq!(editor.codes(SITE), [""; 0], "{new}\n{site}");
    }
}

#[test]
fn a_namespace_is_renamed_in_targets_too() {
    let other =
        "namespace \"tools\" { workload \"w\" image=\"i:1\" { connect \"jobmon-prod/server\"; }; }";
    let mut editor = Editor::new(&FILES);
    editor.write("sites/tools.kdl", other);
    editor.open(SITE);
    let params = RenameParams {
        text_document_position: editor.at(SITE, "\"jobmon-|prod\""),
        new_name: "live".to_owned(),
        work_done_progress_params: WorkDoneProgressParams::default(),
    };
    let edit = editor.ask::<Rename>(params).unwrap();
    let found = edits(&editor, edit);
    let (_, edits) = found.iter().find(|(name, _)| name == "sites/tools.kdl").unwrap();
    assert_eq!(apply(other, edits), other.replace("jobmon-prod/", "live/"));
}

#[test]
fn a_name_that_stands_without_quotes_gets_them_when_it_needs_them() {
    let text = "edition 1\ncluster c { kubernetes \"1.34\"; }\nversion v3 { image \"i:1\"; }\n";
    let text = text
        .replace("version v3", "external mysql host=\"a.example\" port=1\nsecret s { keys A; }\n")
        .replace("{ image \"i:1\"; }", "");
    let mut editor = Editor::new(&[("a.kdl", &text)]);
    editor.open("a.kdl");
    for (new, written) in [("db", "external db "), ("1st", "external \"1st\" ")] {
        let params = RenameParams {
            text_document_position: editor.at("a.kdl", "external my|sql"),
            new_name: new.to_owned(),
            work_done_progress_params: WorkDoneProgressParams::default(),
        };
        let edit = editor.ask::<Rename>(params).unwrap();
        let (_, edits) = edits(&editor, edit).remove(0);
        assert!(apply(&text, &edits).contains(written), "{new}");
    }
}

#[test]
fn a_name_with_quotes_and_backslashes_is_escaped_at_each_place() {
    let text = ROOT
        .replace("database \"prod\"", "database #\"prod\"#")
        .replace("external \"mysql\"", "external mysql");
    let site = SITE_TEXT.replace("database=\"prod\"", "database=\"pro\\u{64}\"");
    for (marked, new) in [
        ("database #\"pr|od\"#", "a\"b\\c"),
        ("database #\"pr|od\"#", "b\\"),
        ("database #\"pr|od\"#", "a\u{202e}b"),
        ("external my|sql", "a\"#b"),
        ("external my|sql", "a\u{200f}"),
    ] {
        let mut editor = Editor::new(&[("topology.kdl", &text), (SITE, &site)]);
        editor.open(SITE);
        editor.open("topology.kdl");
        for (name, edits) in renamed(&mut editor, "topology.kdl", marked, new) {
            let text = apply(editor.text(&name), &edits);
            editor.replace(&name, &text);
        }
        assert_eq!(editor.codes("topology.kdl"), [""; 0], "{new}");
        assert_eq!(editor.codes(SITE), [""; 0], "{new}\n{}", editor.text(SITE));
    }
}

#[test]
fn what_can_not_be_renamed_says_why() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    let mut refused = |marked: &str, new: &str| {
        let at = editor.at(SITE, marked);
        let params = json!({
            "textDocument": at.text_document, "position": at.position, "newName": new,
        });
        editor.send("textDocument/rename", &params).unwrap_err().message
    };
    assert!(refused("    ser|ver {", "x").contains("is a component"));
    assert!(refused("\"jobmon-|prod\"", "A b").contains("can't be"));
    for bad in ["a\"b", "a\\b", "a\nb", ""] {
        assert!(refused("\"jobmon-|prod\"", bad).contains("can't be"), "{bad:?}");
        assert!(refused("secret=\"prod|-db\"", bad).contains("can't be"), "{bad:?}");
    }
    for bad in ["a\nb", "a\u{1b}b", "a b", "a/b", ""] {
        assert!(refused("database=\"pr|od\"", bad).contains("can't be"), "{bad:?}");
        assert!(refused("connect \"mys|ql\"", bad).contains("can't be"), "{bad:?}");
    }
    assert!(refused("workload \"rep|ort\"", "server").contains("already"));
    assert!(refused("entrypoint=\"w|eb\"", "x").contains("is not defined"));
    assert!(refused("repl|icas", "x").contains("no name here"));
    let at = editor.at(SITE, "workload \"rep|ort\"");
    let prepared = editor.send("textDocument/prepareRename", &at).unwrap();
    assert_eq!(prepared["placeholder"], "report");
}
