//! `jtc check --fix` and `--diff`.

use std::fs;

use expect_test::expect;

use crate::run::{Folder, SMALL};

/// Slips in two files, with comments, a file of CR LF lines, and a mistake
/// that nobody can repair for certain.
fn folder() -> Folder {
    let root = "// ours: é€😀\nedition 1\ncluster \"demo\" { kubernetes \"1.34\"; network-policies true; } // kept\n\
                include \"parts/*.kdl\"\nnamespaze   \"tools\" {   // odd layout, kept\n\
                \tworkload \"w\" image=\"example/w:1\" { replicas \"3\"; connect \"nobody\"; }\n}\n";
    let part = "// é\r\nexternal \"mail\" host=\"mail.example.org\" prot=25 // kept\r\n";
    Folder::new().with("t.kdl", root).with("parts/a.kdl", part)
}

#[test]
fn a_diff_shows_and_changes_nothing() {
    let folder = folder();
    let before = (folder.read("t.kdl"), folder.read("parts/a.kdl"));
    let run = folder.jtc(&["check", "--diff", "t.kdl"]).code(1);
    expect![[r#"
        exit code 1
        --- stdout
        --- parts/a.kdl
        +++ parts/a.kdl
        @@ -1,2 +1,2 @@
         // é<CR>
        -external "mail" host="mail.example.org" prot=25 // kept<CR>
        +external "mail" host="mail.example.org" port=25 // kept<CR>
        --- t.kdl
        +++ t.kdl
        @@ -1,7 +1,7 @@
         // ours: é€😀
         edition 1
        -cluster "demo" { kubernetes "1.34"; network-policies true; } // kept
        +cluster "demo" { kubernetes "1.34"; network-policies #true; } // kept
         include "parts/*.kdl"
        -namespaze   "tools" {   // odd layout, kept
        -	workload "w" image="example/w:1" { replicas "3"; connect "nobody"; }
        +namespace   "tools" {   // odd layout, kept
        +	workload "w" image="example/w:1" { replicas 3; connect "nobody"; }
         }
        --- stderr
        4 mistakes can be repaired for certain; 1 error would be left
    "#]]
    .assert_eq(&run.text().replace('\r', "<CR>"));
    assert_eq!((folder.read("t.kdl"), folder.read("parts/a.kdl")), before);
    // Also together with `--fix`.
    folder.jtc(&["check", "--fix", "--diff", "t.kdl"]).code(1);
    assert_eq!((folder.read("t.kdl"), folder.read("parts/a.kdl")), before);
    assert_eq!(folder.tree(""), ["parts/", "parts/a.kdl", "t.kdl"]);
}

#[test]
fn a_diff_is_one_that_git_applies() {
    let folder = folder();
    let diff = folder.jtc(&["check", "--diff", "t.kdl"]).code(1).stdout;
    folder.jtc(&["check", "--fix", "t.kdl"]).code(1);
    let repaired = (folder.read("t.kdl"), folder.read("parts/a.kdl"));
    let other = self::folder();
    let mut patch = std::process::Command::new("git");
    patch.args(["apply", "-p0", "--whitespace=nowarn"]).current_dir(other.path(""));
    Folder::run(patch, diff.as_bytes()).code(0);
    assert_eq!((other.read("t.kdl"), other.read("parts/a.kdl")), repaired);
}

#[test]
fn repairs_keep_comments_and_layout_and_say_what_is_left() {
    let folder = folder();
    let run = folder.jtc(&["check", "--fix", "t.kdl"]).code(1);
    expect![[r#"
        exit code 1
        --- stdout
        --- stderr
        repaired 4 mistakes in 2 files

        error[J0301]
          x there is no component or external `nobody`
           ,-[t.kdl:6:57]
         5 | namespace   "tools" {   // odd layout, kept
         6 |     workload "w" image="example/w:1" { replicas 3; connect "nobody"; }
           :                                                            ^^^^|^^^
           :                                                                `-- leads nowhere
         7 | }
           `----
          help: mend the name, or define it: `external "nobody" …`, or `workload "nobody" …` here (what
                stands in a `manifest` can't be named); known here: `w` and `mail`

        error: 1 error
          hint: `jtc explain J0301` says more about J0301
    "#]]
    .assert_eq(&run.text());
    expect![[r#"
        // ours: é€😀
        edition 1
        cluster "demo" { kubernetes "1.34"; network-policies #true; } // kept
        include "parts/*.kdl"
        namespace   "tools" {   // odd layout, kept
        	workload "w" image="example/w:1" { replicas 3; connect "nobody"; }
        }
    "#]]
    .assert_eq(&folder.read("t.kdl"));
    assert_eq!(
        folder.read("parts/a.kdl"),
        "// é\r\nexternal \"mail\" host=\"mail.example.org\" port=25 // kept\r\n"
    );
    assert_eq!(folder.tree(""), ["parts/", "parts/a.kdl", "t.kdl"]);
    // Again there is nothing to do.
    let again = folder.jtc(&["check", "--fix", "t.kdl"]).code(1);
    assert!(!again.stderr.contains("repaired"), "{}", again.stderr);
    folder.jtc(&["check", "--diff", "t.kdl"]).code(1).prints_nothing();
}

#[test]
fn what_is_repaired_as_a_whole_ends_well() {
    let folder = Folder::new().with("t.kdl", SMALL.replace("workload", "wrokload"));
    folder.jtc(&["check", "t.kdl"]).code(1).says("hint: 1 can be repaired by `jtc check --fix`");
    folder.jtc(&["check", "--fix", "t.kdl"]).code(0).says("repaired 1 mistake in 1 file\n");
    assert_eq!(folder.read("t.kdl"), SMALL);
    folder
        .jtc(&["check", "--diff", "t.kdl"])
        .code(0)
        .prints_nothing()
        .says("nothing would be left");
    // What is left is said as any format says it.
    folder
        .with("u.kdl", SMALL.replace("workload", "wrokload"))
        .jtc(&["check", "--fix", "--format", "json", "u.kdl"])
        .code(0)
        .says_nothing()
        .prints("\"errors\": 0");
}

#[test]
fn standard_input_can_be_shown_but_not_repaired() {
    let folder = Folder::new();
    let wrong = SMALL.replace("workload", "wrokload");
    folder
        .jtc_with_input(&["check", "--diff", "-"], &wrong)
        .code(1)
        .prints("+++ <stdin>\n")
        .prints("+    workload");
    folder.jtc_with_input(&["check", "--fix", "-"], &wrong).code(2).says("can't be repaired");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_or_into_a_read_only_file() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let wrong = SMALL.replace("workload", "wrokload");
    let real = Folder::new().with("t.kdl", &wrong);
    let folder = Folder::new().with("parts/real.kdl", "namespaze \"a\"\n");
    symlink(real.path("t.kdl"), folder.path("t.kdl")).unwrap();
    let run = folder.jtc(&["check", "--fix", "t.kdl"]).code(2);
    run.prints_nothing().says("reached through a link; no file was changed");
    assert_eq!(real.read("t.kdl"), wrong);

    // A link within the folder; the root could be repaired, and isn't.
    symlink("real.kdl", folder.path("parts/link.kdl")).unwrap();
    let root = format!("{wrong}include \"parts/link.kdl\"\n");
    folder.write("u.kdl", &root);
    folder.jtc(&["check", "--fix", "u.kdl"]).code(2).says("`parts/link.kdl` can't be repaired");
    assert_eq!(folder.read("u.kdl"), root);
    assert_eq!(folder.read("parts/real.kdl"), "namespaze \"a\"\n");

    let root = format!("{wrong}include \"parts/real.kdl\"\n");
    folder.write("v.kdl", &root);
    let set = |mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(folder.path("parts/real.kdl"), permissions).unwrap();
    };
    set(0o444);
    folder.jtc(&["check", "--fix", "v.kdl"]).code(2).says("it is read-only; no file was changed");
    assert_eq!(folder.read("v.kdl"), root);
    // Permissions stay as they are.
    set(0o640);
    folder.jtc(&["check", "--fix", "v.kdl"]).code(0);
    let mode = fs::metadata(folder.path("parts/real.kdl")).unwrap().permissions().mode();
    assert_eq!(
        (mode & 0o777, folder.read("parts/real.kdl").as_str()),
        (0o640, "namespace \"a\"\n")
    );
}
