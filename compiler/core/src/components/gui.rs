//! `gui`: what people see of Jobmon in a browser.

use super::list::Component;
use super::listens::{Listens, Says};
use super::program::{Cx, Program, builtin, merge};
use crate::model::declared::Part;
use crate::model::settings::{
    Check, Port, Probe, ProbeKind, Protocol, Replicas, Resources, Settings, Strategy,
};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, RefKind};
use crate::text::{Cpu, Memory};

/// `gui { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "gui",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Jobmon's GUI; only where a namespace says so.\n\
          Its image holds the address of the server, since that is built in: one image for each address. \
          Browsers ask the server themselves, so both need a `route` that people can reach, on the path `/`.",
    children: &[PROGRAM],
    example: "gui { replicas 2; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "jobmon-gui", program, extras: |_, _| Vec::new() };

/// The port that its web server listens on.
const PORT: u16 = 3000;

/// The variable by which the web server of its image is told another port (`serve`).
const LISTENS: [Listens; 1] =
    [Listens { port: "http", usual: None, by: &[("PORT", Says::Port)], file: None }];

/// The layers of the GUI, the nearest first; none in a namespace that doesn't
/// ask for one.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<()>> {
    if cx.site.decl.parts.gui.is_none() {
        return Vec::new();
    }
    cx.layers(|parts| parts.gui.as_deref())
}

fn settings(cx: &Cx<'_>) -> Settings {
    let mut settings = Settings {
        image: cx.jobmon().and_then(|jobmon| jobmon.version.gui_image.clone()),
        replicas: Some(builtin(Replicas::Fixed(1))),
        strategy: Some(builtin(Strategy::Rolling)),
        drain: Some(builtin(10)),
        resources: Resources {
            request_cpu: Cpu::parse("50m").ok().map(builtin),
            request_memory: Memory::parse("128Mi").ok().map(builtin),
            limit_cpu: Cpu::parse("500m").ok().map(builtin),
            limit_memory: Memory::parse("256Mi").ok().map(builtin),
        },
        ..Settings::default()
    };
    let port = Port { container: PORT, service: 80, protocol: Protocol::Tcp };
    settings.ports.insert("http".to_owned(), builtin(port));
    let check = Check::Http { path: "/".to_owned(), port: None, headers: Vec::new() };
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(check.clone())));
    settings.probes.insert(ProbeKind::Liveness, builtin(Probe::new(check)));
    settings
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let jobmon = cx.jobmon()?;
    let layers = layers(cx);
    if layers.is_empty() {
        return None;
    }
    let (span, settings) = merge(&layers, &settings(cx), cx.site.decl.span);
    let mut program = Program::new("gui", "jobmon-gui", span, settings);
    program.version = Some(jobmon.number.to_owned());
    program.scratch = vec!["/tmp".to_owned()];
    program.listens = &LISTENS;
    program.connect(cx);
    Some(program)
}
