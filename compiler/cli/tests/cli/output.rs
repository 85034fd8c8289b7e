//! `jtc compile -o DIR`: whose files may be replaced, and when.

use std::fs;

use crate::run::{Folder, SMALL};

const COMPILE: [&str; 4] = ["compile", "topology.kdl", "-o", "out"];

/// What nothing may have touched.
#[track_caller]
fn assert_only(folder: &Folder, names: &[&str]) {
    let mut tops: Vec<String> = folder
        .tree("")
        .into_iter()
        .filter(|path| path.trim_end_matches('/').split('/').count() == 1)
        .collect();
    tops.sort();
    assert_eq!(tops, names);
}

#[test]
fn one_file_an_object() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0).prints_nothing().says("wrote ").says(" to `out`");
    let stream = folder.jtc(&["compile", "topology.kdl"]).code(0).stdout;
    let files = folder.tree("out");
    let texts: Vec<String> = files
        .iter()
        .filter(|file| file.starts_with("wave-") && !file.ends_with('/'))
        .map(|file| folder.read(&format!("out/{file}")))
        .collect();
    let mut documents: Vec<&str> =
        stream.split("---\n").filter(|document| !document.is_empty()).collect();
    let mut written: Vec<&str> = texts.iter().map(String::as_str).collect();
    documents.sort_unstable();
    written.sort_unstable();
    assert_eq!(written, documents);
    assert!(files.contains(&"wave-00/namespace_tools.yaml".to_owned()), "{files:?}");
    assert!(files.iter().any(|file| file.ends_with("/deployment_tools_clock.yaml")), "{files:?}");
    assert_only(&folder, &["out/", "topology.kdl"]);
    folder
        .jtc(&["compile", "topology.kdl", "-o", "out", "--quiet"])
        .code(0)
        .prints_nothing()
        .says_nothing();
}

#[test]
fn its_own_output_is_replaced_exactly() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    let before = folder.tree("out");
    folder.write("topology.kdl", SMALL.replace("clock", "watch"));
    folder.jtc(&COMPILE).code(0);
    let after = folder.tree("out");
    assert_ne!(before, after);
    assert!(!after.iter().any(|file| file.contains("clock")), "{after:?}");
    folder.write("topology.kdl", SMALL);
    folder.jtc(&COMPILE).code(0);
    assert_eq!(folder.tree("out"), before);
    assert_only(&folder, &["out/", "topology.kdl"]);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::small();
    let stream = folder.jtc(&["compile", "topology.kdl"]).code(0).stdout;
    let dash = folder.jtc(&["compile", "topology.kdl", "-o", "-"]).code(0).stdout;
    assert_eq!(dash, stream);
    let list = folder.jtc(&["compile", "topology.kdl", "--format", "json", "-o", "-"]).code(0);
    assert!(list.stdout.starts_with('{'));
    assert_only(&folder, &["topology.kdl"]);
}

/// What a run that was ended from outside left beside the output.
#[test]
fn what_an_ended_run_left_is_removed() {
    let folder = Folder::small().with(".out.jtc-abc123/lock", "").with(".out.jtc-abc123/new/a", "");
    folder.jtc(&COMPILE).code(0);
    assert_only(&folder, &["out/", "topology.kdl"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let folder = Folder::small();
    fs::create_dir(folder.path("out")).unwrap();
    folder.jtc(&COMPILE).code(0);
    assert!(folder.path("out/.jtc-output").exists());
}

#[test]
fn errors_leave_the_old_output() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    let before = folder.tree("out");
    folder.write("topology.kdl", format!("{SMALL}namespaze \"a\"\n"));
    folder.jtc(&COMPILE).code(1);
    assert_eq!(folder.tree("out"), before);
    assert_only(&folder, &["out/", "topology.kdl"]);
}

#[test]
fn what_others_wrote_is_not_touched() {
    let folder = Folder::small().with("out/notes.txt", "mine");
    folder
        .jtc(&COMPILE)
        .code(2)
        .says("`out` is not empty, and jtc didn't write it: `notes.txt`")
        .says("hint: move that elsewhere, or name another folder");
    assert_eq!(folder.tree("out"), ["notes.txt"]);
    assert_only(&folder, &["out/", "topology.kdl"]);
}

#[test]
fn what_others_added_is_not_touched() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    folder.write("out/wave-00/mine.yaml", "mine");
    fs::create_dir(folder.path("out/kept")).unwrap();
    let before = folder.tree("out");
    folder
        .jtc(&COMPILE)
        .code(2)
        .says("`out` holds what jtc didn't write: `kept`, `wave-00/mine.yaml`");
    assert_eq!(folder.tree("out"), before);
}

#[test]
fn a_marker_that_jtc_did_not_write_claims_nothing() {
    let folder = Folder::small().with("out/.jtc-output", "{\"files\": [1]}").with("out/a", "");
    folder.jtc(&COMPILE).code(2).says("`out/.jtc-output` is not what jtc writes");
    assert_eq!(folder.tree("out"), [".jtc-output", "a"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_file_is_not_jtcs() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    let file = folder.path("out/wave-00/namespace_tools.yaml");
    fs::rename(&file, folder.path("elsewhere.yaml")).unwrap();
    std::os::unix::fs::symlink(folder.path("elsewhere.yaml"), &file).unwrap();
    folder
        .jtc(&COMPILE)
        .code(2)
        .says("holds what jtc didn't write: `wave-00/namespace_tools.yaml`");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_stays_a_link() {
    let folder = Folder::small();
    fs::create_dir_all(folder.path("real/place")).unwrap();
    std::os::unix::fs::symlink("real/place", folder.path("out")).unwrap();
    folder.jtc(&COMPILE).code(0);
    folder.jtc(&COMPILE).code(0);
    assert!(fs::symlink_metadata(folder.path("out")).unwrap().is_symlink());
    assert!(folder.path("real/place/.jtc-output").exists());
    assert_eq!(folder.tree("real").iter().filter(|path| !path.starts_with("place/")).count(), 0);
}

#[test]
fn a_file_is_no_folder() {
    let folder = Folder::small().with("out", "text");
    folder.jtc(&COMPILE).code(2).says("`out` is a file, and `-o` writes a folder");
    assert_eq!(folder.read("out"), "text");
    folder.jtc(&["compile", "topology.kdl", "-o", "out/in"]).code(2).says("`out` is a file");
    folder
        .jtc(&["compile", "topology.kdl", "-o", "no/in"])
        .code(2)
        .says("there is no folder `no` for `no/in`");
    assert_only(&folder, &["out", "topology.kdl"]);
}

/// The mode is looked at, so that root is told as well.
#[cfg(unix)]
#[test]
fn a_read_only_folder_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    let before = folder.tree("out");
    let mode =
        |mode| fs::set_permissions(folder.path("out"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    folder.write("topology.kdl", SMALL.replace("clock", "watch"));
    folder.jtc(&COMPILE).code(2).says("`out` is read-only");
    assert_eq!(folder.tree("out"), before);
    mode(0o750);
    folder.jtc(&COMPILE).code(0);
    let kept = fs::metadata(folder.path("out")).unwrap().permissions().mode();
    assert_eq!(kept & 0o777, 0o750);
}

#[test]
fn the_topology_is_never_replaced() {
    let folder = Folder::new().with("a/b/topology.kdl", SMALL);
    for out in ["a/b", "a", ".", "a/b/../b", "/"] {
        let run = folder.jtc(&["compile", "a/b/topology.kdl", "-o", out]).code(2);
        assert!(
            run.stderr.contains("would be replaced")
                || run.stderr.contains("root of the file system"),
            "{run:?}"
        );
    }
    fs::create_dir(folder.path("here")).unwrap();
    let mut command = folder.command(&["compile", "../a/b/topology.kdl", "-o", "."]);
    command.current_dir(folder.path("here"));
    Folder::run(command, b"").code(2).says("`.` holds the current folder");
    assert_only(&folder, &["a/", "here/"]);
}

/// The system refuses to write more than this much of a file, as it does when
/// a disk is full: the program gets an error in the middle of its output.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_the_old_output() {
    let folder = Folder::small();
    folder.jtc(&COMPILE).code(0);
    let before = folder.tree("out");
    let more = format!(
        "{SMALL}namespace \"big\" {{\n    workload \"big\" image=\"registry.example.org/a:1\" {{\n        config-file \"/etc/big\" \"{}\"\n    }}\n}}\n",
        "x".repeat(100_000)
    );
    folder.write("topology.kdl", more);
    let limited = |out: &str| {
        let mut command = std::process::Command::new("sh");
        let script =
            format!("trap '' XFSZ; ulimit -f 40; exec \"$0\" compile topology.kdl -o {out}");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_jtc")]).current_dir(folder.path(""));
        Folder::run(command, b"")
    };
    limited("out")
        .code(2)
        .says("`out` can't be written: file too large; its old content is unchanged");
    assert_eq!(folder.tree("out"), before);
    limited("new").code(2).says("`new` can't be written: file too large; nothing was left behind");
    assert_only(&folder, &["out/", "topology.kdl"]);
    folder.jtc(&COMPILE).code(0);
    assert_ne!(folder.tree("out"), before);
}
