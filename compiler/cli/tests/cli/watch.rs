//! `--watch`: real files, saved as editors save them.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::run::{Folder, SMALL};

/// A run that goes on, and what it has said so far.
struct Watching {
    child: Child,
    said: Arc<Mutex<String>>,
    printed: Arc<Mutex<String>>,
    /// What has been looked at.
    seen: usize,
}

impl Watching {
    fn start(folder: &Folder, args: &[&str]) -> Self {
        let mut command = folder.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = collect(child.stderr.take().unwrap());
        let printed = collect(child.stdout.take().unwrap());
        Self { child, said, printed, seen: 0 }
    }

    /// Waits until a run is over, and answers what it said.
    #[track_caller]
    fn run(&mut self) -> String {
        self.until("Ctrl-C ends\n")
    }

    #[track_caller]
    fn until(&mut self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let said = self.said.lock().unwrap().clone();
            if let Some(at) = said[self.seen..].find(text) {
                let end = self.seen + at + text.len();
                let part = said[self.seen..end].to_owned();
                self.seen = end;
                return part;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "no {text:?} in:\n{said}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Says nothing more for a while.
    #[track_caller]
    fn is_silent(&self) {
        std::thread::sleep(Duration::from_millis(1200));
        let said = self.said.lock().unwrap();
        assert_eq!(&said[self.seen..], "", "after:\n{}", &said[..self.seen]);
    }

    /// Ends it as Ctrl-C does.
    #[track_caller]
    fn end(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{}", self.said.lock().unwrap());
        let printed = self.printed.lock().unwrap();
        printed.clone()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a stream to its end on a thread of its own.
fn collect(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&text);
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
            shared.lock().unwrap().push_str(&line);
            line.clear();
        }
    });
    text
}

/// Saves as many editors do: another file is put in the place of the old one.
fn save_by_rename(folder: &Folder, path: &str, content: &str) {
    let beside = format!("{path}.tmp~");
    folder.write(&beside, content);
    fs::rename(folder.path(&beside), folder.path(path)).unwrap();
}

fn wrong() -> String {
    SMALL.replace("workload", "wrokload")
}

#[test]
fn errors_come_and_go_as_files_are_saved() {
    let folder = Folder::small();
    let mut watching = Watching::start(&folder, &["check", "--watch", "topology.kdl"]);
    let first = watching.run();
    assert!(first.contains("watching 1 file;") && !first.contains("error"), "{first}");
    folder.write("topology.kdl", wrong());
    assert!(watching.run().contains("error[J0201]"));
    save_by_rename(&folder, "topology.kdl", SMALL);
    assert!(!watching.run().contains("error"));
    // By renaming it away first, as some do, and again by renaming.
    fs::rename(folder.path("topology.kdl"), folder.path("topology.kdl~")).unwrap();
    folder.write("topology.kdl", wrong());
    assert!(watching.run().contains("error[J0201]"));
    save_by_rename(&folder, "topology.kdl", SMALL);
    assert!(!watching.run().contains("error"));
    let printed = watching.end();
    assert_eq!(printed.matches("1 namespace, ").count(), 3, "{printed}");
}

#[test]
fn what_is_saved_unchanged_or_does_not_matter_is_no_change() {
    let folder = Folder::small();
    let mut watching = Watching::start(&folder, &["check", "--watch", "topology.kdl"]);
    watching.run();
    save_by_rename(&folder, "topology.kdl", SMALL);
    folder.write("topology.kdl", SMALL);
    folder.write("notes.txt", "other");
    fs::read(folder.path("topology.kdl")).unwrap();
    watching.is_silent();
    folder.write("topology.kdl", wrong());
    watching.run();
    watching.end();
}

const PARTS: &str = "include \"parts/*.kdl\"\n\
    namespace \"more\" {\n    manifest \"objects/**/*.yaml\"\n    workload \"w\" image=\"example/w:1\" {\n        \
    config-file \"/etc/w\" from=\"w.conf\"\n        \
    resources { requests cpu=\"1\" memory=\"1Gi\"; limits cpu=\"1\" memory=\"1Gi\"; }\n    }\n}\n";

#[test]
fn includes_manifests_and_files_with_content_count_and_new_ones_too() {
    let folder = Folder::new()
        .with("topology.kdl", format!("{SMALL}{PARTS}"))
        .with("parts/a.kdl", "external \"a\" host=\"a.example.org\" port=1\n")
        .with("objects/deep/one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n")
        .with("w.conf", "a");
    let args = ["compile", "--watch", "topology.kdl", "-o", "out"];
    let mut watching = Watching::start(&folder, &args);
    let first = watching.run();
    assert!(first.contains("wrote ") && first.contains("watching 4 files;"), "{first}");
    folder.write("w.conf", "changed content");
    watching.run();
    let all = |text: &str| {
        folder
            .tree("out")
            .iter()
            .filter(|file| file.contains(".yaml"))
            .any(|file| folder.read(&format!("out/{file}")).contains(text))
    };
    assert!(all("changed content"));

    // A new file that a pattern matches, in a new folder.
    let two = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: two\n";
    folder.write("objects/deeper/still/two.yaml", two);
    watching.run();
    assert!(all("name: two"));
    fs::remove_file(folder.path("objects/deeper/still/two.yaml")).unwrap();
    watching.run();
    assert!(!all("name: two"));

    // A mistake in a new include: the old output stays.
    let before = folder.tree("out");
    folder.write("parts/b.kdl", "namespaze \"b\"\n");
    let said = watching.run();
    assert!(said.contains("parts/b.kdl:1:1") && said.contains("`out` keeps its old content"));
    assert_eq!(folder.tree("out"), before);
    save_by_rename(&folder, "parts/b.kdl", "namespace \"b\"\n");
    assert!(watching.run().contains("wrote "));
    assert!(all("name: b"));
    watching.end();
}

/// Its own output lies where a pattern looks.
#[test]
fn what_it_writes_itself_is_no_change() {
    let topology = format!("{SMALL}namespace \"more\" {{ manifest \"**/*.yaml\"; }}\n");
    let folder = Folder::new()
        .with("topology.kdl", &topology)
        .with("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n");
    let args = ["compile", "--watch", "topology.kdl", "-o", "out"];
    let mut watching = Watching::start(&folder, &args);
    watching.run();
    watching.is_silent();
    folder.write("topology.kdl", topology.replace("clock", "watch"));
    watching.run();
    watching.is_silent();
    watching.end();
}

#[test]
fn a_root_file_that_vanishes_is_waited_for() {
    let folder = Folder::small();
    let mut watching = Watching::start(&folder, &["check", "--watch", "topology.kdl"]);
    watching.run();
    // For a moment: nobody hears of it.
    fs::remove_file(folder.path("topology.kdl")).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    folder.write("topology.kdl", SMALL);
    watching.is_silent();
    // For longer.
    fs::remove_file(folder.path("topology.kdl")).unwrap();
    watching.until("`topology.kdl` is gone; waiting for it\n");
    folder.write("topology.kdl", wrong());
    assert!(watching.run().contains("error[J0201]"));
    folder.write("topology.kdl", SMALL);
    watching.run();
    watching.end();
}

#[test]
fn a_folder_of_includes_may_be_replaced() {
    let folder = Folder::new()
        .with("topology.kdl", format!("{SMALL}include \"parts/a.kdl\"\n"))
        .with("parts/a.kdl", "namespace \"a\"\n")
        .with("next/a.kdl", "namespaze \"a\"\n");
    let mut watching = Watching::start(&folder, &["check", "--watch", "topology.kdl"]);
    watching.run();
    fs::rename(folder.path("parts"), folder.path("old")).unwrap();
    fs::rename(folder.path("next"), folder.path("parts")).unwrap();
    assert!(watching.run().contains("parts/a.kdl:1:1"));
    // The new folder is watched like the old one.
    folder.write("parts/a.kdl", "namespace \"a\"\n");
    assert!(!watching.run().contains("error"));
    // Away for good: that is an error, until it is back.
    fs::remove_dir_all(folder.path("parts")).unwrap();
    assert!(watching.run().contains("error[J0114]"));
    folder.write("parts/a.kdl", "namespace \"a\"\n");
    assert!(!watching.run().contains("error"));
    watching.end();
}

/// What is in the way of the output, and what becomes of it, counts too.
#[test]
fn the_output_may_go_and_be_in_the_way() {
    let folder = Folder::small();
    let args = ["compile", "--watch", "topology.kdl", "-o", "out"];
    let mut watching = Watching::start(&folder, &args);
    watching.run();
    fs::create_dir(folder.path("out/foreign")).unwrap();
    watching.is_silent();
    folder.write("topology.kdl", SMALL.replace("clock", "watch"));
    let said = watching.run();
    assert!(said.contains("`out` holds what jtc didn't write: `foreign`"), "{said}");
    assert!(said.contains("watching 1 file;"), "{said}");
    // Errors are told all the same.
    folder.write("topology.kdl", wrong());
    let said = watching.run();
    assert!(said.contains("error[J0201]") && said.contains("jtc didn't write"), "{said}");
    folder.write("topology.kdl", SMALL.replace("clock", "watch"));
    watching.run();
    fs::remove_dir(folder.path("out/foreign")).unwrap();
    assert!(watching.run().contains("wrote "));
    assert!(folder.tree("out").iter().any(|file| file.contains("watch")));
    watching.is_silent();
    // Without any edit.
    fs::remove_dir_all(folder.path("out")).unwrap();
    assert!(watching.run().contains("wrote "));
    assert!(folder.path("out/.jtc-output").exists());
    watching.is_silent();
    watching.end();
}

#[test]
fn what_can_not_be_watched_is_said() {
    let folder = Folder::small();
    folder.jtc_with_input(&["check", "--watch", "-"], SMALL).code(2).says("can't be watched");
    folder.jtc(&["check", "--watch", "none.kdl"]).code(2).says("there is no file `none.kdl`");
    folder.jtc(&["check", "--watch", "--fix", "topology.kdl"]).code(2).says("--fix");
    folder.jtc(&["compile", "--watch", "topology.kdl"]).code(2).says("--output");
    folder
        .jtc(&["compile", "--watch", "topology.kdl", "-o", "-"])
        .code(2)
        .says("`--watch` writes a folder, not standard output");
    // A folder that isn't jtc's, at the start.
    folder.write("own/file", "mine");
    folder
        .jtc(&["compile", "--watch", "topology.kdl", "-o", "own"])
        .code(2)
        .says("jtc didn't write it");
}
