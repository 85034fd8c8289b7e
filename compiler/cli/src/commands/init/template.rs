//! The text of the topology that `jtc init` writes.

use std::fmt::Write;

use jtc_core::components::release::{self, Found, Login};
use jtc_core::text::Version;

/// The newest release of Jobmon that the compiler knows.
pub(super) const NEWEST: &str = "3.6.0";

const HEAD: &str = r#"// A topology: what runs in one cluster. `jtc compile` turns it into Kubernetes
// manifests, `jtc check` says what is wrong with it, and `jtc explain NODE`
// explains any node, as in `jtc explain route`.
//
// CHANGE marks what is different in every deployment.
edition 1

cluster "research" {
    kubernetes "1.34"                       // CHANGE: version of the API server
    storage-class "standard" access="ReadWriteOnce"     // CHANGE: one the cluster has
    address-pool "jobmon" provider="metallb" addresses="POOL"     // CHANGE
}

// What runs outside the cluster.
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"     // CHANGE
external "slack" host="slack.com" port=443

// Secrets that exist already. Only their names and keys are written here,
// never values; `jtc check` says which namespaces must hold them.
"#;

/// The pool of addresses, of which each version takes one: eight, or where
/// that is too few, 256.
fn pool(versions: &[String]) -> &'static str {
    if versions.len() <= 8 { "10.20.0.16/29" } else { "10.20.0.0/24" }
}

const SLACK: &str = "secret \"slack-hooks\" { keys \"SLACK_API_URL\" \"SLACK_CHANNEL_DEFAULT\" \"SLACK_TOKEN\"; }\n";

const ELK: &str = r#"
// An Elastic stack, which namespaces refer to; each gets one of its own.
elk "standard" version="8.19.3" {
    elasticsearch nodes=1 {
        storage "120Gi"                     // CHANGE: what the logs need
    }
    logstash
    kibana
    retention { rollover size="3gb" age="1d"; delete after="8d"; }
}
"#;

/// A topology with a namespace for each version.
pub(super) fn topology(versions: &[String]) -> String {
    let mut text = HEAD.replace("POOL", pool(versions));
    // Writing to a string can't fail.
    for version in versions {
        let _ = writeln!(
            text,
            "secret \"{}-db\" {{ keys \"DB_HOST\" \"DB_PORT\" \"DB_USER\" \"DB_PASS\"; }}",
            namespace(version, versions)
        );
        let wants = Wants::of(version);
        let name = namespace(version, versions);
        if wants.session {
            let _ = writeln!(text, "secret \"{name}-session\" {{ keys \"SECRET_KEY\"; }}");
        }
        if wants.login {
            let _ = writeln!(
                text,
                "secret \"{name}-login\" {{ keys \"CLIENT_ID\" \"CLIENT_SECRET\"; }}"
            );
        }
    }
    text.push_str(SLACK);
    text.push_str("\n// Each version has a database of its own: reapers of two versions on one\n// database get in each other's way.\n");
    for version in versions {
        let name = namespace(version, versions);
        let schema = name.replace('-', "_");
        let _ = writeln!(
            text,
            "database \"{name}\" external=\"mysql\" secret=\"{name}-db\" name=\"{schema}\"     // CHANGE: the schema"
        );
    }
    text.push_str("\n// Versions of Jobmon, and where their images are.\n");
    for version in versions {
        if let Found::Newer(taken) = found(version) {
            let _ = writeln!(
                text,
                "// CHANGE: {version} is newer than {}, the last release that jtc knows, and is taken\n\
                 // for one like `dialect \"{}\"`; when that is right, say so below (J0802).",
                release::last_known(),
                taken.dialect
            );
        }
        let _ = writeln!(text, "version \"{version}\" {{");
        let _ = writeln!(
            text,
            "    image \"registry.example.org/jobmon:{}\"     // CHANGE",
            tag(version)
        );
        text.push_str("}\n");
    }
    text.push_str(ELK);
    for version in versions {
        let name = namespace(version, versions);
        let start = Wants::of(version).settings(&name);
        let _ = write!(
            text,
            r#"
// Jobmon {version}: a server and its Elastic stack, behind a Traefik of its own.
namespace "{name}" version="{version}" database="{name}" elk="standard" {{
    server {{
{start}        replicas min=2 max=10 cpu=80 memory=80
        resources {{ requests cpu="200m" memory="500Mi"; limits cpu="1" memory="1000Mi"; }}
    }}
    traefik {{
        replicas 2
        load-balancer pool="jobmon"
    }}
}}
"#
        );
    }
    text.push_str(
        "\n// Reapers, one for each version, end the runs whose programs have died.\n\
         reapers \"jobmon-reapers\" {\n    slack external=\"slack\" secret=\"slack-hooks\"\n",
    );
    for version in versions {
        let _ = writeln!(
            text,
            "    reaper \"{version}\" namespace=\"{}\"",
            namespace(version, versions)
        );
    }
    text.push_str("}\n");
    text
}

/// What is known of a version that is one.
pub(super) fn found(version: &str) -> Found {
    Version::parse(version).map_or(Found::TooOld, release::find)
}

/// What the server of a version doesn't start without, beside a database.
#[derive(Clone, Copy, Default)]
struct Wants {
    login: bool,
    session: bool,
}

impl Wants {
    fn of(version: &str) -> Self {
        found(version).release().map_or_else(Self::default, |release| {
            let login = release.login == Login::Mandatory;
            Self { login, session: release.wants_session(login) }
        })
    }

    /// The lines of `server` that give it.
    fn settings(self, namespace: &str) -> String {
        let mut lines = String::new();
        if self.login {
            let _ = writeln!(
                lines,
                "        // This release doesn't start without a login.\n        \
                 auth \"oidc\" {{\n            \
                 oidc secret=\"{namespace}-login\" \
                 url=\"https://id.example.org/.well-known/openid-configuration\"     // CHANGE\n        \
                 }}"
            );
        }
        if self.session {
            let _ = writeln!(
                lines,
                "        // This release doesn't start without a key that signs sessions.\n        \
                 session secret=\"{namespace}-session\" key=\"SECRET_KEY\""
            );
        }
        lines
    }
}

/// The namespace of a version: `jobmon` where there is one, else with the
/// version in a form that Kubernetes takes.
fn namespace(version: &str, versions: &[String]) -> String {
    if versions.len() == 1 {
        return "jobmon".to_owned();
    }
    let label: String = version
        .chars()
        .map(
            |letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' },
        )
        .collect();
    format!("jobmon-{}", label.trim_end_matches('-'))
}

/// A version as the tag of an image, where `+` may not stand.
fn tag(version: &str) -> String {
    version.replace('+', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_the_last_that_is_known() {
        assert_eq!(NEWEST, release::last_known().to_string());
    }
}
