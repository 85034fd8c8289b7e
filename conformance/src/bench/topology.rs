//! Topologies of any size, as people write them: what many namespaces share
//! stands once, in profiles and defaults; a namespace has three to ten lines.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::Result;

/// The ways in which namespaces are written here, in turn.
pub(super) const SHAPES: usize = 4;

/// The versions that run, in turn.
const VERSIONS: [&str; 2] = ["3.6.0", "3.3.1"];

const SHARED: &str = r#"edition 1

cluster "bench" {
    kubernetes "1.34"
    pod-security "baseline"
    storage-class "local-ssd" access="ReadWriteOnce" expandable=#true
    address-pool "lan" provider="metallb" addresses="10.64.0.0/16"
}

external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
external "slack" host="slack.com" port=443

secret "jobmon-db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
secret "slack-hooks" { keys SLACK_API_URL SLACK_CHANNEL_DEFAULT SLACK_TOKEN; }

version "3.6.0" {
    image "registry.example.org/jobmon:3.6.0"
    gui-image "registry.example.org/jobmon-gui:3.6.0"
}
version "3.3.1" { image "registry.example.org/jobmon:3.3.1"; }

elk "standard" version="8.19.3" {
    elasticsearch nodes=1 {
        storage "120Gi" class="local-ssd"
        resources { requests cpu="300m" memory="2Gi"; limits cpu="2" memory="2Gi"; }
    }
    logstash
    kibana
    apm
    retention { rollover size="3gb" age="1d"; delete after="8d"; }
}

defaults {
    server { resources { requests cpu="200m" memory="500Mi"; limits cpu="1" memory="1000Mi"; } }
}
"#;

/// Whom a namespace is for: a name that stands nowhere else.
pub(super) fn id(index: usize) -> String {
    format!("team{index:05}")
}

/// The version that runs in a namespace.
pub(super) fn version(index: usize) -> &'static str {
    VERSIONS.get(index % VERSIONS.len()).copied().unwrap_or_default()
}

/// A topology with so many namespaces, and a reaper for each.
pub(super) fn topology(namespaces: usize) -> String {
    format!("{SHARED}{}{}", part(0..namespaces), reapers(namespaces))
}

/// Writes the same topology into a folder, spread over so many files: one has
/// all, or the root file includes them.
pub(super) fn write(folder: &Path, namespaces: usize, files: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    let root = folder.join("topology.kdl");
    if files == 1 {
        return Ok(fs::write(root, topology(namespaces))?);
    }
    fs::write(root, format!("{SHARED}include \"part-*.kdl\"\n{}", reapers(namespaces)))?;
    let each = namespaces.div_ceil(files);
    for file in 0..files {
        let from = (file * each).min(namespaces);
        let to = (from + each).min(namespaces);
        fs::write(folder.join(format!("part-{file:04}.kdl")), part(from..to))?;
    }
    Ok(())
}

/// Databases and namespaces.
fn part(indices: Range<usize>) -> String {
    let mut text = String::new();
    for index in indices.clone() {
        let id = id(index);
        let database = format!(
            "database \"{id}\" external=\"mysql\" secret=\"jobmon-db\" name=\"jobmon_{id}\""
        );
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{database}");
    }
    for index in indices {
        let _ = writeln!(text, "{}", namespace(index));
    }
    text
}

fn reapers(namespaces: usize) -> String {
    let mut text = String::from(
        "\nreapers \"jobmon-reapers\" {\n    slack external=\"slack\" secret=\"slack-hooks\"\n",
    );
    for index in 0..namespaces {
        let _ =
            writeln!(text, "    reaper \"{}\" namespace=\"jobmon-{}\"", version(index), id(index));
    }
    text.push_str("}\n");
    text
}

fn namespace(index: usize) -> String {
    let (id, version) = (id(index), version(index));
    let head = format!(
        "\nnamespace \"jobmon-{id}\" version=\"{version}\" database=\"{id}\" elk=\"standard\" {{"
    );
    match index % SHAPES {
        0 => format!(
            "{head}
    server {{
        replicas 2
        env \"LOG_LEVEL\" \"INFO\"
    }}
    gui
    traefik {{ load-balancer pool=\"lan\"; }}
    route \"gui\" entrypoint=\"web\" host=\"{id}.example.org\" path=\"/\" to=\"gui\"
}}"
        ),
        1 => format!(
            "{head}
    server {{ replicas min=2 max=8 cpu=80 memory=80; }}
    traefik {{
        replicas 2
        load-balancer pool=\"lan\"
    }}
}}"
        ),
        2 => format!(
            "{head}
    server {{
        replicas 3
        env \"LOG_LEVEL\" \"DEBUG\"
    }}
    traefik {{ load-balancer pool=\"lan\"; }}
}}"
        ),
        _ => format!("{head}\n    traefik {{ load-balancer pool=\"lan\"; }}\n}}"),
    }
}
