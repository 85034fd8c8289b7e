//! Kibana: where people look at logs and metrics.

use super::elastic::{self, Amounts};
use super::list::Component;
use super::listens::{File, Listens, Says, own_yaml, setting};
use super::program::{Cx, Program, builtin, merge};
use crate::model::declared::Part;
use crate::model::object::Need;
use crate::model::settings::{
    Check, EnvValue, Port, Probe, ProbeKind, Security, Settings, Strategy,
};
use crate::model::{At, NOWHERE};
use crate::schema::nodes::PROGRAM;
use crate::schema::{Defines, NODE, NodeSpec, RefKind};
use crate::text::Version;

/// `kibana { … }`.
pub static SPEC: NodeSpec = NodeSpec {
    name: "kibana",
    defines: Some(Defines::Itself(RefKind::Backend)),
    doc: "Kibana, where people look at logs and metrics.\n\
          More than one pod needs the same encryption keys in all of them: \
          `env \"XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY\" secret=… key=…`, and the same for \
          `XPACK_REPORTING_ENCRYPTIONKEY`.",
    children: &[PROGRAM],
    example: "kibana { resources { limits memory=\"2Gi\"; }; }",
    ..NODE
};

/// The component.
pub static COMPONENT: Component =
    Component { spec: &SPEC, object: "kibana", program, extras: |_, _| Vec::new() };

/// The port of its pages and its API.
pub const HTTP: u16 = elastic::KIBANA_PORT;

/// The file with its settings.
const FILE: &str = "/usr/share/kibana/config/kibana.yml";

/// Where it listens (Kibana, "General settings").
const LISTENS: [Listens; 1] = [Listens {
    port: "http",
    usual: Some(HTTP),
    by: &[
        ("SERVER_PORT", Says::Port),
        ("server.port", Says::Port),
        ("SERVER_HOST", Says::Host),
        ("server.host", Says::Host),
        ("SERVER_SSL_ENABLED", Says::Tls),
        ("server.ssl.enabled", Says::Tls),
    ],
    file: Some(File::Yaml(FILE)),
}];

const AMOUNTS: Amounts = Amounts { cpu: ("200m", "2"), memory: ("1Gi", "2Gi") };

/// Before, it writes to its own folder when it starts.
const READS_ITS_IMAGE: Version = Version::new(7, 10, 0);

/// The layers, the nearest first.
pub fn layers<'w>(cx: &Cx<'w>) -> Vec<&'w Part<()>> {
    cx.elastic_layers(|parts| parts.kibana.as_deref())
}

fn settings(version: Version, text: &str) -> Settings {
    // With security off it answers without a login in every version, and 503
    // for as long as Elasticsearch isn't there.
    let status = Check::Http {
        path: "/api/status".to_owned(),
        port: Some(builtin("http".to_owned())),
        headers: Vec::new(),
    };
    let mut settings = Settings {
        image: elastic::image("kibana", text),
        // Two versions at once would both change its saved objects.
        strategy: Some(builtin(Strategy::Recreate)),
        security: Security {
            writable_root: (version < READS_ITS_IMAGE).then(|| builtin(true)),
            ..elastic::security()
        },
        ..Settings::default()
    };
    settings.ports.insert("http".to_owned(), builtin(Port::tcp(HTTP)));
    settings.probes.insert(ProbeKind::Readiness, builtin(Probe::new(status.clone())));
    // Ten minutes: after an update it rewrites its saved objects first.
    let startup = Probe { period: 5, failures: 120, ..Probe::new(status) };
    settings.probes.insert(ProbeKind::Startup, builtin(startup));
    for (name, value) in [
        ("SERVER_NAME", "kibana"),
        ("SERVER_HOST", "0.0.0.0"),
        ("ELASTICSEARCH_HOSTS", elastic::ELASTICSEARCH_URL),
        // Nothing outside the cluster can be reached anyway.
        ("TELEMETRY_OPTIN", "false"),
    ] {
        settings.env.insert(name.to_owned(), builtin(EnvValue::Text(value.to_owned())));
    }
    settings
}

fn program(cx: &Cx<'_>) -> Option<Program> {
    let stack = cx.stack()?;
    let layers = layers(cx);
    if layers.is_empty() {
        return None;
    }
    let At { value: text, span: said } = stack.text;
    let (span, mut settings) = merge(&layers, &settings(stack.version, text), *said);
    AMOUNTS.fill(&mut settings.resources);
    under_its_path(&mut settings);
    let mut program = Program::new("kibana", "kibana", span, settings);
    program.version = Some(text.clone());
    program.scratch =
        ["/tmp", "/usr/share/kibana/data", "/usr/share/kibana/logs"].map(str::to_owned).to_vec();
    program.talks.push(elastic::to_elasticsearch("reads and keeps everything there", span));
    program.needs.push(Need::ready(cx.site.name, "elasticsearch", span));
    program.listens = &LISTENS;
    program.connect(cx);
    Some(program)
}

/// With a path of its own, which it takes off itself, it answers there alone: probes
/// ask it there, too (Kibana, "General settings": `server.rewriteBasePath`).
fn under_its_path(settings: &mut Settings) {
    let (base, rewrites) = base_path(settings);
    let Some(base) = base.filter(|_| rewrites) else { return };
    for probe in settings.probes.values_mut().filter(|at| at.span == NOWHERE) {
        if let Check::Http { path, .. } = &mut probe.value.check {
            *path = format!("{base}{path}");
        }
    }
}

/// The path that it thinks it is under, if any, and whether it takes that off itself: as
/// variables say, or its file.
pub fn base_path(settings: &Settings) -> (Option<String>, bool) {
    let file = own_yaml(settings, FILE);
    let said = |variable: &str, name: &str| match settings.env.get(variable).map(|at| &at.value) {
        Some(EnvValue::Text(text)) => Some(text.clone()),
        Some(EnvValue::Secret(_)) => None,
        None => setting(&file.as_ref()?.value, name),
    };
    let rewrites = said("SERVER_REWRITEBASEPATH", "server.rewriteBasePath");
    (said("SERVER_BASEPATH", "server.basePath"), rewrites.is_some_and(|text| text == "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_old_version_writes_to_its_image() {
        assert!(settings(Version::new(7, 9, 3), "7.9.3").security.writable_root.is_some());
        assert!(settings(Version::new(7, 16, 2), "7.16.2").security.writable_root.is_none());
    }

    #[test]
    fn probes_ask_under_the_path_that_it_takes_off() {
        let paths = |rewrites: &str| {
            let mut settings = settings(Version::new(8, 19, 3), "8.19.3");
            for (name, value) in
                [("SERVER_BASEPATH", "/kibana"), ("SERVER_REWRITEBASEPATH", rewrites)]
            {
                settings.env.insert(name.to_owned(), builtin(EnvValue::Text(value.to_owned())));
            }
            under_its_path(&mut settings);
            let checks = settings.probes.into_values().map(|at| at.value.check);
            let paths = checks.filter_map(|check| match check {
                Check::Http { path, .. } => Some(path),
                _ => None,
            });
            paths.collect::<Vec<_>>()
        };
        assert_eq!(paths("true"), ["/kibana/api/status"; 2]);
        assert_eq!(paths("false"), ["/api/status"; 2]);
    }

    #[test]
    fn two_versions_never_run_at_once() {
        let strategy = settings(Version::new(9, 0, 0), "9.0.0").strategy.map(|at| at.value);
        assert_eq!(strategy, Some(Strategy::Recreate));
    }
}
