//! The Job that makes the database ready before the server starts: what
//! `migrate` in a `server` means.

use super::list::Component;
use super::program::{Cx, Program, Runs, builtin, merge};
use super::{release, server};
use crate::model::At;
use crate::model::settings::{EnvValue, Resources, Settings};
use crate::schema::{NODE, NodeSpec};
use crate::text::{Cpu, Memory};

/// What the topology's other programs call it.
pub const NAME: &str = "migrate";

/// Not a node of its own: `server` says whether there is one.
static SPEC: NodeSpec = NodeSpec {
    name: NAME,
    doc: "The Job that makes the database ready before the server starts.",
    example: "server { migrate #true; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "jobmon-migrate", program, extras: |_, _| Vec::new() };

/// What it shares with the server: its image and environment, and where its
/// pods may run.
fn settings(server: Settings) -> Settings {
    Settings {
        image: server.image,
        env: server.env,
        env_from: server.env_from,
        config_files: server.config_files,
        service_account: server.service_account,
        node_selector: server.node_selector,
        tolerations: server.tolerations,
        priority_class: server.priority_class,
        security: server.security,
        ..Settings::default()
    }
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let jobmon = cx.jobmon()?;
    let wanted = server::migrate(cx)?;
    let command = jobmon.release.migrate?;
    let database = jobmon.database.as_ref()?;
    let mut builtin_settings =
        Settings { image: jobmon.version.image.clone(), ..Settings::default() };
    builtin_settings.env.extend(release::database(jobmon.release, database));
    if jobmon.release.traces == release::Traces::Otlp {
        for name in ["JOBMON__OTLP__WEB_ENABLED", "JOBMON__OTLP__HTTP_ENABLED"] {
            builtin_settings
                .env
                .insert(name.to_owned(), builtin(EnvValue::Text("false".to_owned())));
        }
    }
    let (_, merged) = merge(&server::layers(cx), &builtin_settings, cx.site.decl.span);
    let mut settings = settings(merged);
    settings.command =
        Some(At::new(command.iter().map(|word| (*word).to_owned()).collect(), wanted.span));
    settings.resources = Resources {
        request_cpu: Cpu::parse("100m").ok().map(builtin),
        request_memory: Memory::parse("200Mi").ok().map(builtin),
        limit_cpu: Cpu::parse("1").ok().map(builtin),
        limit_memory: Memory::parse("500Mi").ok().map(builtin),
    };
    let mut program = Program::new(NAME, "jobmon-migrate", wanted.span, settings);
    program.version = Some(jobmon.number.to_owned());
    program.runs = Runs::Job;
    program.scratch = server::scratch(jobmon.release);
    program.talks.push(server::database_talk(database, "makes it ready"));
    Some(program)
}
