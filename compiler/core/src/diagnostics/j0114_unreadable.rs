//! file that can't be read.

use super::prelude::*;
use crate::sources::FileProblem;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0114",
    severity: Severity::Error,
    title: "file that can't be read",
    what: "A file that the topology names can't be read.",
    why: "What is in it would be missing.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { config-file "/etc/report.yaml" from="report.yaml"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { config-file "/etc/report.yaml" "level: 1"; }; }
"#,
    fix: "Mend the path or the rights of the file.",
};

/// A file and what is the matter with it.
pub(crate) fn diag(path: &str, at: Span, problem: &FileProblem) -> Diag {
    let help = match problem {
        FileProblem::Missing => "check the spelling; a path is relative to the file it stands in",
        FileProblem::Folder => "name a file in it, or a pattern such as `folder/*.kdl`",
        FileProblem::Denied => "give yourself the right to read it",
        FileProblem::TooLarge { .. } => "split it",
        FileProblem::Link(_) => "put the file itself there, or write a pattern that doesn't match it",
        FileProblem::Outside => "keep every file under the folder of the root file; links out of it are not followed",
        FileProblem::Pattern(_) | FileProblem::Other(_) => "mend the path",
    };
    Diag::new(&META, at, "named here", format!("`{path}` can't be read: {problem}")).help(help)
}

/// A file that isn't text.
pub(crate) fn not_text(path: &str, at: Span, first: usize) -> Diag {
    Diag::new(&META, at, "named here", format!("`{path}` is not UTF-8 text: byte {first} is wrong"))
        .help("save it as UTF-8; what isn't text can't stand in a topology")
}
