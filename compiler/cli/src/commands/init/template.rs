//! The text of the topology that `jtc init` writes.

use std::fmt::Write;

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
    address-pool "jobmon" provider="metallb" addresses="10.20.0.16/29"     // CHANGE
}

// What runs outside the cluster.
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"     // CHANGE
external "slack" host="slack.com" port=443

// Secrets that exist already. Only their names and keys are written here,
// never values; `jtc check` says which namespaces must hold them.
"#;

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
    let mut text = HEAD.to_owned();
    // Writing to a string can't fail.
    for version in versions {
        let _ = writeln!(
            text,
            "secret \"{}-db\" {{ keys \"DB_HOST\" \"DB_PORT\" \"DB_USER\" \"DB_PASS\"; }}",
            namespace(version, versions)
        );
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
        let _ = write!(
            text,
            r#"
// Jobmon {version}: a server and its Elastic stack, behind a Traefik of its own.
namespace "{name}" version="{version}" database="{name}" elk="standard" {{
    server {{
        replicas min=2 max=10 cpu=80 memory=80
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
