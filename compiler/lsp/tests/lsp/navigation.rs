//! From a name to its definition, and to where it is used.

use lsp_types::request::GotoDefinition;
use lsp_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, PartialResultParams,
    WorkDoneProgressParams,
};

use crate::editor::{Editor, slice};
use crate::{FILES, ROOT, SITE as SITE_TEXT};

const SITE: &str = "sites/prod.kdl";

/// Files and lines from 1.
fn told(editor: &Editor, places: &[Location]) -> Vec<String> {
    let folder = editor.uri("");
    places
        .iter()
        .map(|place| {
            let name = place.uri.as_str().strip_prefix(folder.as_str()).unwrap();
            let text = if name == SITE { SITE_TEXT } else { ROOT };
            format!("{name}:{} {}", place.range.start.line + 1, slice(text, place.range))
        })
        .collect()
}

fn definition(editor: &mut Editor, name: &str, marked: &str) -> Vec<String> {
    let params = GotoDefinitionParams {
        text_document_position_params: editor.at(name, marked),
        work_done_progress_params: WorkDoneProgressParams::default(),
        partial_result_params: PartialResultParams::default(),
    };
    let places = match editor.ask::<GotoDefinition>(params) {
        None => Vec::new(),
        Some(GotoDefinitionResponse::Scalar(place)) => vec![place],
        Some(GotoDefinitionResponse::Array(places)) => places,
        Some(other) => panic!("{other:?}"),
    };
    told(editor, &places)
}

#[test]
fn definitions_in_other_files() {
    let mut editor = Editor::new(&FILES);
    editor.open(SITE);
    editor.open("topology.kdl");
    let mut of = |name: &str, marked: &str| definition(&mut editor, name, marked);
    assert_eq!(of(SITE, "version=\"3|.3.1\""), ["topology.kdl:10 3.3.1"]);
    assert_eq!(of(SITE, "database=\"|prod\""), ["topology.kdl:9 prod"]);
    assert_eq!(of(SITE, "secret=\"prod-db|\""), ["topology.kdl:8 prod-db"]);
    assert_eq!(of(SITE, "key=\"DB_|PASS\""), ["topology.kdl:8 DB_PASS"]);
    assert_eq!(of(SITE, "connect \"my|sql\""), ["topology.kdl:7 mysql"]);
    assert_eq!(of(SITE, "connect \"ser|ver\""), ["sites/prod.kdl:2 server"]);
    assert_eq!(of(SITE, "middleware=\"sl|im\""), ["sites/prod.kdl:6 slim"]);
    assert_eq!(of("topology.kdl", "namespace=\"job|mon-prod\""), ["sites/prod.kdl:1 jobmon-prod"]);
    assert_eq!(of("topology.kdl", "include \"si|tes"), ["sites/prod.kdl:1 "]);
    assert_eq!(of("topology.kdl", "host=\"db.|example"), [""; 0]);
}
