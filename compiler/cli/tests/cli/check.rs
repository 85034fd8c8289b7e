//! `jtc check`.

use serde_json::Value;

use crate::run::{Folder, SMALL};

#[test]
fn a_sound_topology_is_summed_up() {
    let run = Folder::small().jtc(&["check", "topology.kdl"]).code(0).says_nothing();
    assert!(run.stdout.starts_with("1 namespace, "), "{}", run.stdout);
    assert!(!run.stdout.contains("Secret"), "{}", run.stdout);
}

#[test]
fn secrets_that_must_be_there_are_listed() {
    let secret = "secret \"db\" { keys \"DB_HOST\" \"DB_PASS\" \"UNUSED\"; }\n";
    let uses = "args \"--quiet\"\n        env \"P\" secret=\"db\" key=\"DB_PASS\"\n        env \"H\" secret=\"db\" key=\"DB_HOST\"";
    let topology =
        SMALL.replace("namespace", &format!("{secret}namespace")).replace("args \"--quiet\"", uses);
    let folder = Folder::new().with("topology.kdl", topology);
    folder.jtc(&["check", "topology.kdl"]).code(0).prints("\n  tools  db  DB_HOST DB_PASS\n");
    let json = folder.jtc(&["check", "--format", "json", "topology.kdl"]).code(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["summary"]["secrets"],
        serde_json::json!([{ "namespace": "tools", "name": "db", "keys": ["DB_HOST", "DB_PASS"] }])
    );
}

#[test]
fn keys_of_certificates_and_logins_are_listed() {
    let topology = "edition 1\n\
        cluster \"demo\" { kubernetes \"1.34\"; }\n\
        external \"mysql\" host=\"db.example.org\" port=3306\n\
        secret \"db\" { keys DB_HOST DB_PORT DB_USER DB_PASS; }\n\
        secret \"cert\" { keys \"tls.crt\" \"tls.key\"; }\n\
        secret \"people\" { keys \"users\"; }\n\
        database \"prod\" external=\"mysql\" secret=\"db\"\n\
        version \"3.6.0\" { image \"example/jobmon:3.6.0\"; }\n\
        reapers \"jobmon-reapers\" { reaper \"3.6.0\" namespace=\"jobmon\"; }\n\
        namespace \"jobmon\" version=\"3.6.0\" database=\"prod\" {\n\
        middleware \"login\" { basic-auth secret=\"people\"; }\n\
        traefik { entrypoint \"websecure\" port=443; }\n\
        route \"x\" entrypoint=\"websecure\" path=\"/x\" tls=\"cert\" middleware=\"login\" to=\"server\"\n\
        }\n";
    let folder = Folder::new().with("topology.kdl", topology);
    folder
        .jtc(&["check", "topology.kdl"])
        .code(0)
        .prints("\n  jobmon  cert    tls.crt tls.key (type kubernetes.io/tls)\n")
        .prints("\n  jobmon  people  users\n");
}

#[test]
fn a_program_gets_every_diagnostic_with_its_places() {
    let folder =
        Folder::small().with("sub/many.kdl", format!("{SMALL}{}", "namespaze \"ä\"\n".repeat(60)));
    let run = folder.jtc(&["check", "--format", "json", "sub/many.kdl"]).code(1).says_nothing();
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (json["errors"].as_u64(), json["diagnostics"].as_array().unwrap().len()),
        (Some(60), 60)
    );
    assert_eq!(json["summary"], Value::Null);
    let first = &json["diagnostics"][0];
    assert_eq!((&first["code"], &first["severity"]), (&"J0201".into(), &"error".into()));
    let label = &first["labels"][0];
    assert_eq!(label["path"], "sub/many.kdl");
    assert_eq!((label["line"].as_u64(), label["column"].as_u64()), (Some(11), Some(1)));
}

#[test]
fn warnings_are_denied_on_demand() {
    let folder = Folder::new();
    // No release of this number is known, which is a warning.
    folder.jtc(&["init", "--version", "99.0.0", "--output", "topology.kdl"]).code(0);
    folder
        .jtc(&["check", "topology.kdl"])
        .code(0)
        .says("warning[J0802]")
        .says("\nwarning: 1 warning\n")
        .prints("2 namespaces, ");
    folder
        .jtc(&["check", "--deny-warnings", "topology.kdl"])
        .code(1)
        .says("error: 1 warning, and `--deny-warnings` allows none\n")
        .prints_nothing();
    let compile = |options: &[&str]| folder.jtc(&[&["compile", "topology.kdl"], options].concat());
    let told = compile(&[]).code(0).says("warning[J0802]");
    let quiet = compile(&["--quiet"]).code(0).says_nothing();
    assert_eq!(told.stdout, quiet.stdout);
    compile(&["--deny-warnings"]).code(1).prints_nothing();
    compile(&["--deny-warnings", "--quiet"]).code(1).says("error: 1 warning").prints_nothing();
}

#[test]
fn the_readme_shows_what_is_printed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let readme = read("README.md");
    let shown = readme.split_once("```text\nerror[").expect("README.md shows errors").1;
    let shown = format!("error[{}", shown.split_once("```").unwrap().0);
    let mistaken = read("examples/research.kdl").replacen("to=\"gui\"", "to=\"giu\"", 1).replacen(
        "    reaper \"3.3.1\" namespace=\"jobmon-prod\"\n",
        "",
        1,
    );
    let folder = Folder::new().with("topology.kdl", mistaken);
    let mut command = folder.command(&["check", "topology.kdl"]);
    command.env("LANG", "C.UTF-8");
    assert_eq!(Folder::run(command, b"").code(1).stderr, shown);
}
