//! Diagnostics as one types.

use lsp_types::{DiagnosticSeverity, DiagnosticTag};
use serde_json::json;

use crate::editor::{Editor, capabilities, slice};
use crate::{FILES, ROOT, SITE};

#[test]
fn a_sound_topology_has_none() {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    assert_eq!(editor.codes("topology.kdl"), [""; 0]);
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
}

#[test]
fn an_include_shows_its_errors_where_they_are() {
    let mut editor = Editor::new(&FILES);
    editor.write("sites/prod.kdl", &SITE.replace("replicas 2", "replicsa 2"));
    editor.open("topology.kdl");
    assert_eq!(editor.codes("topology.kdl"), [""; 0]);
    assert_eq!(editor.codes("sites/prod.kdl"), ["J0201:3"]);
    let found = editor.diagnostics("sites/prod.kdl").remove(0);
    assert_eq!(found.severity, Some(DiagnosticSeverity::ERROR));
    assert_eq!(slice(&SITE.replace("replicas", "replicsa"), found.range), "replicsa");
    let page = found.code_description.unwrap().href;
    assert_eq!(page.as_str(), "jtc:/diagnostics/J0201.md");
}

#[test]
fn a_file_that_is_opened_alone_belongs_to_who_includes_it() {
    let mut editor = Editor::new(&FILES);
    editor.open("sites/prod.kdl");
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    editor.replace("sites/prod.kdl", &SITE.replace("database=\"prod\"", "database=\"pord\""));
    assert_eq!(editor.codes("sites/prod.kdl")[0], "J0301:1");
    editor.replace("sites/prod.kdl", SITE);
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
}

#[test]
fn unsaved_text_counts_in_all_files() {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    editor.open("sites/prod.kdl");
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    // What one document takes away is missed in the other.
    editor.replace("topology.kdl", &ROOT.replace("DB_PASS", "DB_PASSWORD"));
    let missed = editor.codes("sites/prod.kdl").into_iter().chain(editor.codes("topology.kdl"));
    assert!(missed.into_iter().any(|code| code.starts_with("J0305:")));
    editor.replace("topology.kdl", ROOT);
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    // A document that isn't saved at all is part of the pattern.
    editor.open_with("sites/new.kdl", "namespace \"new\" { oops; }\n");
    assert_eq!(editor.codes("sites/new.kdl"), ["J0201:1"]);
    editor.close("sites/new.kdl");
    assert_eq!(editor.codes("sites/new.kdl"), [""; 0]);
}

#[test]
fn related_places_name_their_role_in_other_files_too() {
    let mut editor = Editor::new(&FILES);
    editor.open("topology.kdl");
    let twice = format!("{ROOT}namespace \"jobmon-prod\" {{ labels a=\"b\"; }}\n");
    editor.replace("topology.kdl", &twice);
    let found = editor.diagnostics("topology.kdl").remove(0);
    let related = found.related_information.unwrap();
    assert_eq!(related[0].location.uri, editor.uri("sites/prod.kdl"));
    assert!(!related[0].message.is_empty());
}

#[test]
fn a_lonely_file_is_checked_by_itself_and_says_so() {
    let mut editor = Editor::new(&[("lonely.kdl", "secret \"a\" { keys B; }\n")]);
    editor.open("lonely.kdl");
    assert_eq!(editor.codes("lonely.kdl"), ["J0205:1", "J0205:1"]);
    let hints = editor.all("lonely.kdl");
    assert!(hints.iter().any(|it| it.severity == Some(DiagnosticSeverity::HINT)));
    editor.replace("lonely.kdl", "edition 1\ncluster \"x\" { kubernetes \"1.34\"; }\n");
    assert_eq!(editor.codes("lonely.kdl"), [""; 0]);
    assert!(editor.all("lonely.kdl").is_empty());
}

/// Where an edition comes and goes, nothing is left from before.
#[test]
fn a_part_that_was_a_topology_for_a_moment_is_a_part_again() {
    let mut editor = Editor::new(&FILES);
    editor.open("sites/prod.kdl");
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    editor.replace("sites/prod.kdl", &format!("edition 1\n{SITE}"));
    assert_ne!(editor.codes("sites/prod.kdl"), [""; 0]);
    editor.replace("sites/prod.kdl", SITE);
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    // The same when it was one from the start.
    editor.close("sites/prod.kdl");
    editor.open_with("sites/prod.kdl", &format!("edition 1\n{SITE}"));
    assert_ne!(editor.codes("sites/prod.kdl"), [""; 0]);
    editor.replace("sites/prod.kdl", SITE);
    assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
    assert!(editor.all("sites/prod.kdl").is_empty());
}

#[test]
fn a_file_that_another_lonely_one_includes_is_its_part() {
    // Of either name.
    for (root, part) in [("a.kdl", "b.kdl"), ("b.kdl", "a.kdl")] {
        let text = format!("cluster \"x\" {{ kubernetes \"1.34\"; }}\ninclude \"{part}\"\n");
        let secret = "secret \"a\" { keys B; }\n";
        let mut editor = Editor::new(&[(root, &text), (part, secret)]);
        editor.open(part);
        editor.open(root);
        let lonely = |editor: &mut Editor, path: &str| {
            editor.codes(path);
            editor.all(path).iter().any(|it| it.severity == Some(DiagnosticSeverity::HINT))
        };
        assert!(lonely(&mut editor, root), "{root}");
        assert!(!lonely(&mut editor, part), "{part}");
        // Each its own again.
        editor.replace(root, "cluster \"x\" { kubernetes \"1.34\"; }\n");
        assert!(lonely(&mut editor, root) && lonely(&mut editor, part), "{part}");
    }
}

#[test]
fn a_file_of_two_topologies_has_the_mistakes_of_both() {
    let root = |version: &str| {
        format!(
            "edition 1\ncluster \"x\" {{ kubernetes \"1.34\"; }}\nversion \"{version}\" {{ image \"i:1\"; }}\n\
             include \"part.kdl\"\n"
        )
    };
    let part = "namespace \"n\" version=\"3.3.1\" database=\"d\"\noops\n";
    let mut editor =
        Editor::new(&[("a.kdl", &root("3.3.1")), ("b.kdl", &root("3.6.0")), ("part.kdl", part)]);
    editor.open("part.kdl");
    let codes = editor.codes("part.kdl");
    assert_eq!(codes.iter().filter(|code| *code == "J0201:2").count(), 1, "{codes:?}");
    let found = editor.diagnostics("part.kdl");
    let unknown = found.iter().filter(|it| it.message.contains("no version"));
    assert_eq!(unknown.count(), 1, "{found:#?}");
}

#[test]
fn changes_on_disk_are_noticed() {
    for watches in [true, false] {
        let mut editor = Editor::raw(&FILES);
        let mut can = capabilities();
        can["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] = json!(watches);
        editor.initialize(&can);
        editor.open("topology.kdl");
        assert_eq!(editor.codes("sites/prod.kdl"), [""; 0]);
        let registered = editor.heard.iter().any(|(it, _)| it == "client/registerCapability");
        assert_eq!(registered, watches);
        editor.write("sites/prod.kdl", &SITE.replace("compress", "compres"));
        editor.write("sites/second.kdl", "oops\n");
        if watches {
            editor.changed("sites/prod.kdl");
        }
        editor.wait("sites/prod.kdl", &["J0201"]);
        editor.wait("sites/second.kdl", &["J0201"]);
    }
}

#[test]
fn a_file_of_any_kind_is_noticed() {
    for watches in [true, false] {
        let site = SITE.replace(
            "connect \"mysql\"",
            "config-file \"/etc/a.toml\" from=\"a.toml\"; connect \"mysql\"",
        );
        let mut editor = Editor::raw(&[("topology.kdl", ROOT), ("sites/prod.kdl", &site)]);
        let mut can = capabilities();
        can["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] = json!(watches);
        editor.initialize(&can);
        editor.open("topology.kdl");
        editor.wait("sites/prod.kdl", &["J0114"]);
        let asked = editor.heard.iter().find(|(it, _)| it == "client/registerCapability");
        let pattern = asked.map(|(_, params)| {
            params["registrations"][0]["registerOptions"]["watchers"][0]["globPattern"].clone()
        });
        assert_eq!(pattern, watches.then(|| json!("**/*")));
        editor.write("sites/a.toml", "a = 1\n");
        if watches {
            editor.changed("sites/a.toml");
        }
        editor.wait("sites/prod.kdl", &[]);
    }
}

#[test]
fn what_may_as_well_go_is_tagged() {
    let reapers = "    reaper \"3.3.1\" namespace=\"jobmon-prod\"\n";
    let twice = ROOT
        .replace("include \"sites/*.kdl\"", "include \"sites/*.kdl\"\ninclude \"sites/prod.kdl\"");
    assert!(twice.contains(reapers));
    let mut editor = Editor::new(&FILES);
    editor.open_with("topology.kdl", &twice);
    let found = editor.diagnostics("topology.kdl").remove(0);
    assert_eq!(found.tags, Some(vec![DiagnosticTag::UNNECESSARY]));
}

#[test]
fn columns_count_what_was_agreed() {
    let text = "edition 1\ncluster \"é€😀\" { kubernetes \"1.34\"; }; \"é€😀\"\r\n";
    let bytes = text.find("}; ").unwrap() + 3 - "edition 1\n".len();
    let expected = [("utf-8", bytes), ("utf-16", bytes - 5), ("utf-32", bytes - 6)];
    for (encoding, column) in expected {
        let mut editor = Editor::raw(&[("a.kdl", text)]);
        let mut can = capabilities();
        can["general"]["positionEncodings"] = json!([encoding, "utf-16"]);
        let answer = editor.initialize(&can);
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        editor.open("a.kdl");
        let found = editor.diagnostics("a.kdl").remove(0);
        assert_eq!(found.range.start.character as usize, column, "{encoding}");
    }
}

#[test]
fn a_request_right_after_a_change_takes_no_diagnostics_away() {
    let mut editor =
        Editor::new(&[("a.kdl", "edition 1\ncluster \"x\" { kubernetes \"1.34\"; }\n")]);
    editor.open("a.kdl");
    assert!(editor.diagnostics("a.kdl").is_empty());
    for _ in 0..20 {
        let right = editor.text("a.kdl").to_owned();
        editor.replace("a.kdl", &format!("{right}nonsense\n"));
        // Whatever the answer is: the server has looked at the text for it.
        let _ = editor.send("jtc/explain", &json!({ "what": "route" }));
        assert_eq!(editor.codes("a.kdl"), ["J0201:3"]);
        editor.replace("a.kdl", &right);
        let _ = editor.send("jtc/explain", &json!({ "what": "route" }));
        assert!(editor.diagnostics("a.kdl").is_empty());
    }
}
