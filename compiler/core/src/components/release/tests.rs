use super::*;
use crate::model::At;
use crate::model::NOWHERE;
use crate::model::declared::{Database, External};
use crate::model::resolved::DatabaseRef;
use crate::model::settings::{EnvValue, Protocol};
use crate::text::Cidr;

fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

fn release(text: &str) -> &'static Release {
    find(version(text)).release().expect("a release")
}

#[test]
fn rows_are_sorted_and_do_not_overlap() {
    for pair in RELEASES.windows(2) {
        let [before, after] = pair else { unreachable!() };
        assert!(before.first < after.first, "{} before {}", before.first, after.first);
        let last = before.last.expect("only the last row has no release yet");
        assert!(before.first <= last && last < after.first, "{last} before {}", after.first);
    }
}

#[test]
fn every_dialect_is_there() {
    for dialect in ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"] {
        assert_eq!(by_dialect(dialect).map(|release| release.dialect), Some(dialect));
    }
    assert_eq!(by_dialect("D9"), None);
}

#[test]
fn versions_have_their_dialects() {
    for (number, dialect) in [
        ("3.0.0", "D1"),
        ("3.0.1", "D1"),
        ("3.0.3", "D1"),
        ("3.1.0", "D1"),
        ("3.1.5", "D1"),
        ("3.2.0", "D2"),
        ("3.2.1", "D3"),
        ("3.2.2", "D3"),
        ("3.2.5", "D3"),
        ("3.2.6", "D4"),
        ("3.3.0", "D4"),
        ("3.3.1", "D4"),
        ("3.4.0rc1", "D5"),
        ("3.4.0", "D5"),
        ("3.4.19", "D5"),
        ("3.4.20", "D6"),
        ("3.4.21", "D7"),
        ("3.5.0", "D7"),
        ("3.5.1", "D7"),
        ("3.6.0", "D7"),
        ("3.6.0+dev", "D7"),
    ] {
        let Found::Known(found) = find(version(number)) else { panic!("{number} is known") };
        assert_eq!(found.dialect, dialect, "{number}");
    }
}

#[test]
fn versions_outside_are_told_from_those_inside() {
    assert_eq!(find(version("2.9.9")), Found::TooOld);
    assert!(matches!(find(version("3.6.1")), Found::Newer(release) if release.dialect == "D8"));
    assert!(matches!(find(version("4.0.0")), Found::Newer(release) if release.dialect == "D8"));
    assert_eq!(first_known(), version("3.0.0"));
    assert_eq!(last_known(), version("3.6.0"));
}

#[test]
fn a_dialect_that_is_said_wins_and_the_number_still_counts_within_it() {
    let decl = |number: &str, dialect: Option<&str>| VersionDecl {
        span: NOWHERE,
        number: version(number),
        image: None,
        gui_image: None,
        dialect: dialect.map(|dialect| At::new(dialect.to_owned(), NOWHERE)),
    };
    assert_eq!(of(&decl("3.6.0", Some("D8"))).map(|release| release.dialect), Some("D8"));
    assert_eq!(of(&decl("2.0.0", Some("D1"))).map(|release| release.dialect), Some("D1"));
    assert_eq!(of(&decl("2.0.0", None)), None);
    // 3.4.21 wants a session key, later releases of its dialect don't.
    assert_eq!(
        of(&decl("3.4.21", Some("D7"))).map(|release| release.session),
        Some(SessionKey::Always)
    );
}

/// What the reaper puts first, where it arrives, and what it is shown there.
fn reach(
    reaper: &str,
    server: &str,
    login: bool,
    added: Option<&str>,
) -> Result<(&'static str, &'static str, Filter), Blocked> {
    way(release(reaper), release(server), login, added)
        .map(|way| (way.path, way.arrives.path, way.arrives.filter))
}

#[test]
fn reapers_reach_servers_of_their_own_version() {
    use Filter::{ClientVersion, Nothing, ServerVersion};
    for (number, prefix, filter) in [
        ("3.0.0", "", ClientVersion),
        ("3.0.3", "", ClientVersion),
        ("3.1.5", "", ClientVersion),
        ("3.2.0", "", ServerVersion),
        ("3.2.2", "", ServerVersion),
        ("3.2.6", "/api/v2", ServerVersion),
        ("3.3.1", "/api/v2", ServerVersion),
        ("3.4.0", "/api/v2", ServerVersion),
        ("3.4.20", "/api/v2", ServerVersion),
        ("3.4.21", "/api/v3", Nothing),
        ("3.5.0", "/api/v3", Nothing),
        ("3.6.0", "/api/v3", Nothing),
        ("3.6.1", "/api/v3", Nothing),
    ] {
        assert_eq!(reach(number, number, false, None), Ok((prefix, prefix, filter)), "{number}");
    }
}

#[test]
fn old_reapers_reach_newer_servers_only_where_a_prefix_is_served() {
    use Filter::{Nothing, ServerVersion};
    // A URL may carry the prefix from 3.2.0 on; a host and a port may not.
    assert_eq!(reach("3.1.5", "3.3.1", false, None), Err(Blocked::Prefix));
    assert_eq!(reach("3.2.2", "3.3.1", false, None), Ok(("/api/v2", "/api/v2", ServerVersion)));
    assert_eq!(reach("3.2.2", "3.5.0", false, None), Ok(("/api/v2", "/api/v2", ServerVersion)));
    assert_eq!(reach("3.2.2", "3.6.0", false, None), Err(Blocked::Prefix));
    // From 3.2.6 on it is a variable of its own.
    assert_eq!(reach("3.3.1", "3.6.0", false, None), Ok(("/api/v3", "/api/v3", Nothing)));
    assert_eq!(reach("3.4.20", "3.4.21", false, None), Ok(("/api/v2", "/api/v2", ServerVersion)));
}

#[test]
fn traefik_can_add_the_prefix() {
    use Filter::{Nothing, ServerVersion};
    assert_eq!(reach("3.1.5", "3.3.1", false, Some("/api/v2")), Ok(("", "/api/v2", ServerVersion)));
    assert_eq!(reach("3.1.5", "3.6.0", false, Some("/api/v3/")), Ok(("", "/api/v3", Nothing)));
    assert_eq!(reach("3.1.5", "3.6.0", false, Some("/api/v2")), Err(Blocked::Prefix));
    assert_eq!(reach("3.2.2", "3.3.1", false, Some("/api/v2")), Ok(("", "/api/v2", ServerVersion)));
}

#[test]
fn login_shuts_reapers_out_where_no_open_prefix_is_left() {
    use Filter::ServerVersion;
    assert_eq!(reach("3.6.0", "3.6.0", true, None), Err(Blocked::Login));
    assert_eq!(reach("3.4.21", "3.4.21", true, None), Ok(("/api/v2", "/api/v2", ServerVersion)));
    assert_eq!(reach("3.4.20", "3.4.20", true, None), Ok(("/api/v2", "/api/v2", ServerVersion)));
}

#[test]
fn routes_are_told_apart_by_their_spelling() {
    assert_eq!(reach("3.0.3", "3.1.0", false, None), Err(Blocked::Routes));
    assert_eq!(reach("3.1.0", "3.0.3", false, None), Err(Blocked::Routes));
    assert_eq!(reach("3.0.3", "3.0.0", false, None), Err(Blocked::Routes));
    assert!(reach("3.0.0", "3.1.0", false, None).is_ok());
}

fn shown(env: &indexmap::IndexMap<String, At<EnvValue>>, name: &str) -> Option<String> {
    env.get(name).map(|at| match &at.value {
        EnvValue::Text(text) => text.clone(),
        EnvValue::Secret(key) => format!("{}/{}", key.secret.value, key.key.value),
    })
}

fn with_database<T>(uri: Option<&str>, then: impl FnOnce(&DatabaseRef<'_>) -> T) -> T {
    let at = |text: &str| At::new(text.to_owned(), NOWHERE);
    let external = External {
        span: NOWHERE,
        host: at("db.example.org"),
        port: 3306,
        protocol: Protocol::Tcp,
        cidrs: Vec::<Cidr>::new(),
    };
    let decl = Database {
        span: NOWHERE,
        external: at("mysql"),
        secret: at("prod-db"),
        schema: "docker".to_owned(),
        uri_key: uri.map(at),
    };
    then(&DatabaseRef { name: "prod", decl: &decl, external_name: "mysql", external: &external })
}

#[test]
fn databases_are_said_in_the_words_of_the_release() {
    with_database(None, |of| {
        let flat = database(release("3.1.5"), of);
        assert_eq!(shown(&flat, "DB_PASS").as_deref(), Some("prod-db/DB_PASS"));
        assert_eq!(shown(&flat, "DB_NAME").as_deref(), Some("docker"));
        let sections = database(release("3.6.0"), of);
        assert_eq!(
            shown(&sections, "JOBMON__DB__SQLALCHEMY_DATABASE_URI").as_deref(),
            Some("mysql+pymysql://$(DB_USER):$(DB_PASS)@$(DB_HOST):$(DB_PORT)/docker")
        );
        // Kubernetes expands only what stands before.
        let place = |name: &str| sections.get_index_of(name).expect("a variable");
        for name in ["DB_USER", "DB_PASS", "DB_HOST", "DB_PORT"] {
            assert!(place(name) < place("JOBMON__DB__SQLALCHEMY_DATABASE_URI"), "{name}");
        }
    });
    with_database(Some("URI"), |of| {
        let whole = database(release("3.6.0"), of);
        assert_eq!(
            shown(&whole, "JOBMON__DB__SQLALCHEMY_DATABASE_URI").as_deref(),
            Some("prod-db/URI")
        );
        assert_eq!(shown(&whole, "DB_PASS"), None);
    });
}

#[test]
fn reapers_are_told_where_their_server_is() {
    let slack = At::new("slack-hooks".to_owned(), NOWHERE);
    let told = |number: &str, path: &str| {
        reaper(
            release(number),
            ("traefik-jobmon", 80),
            path,
            Some(&At::new(3, NOWHERE)),
            Some(&slack),
        )
    };
    let flat = told("3.1.5", "");
    assert_eq!(shown(&flat, "WEB_SERVICE_FQDN").as_deref(), Some("traefik-jobmon"));
    assert_eq!(shown(&flat, "WEB_SERVICE_PORT").as_deref(), Some("80"));
    assert_eq!(shown(&flat, "REAPER_POLL_INTERVAL_MINUTES").as_deref(), Some("3"));
    assert_eq!(shown(&flat, "SLACK_TOKEN").as_deref(), Some("slack-hooks/SLACK_TOKEN"));
    let url = told("3.2.2", "/api/v2");
    assert_eq!(
        shown(&url, "JOBMON__HTTP__SERVICE_URL").as_deref(),
        Some("http://traefik-jobmon/api/v2")
    );
    assert_eq!(shown(&url, "JOBMON__HTTP__ROUTE_PREFIX"), None);
    let prefix = told("3.2.6", "/api/v2");
    assert_eq!(
        shown(&prefix, "JOBMON__HTTP__SERVICE_URL").as_deref(),
        Some("http://traefik-jobmon")
    );
    assert_eq!(shown(&prefix, "JOBMON__HTTP__ROUTE_PREFIX").as_deref(), Some("/api/v2"));
    assert_eq!(shown(&prefix, "JOBMON__OTLP__WEB_ENABLED").as_deref(), Some("false"));
    assert_eq!(
        shown(&prefix, "JOBMON__REAPER__SLACK_TOKEN").as_deref(),
        Some("slack-hooks/SLACK_TOKEN")
    );
    assert_eq!(reaper_args(release("3.1.5"), true), Vec::<String>::new());
    assert_eq!(reaper_args(release("3.6.0"), false), Vec::<String>::new());
    assert_eq!(
        reaper_args(release("3.6.1"), true),
        ["--slack-channel", "$(JOBMON__REAPER__SLACK_CHANNEL_DEFAULT)"]
    );
}

#[test]
fn servers_are_told_whom_to_tell() {
    let all = Tells { logstash: Some(("logstash", 5000)), apm: Some(("jobmon-apm", 8200)) };
    let of = |number: &str, tells, login| server(release(number), tells, login);
    let flat = of("3.1.5", all, false);
    assert_eq!(flat.get("USE_LOGSTASH").map(String::as_str), Some("true"));
    assert_eq!(flat.get("APM_SERVER_URL").map(String::as_str), Some("jobmon-apm"));
    let quiet = of("3.1.5", Tells::default(), false);
    assert_eq!(quiet.get("USE_LOGSTASH").map(String::as_str), Some("false"));
    assert_eq!(quiet.get("LOGSTASH_HOST"), None);
    let web = of("3.2.2", all, false);
    assert!(!web.keys().any(|key| key.contains("LOGSTASH")), "3.2.1 dropped Logstash");
    assert_eq!(web.get("JOBMON__WEB__APM_SERVER_PORT").map(String::as_str), Some("8200"));
    let otlp = of("3.3.1", all, false);
    assert_eq!(
        otlp.get("JOBMON__APM_SPAN__ENDPOINT").map(String::as_str),
        Some("http://jobmon-apm:8200/v1/traces")
    );
    let off = of("3.2.6", Tells::default(), false);
    assert_eq!(off.get("JOBMON__OTLP__WEB_ENABLED").map(String::as_str), Some("false"));
    let telemetry = of("3.6.0", all, true);
    assert_eq!(
        telemetry
            .get("JOBMON__TELEMETRY__TRACING__EXPORTERS__APM_SPAN__ENDPOINT")
            .map(String::as_str),
        Some("http://jobmon-apm:8200/v1/traces")
    );
    assert_eq!(telemetry.get("JOBMON__AUTH__ENABLED").map(String::as_str), Some("true"));
    assert_eq!(of("3.4.0", all, true).get("JOBMON__AUTH__ENABLED"), None);
}

#[test]
fn workers_stand_in_the_command() {
    assert!(release("3.1.5").server_command(3, 8080).is_empty());
    let command = release("3.6.0").server_command(3, 8080);
    assert_eq!(command.last().map(String::as_str), Some("3"));
    assert!(command.iter().all(|word| !word.contains('{')));
}
