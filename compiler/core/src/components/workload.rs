//! `workload`: any other program.

use crate::components::program::{Cx, Program, Runs, merge};
use crate::model::declared::Part;
use crate::model::settings::Settings;
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, Occurs, PropSpec, RefKind, Type, arg, prop};
use crate::text;

/// `workload "NAME" image="…" { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "workload",
    defines: Some(Defines::First(RefKind::Backend)),
    doc: "Any other program: a Deployment, with `schedule` a CronJob, with `run-once` a Job.",
    args: &[arg("name", Type::Text(&text::SERVICE_NAME), "the name of its objects")],
    props: &PROPS,
    children: &[PROGRAM],
    occurs: Occurs::ByName,
    example: "workload \"report\" image=\"registry.example.org/report:2.4\" { schedule \"0 3 * * *\"; }",
    ..NODE
};

static PROPS: [PropSpec; 1] =
    [prop("image", Type::Text(&text::IMAGE), "its image; or a child `image`")
        .default("its child `image`")];

/// How a program with these settings runs.
fn runs(settings: &Settings) -> Runs {
    if settings.schedule.is_some() {
        Runs::CronJob
    } else if settings.run_once.is_some() {
        Runs::Job
    } else {
        Runs::Deployment
    }
}

/// The program of a workload.
pub fn program(cx: &Cx<'_>, name: &str, part: &Part<()>) -> Program {
    let (span, settings) = merge(&[part], &Settings::default(), cx.site.decl.span);
    let mut program = Program::new(name, name, span, settings);
    program.runs = runs(&program.settings);
    program.connect(cx);
    program
}
