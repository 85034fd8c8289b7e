use super::*;
use crate::analyze;
use crate::emit::Format;
use crate::sources::{FileProblem, Files};

/// One file and no others.
struct One(String);

impl Files for One {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        if path == "topology.kdl" {
            Ok(self.0.clone().into_bytes())
        } else {
            Err(FileProblem::Missing)
        }
    }

    fn matching(&self, _: &str) -> Result<Vec<String>, FileProblem> {
        Ok(Vec::new())
    }
}

/// A topology with this stack in it.
fn topology(elk: &str) -> One {
    One(format!(
        r#"edition 1
cluster "demo" {{ kubernetes "1.34"; storage-class "local-ssd"; storage-class "nfs" access="ReadWriteMany"; }}
external "mysql" host="db.example.org" port=3306 cidr="10.0.8.15/32"
secret "db" {{ keys DB_HOST DB_PORT DB_USER DB_PASS; }}
secret "uri" {{ keys URI; }}
secret "db-root" {{ keys ROOT_DB_USER ROOT_DB_PASSWORD; }}
secret "half" {{ keys ROOT_DB_USER; }}
secret "keys" {{ keys XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY XPACK_REPORTING_ENCRYPTIONKEY; }}
database "prod" external="mysql" secret="db" name="docker"
database "by-uri" external="mysql" secret="uri" name="docker" uri-key="URI"
version "3.6.0" {{ image "example/jobmon:3.6.0"; }}
{elk}
namespace "jobmon" version="3.6.0" database="prod" elk="standard"
reapers "reapers" {{ reaper "3.6.0" namespace="jobmon"; }}
"#
    ))
}

fn codes(elk: &str) -> Vec<&'static str> {
    let analysis = analyze("topology.kdl", &topology(elk));
    analysis.diags.iter().map(|diag| diag.meta.code).collect()
}

/// Everything that comes out, as text.
fn output(elk: &str) -> String {
    let analysis = analyze("topology.kdl", &topology(elk));
    assert!(analysis.diags.is_empty(), "{:#?}", analysis.diags);
    let documents = analysis.emit(Format::Yaml).unwrap();
    documents.iter().map(|document| document.text.as_str()).collect()
}

#[test]
fn the_examples_of_the_diagnostics_are_what_they_say() {
    for meta in d::ALL.iter().filter(|meta| meta.code.starts_with("J07")) {
        let codes = |text: &str| -> Vec<&str> {
            let analysis = analyze("topology.kdl", &One(text.to_owned()));
            analysis.diags.iter().map(|diag| diag.meta.code).collect()
        };
        assert_eq!(codes(meta.wrong), [meta.code], "wrong of {}", meta.code);
        assert_eq!(codes(meta.right), [""; 0], "right of {}", meta.code);
    }
}

#[test]
fn a_heap_is_read_as_java_reads_it() {
    assert_eq!(heap_bytes("512m"), Some(512 << 20));
    assert_eq!(heap_bytes("2G"), Some(2 << 30));
    assert_eq!(heap_bytes("1024"), Some(1024));
    assert_eq!(heap_bytes("2x"), None);
    assert_eq!(heap_bytes(""), None);
}

#[test]
fn a_heap_must_leave_room_beside_it() {
    let with = |heap: &str| {
        codes(&format!(
            "elk \"standard\" version=\"8.19.3\" {{ elasticsearch {{ env ES_JAVA_OPTS \"-Xms1g -Xmx{heap}\"; }}; }}"
        ))
    };
    assert_eq!(with("1g"), [""; 0]);
    assert_eq!(with("1500m"), ["J0705"]);
}

#[test]
fn four_nodes_are_no_better_than_three() {
    let with = |nodes: u32| {
        codes(&format!("elk \"standard\" version=\"8.19.3\" {{ elasticsearch nodes={nodes}; }}"))
    };
    assert_eq!(with(1), [""; 0]);
    assert_eq!(with(4), ["J0701"]);
    assert_eq!(with(5), [""; 0]);
}

#[test]
fn the_user_of_metricbeat_comes_from_its_secret() {
    let with = |rest: &str| {
        codes(&format!(
            "elk \"standard\" version=\"8.19.3\" {{ elasticsearch; metricbeat {rest}; }}"
        ))
    };
    assert_eq!(with("database=\"prod\" secret=\"db-root\""), [""; 0]);
    assert_eq!(with("database=\"prod\" secret=\"half\""), ["J0819"]);
    assert_eq!(with("secret=\"db-root\""), ["J0710"]);
    assert_eq!(with("database=\"prod\" secret=\"db-root\" { replicas 2; }"), ["J0703"]);
}

#[test]
fn keys_of_kibana_may_come_from_a_whole_secret() {
    let with = |rest: &str| {
        codes(&format!(
            "elk \"standard\" version=\"8.19.3\" {{ elasticsearch; kibana {{ replicas 2; {rest} }}; }}"
        ))
    };
    assert_eq!(with(""), ["J0704"]);
    assert_eq!(with("env-from secret=\"keys\""), [""; 0]);
    assert_eq!(with("env-from secret=\"half\""), ["J0704"]);
}

#[test]
fn a_mistake_in_a_profile_is_told_once() {
    let mut topology = topology("elk \"standard\" version=\"8.19.3\" { elasticsearch nodes=2; }");
    topology.0 += "database \"other\" external=\"mysql\" secret=\"db\" name=\"other\"\n\
                   version \"3.3.1\" { image \"example/jobmon:3.3.1\"; }\n\
                   namespace \"second\" version=\"3.3.1\" database=\"other\" elk=\"standard\"\n";
    let analysis = analyze("topology.kdl", &topology);
    assert_eq!(analysis.diags.iter().filter(|diag| diag.meta.code == "J0701").count(), 1);
}

const FULL: &str = "elk \"standard\" version=\"8.19.3\" {
    elasticsearch nodes=3
    logstash
    kibana
    apm
    metricbeat database=\"by-uri\" secret=\"db-root\"
}";

#[test]
fn nothing_writes_before_the_bootstrap() {
    let text = output(FULL);
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is missing"));
    let set = place("kind: StatefulSet");
    let job = place("kind: Job\n");
    let logstash = text.find("name: wait-for-alias").unwrap();
    assert!(set < job && job < logstash, "{set} {job} {logstash}");
}

#[test]
fn three_nodes_have_names_a_budget_and_room_to_talk() {
    let text = output(FULL);
    for expected in [
        "podManagementPolicy: Parallel",
        "publishNotReadyAddresses: true",
        "serviceName: elasticsearch-nodes",
        "kind: PodDisruptionBudget",
        "elasticsearch-0,elasticsearch-1,elasticsearch-2",
        "port: 9300",
    ] {
        assert!(text.contains(expected), "{expected} is missing");
    }
}

#[test]
fn the_password_of_the_database_is_never_in_the_output() {
    let text = output(FULL);
    // By URI, so host and port are those of the `external`.
    assert!(text.contains("db.example.org"));
    assert!(text.contains("key: ROOT_DB_PASSWORD"));
}
