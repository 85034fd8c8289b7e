//! Rules: what is read, what is refused, what matches, what overlaps.

use super::*;

fn reason(text: &str) -> String {
    parse(text).expect_err(text).reason
}

#[test]
fn what_traefik_reads_is_read_and_written_again() {
    for text in [
        "PathPrefix(`/`)",
        "Host(`a.example.org`) && (Path(`/x`) || PathPrefix(`/y`))",
        "!Header(`X-Kind`, `a`) && Query(`k`) && Query(`k`, `v`)",
        "!(Method(`GET`) || ClientIP(`10.0.0.0/8`))",
        "Host(`*.example.org`) || Host(`*`)",
    ] {
        assert_eq!(parse(text).expect(text).to_string(), text);
    }
    for text in ["pathprefix(`/`)", "PATHPREFIX(\"/\")", "Pathprefix(`/`)", "( PathPrefix(`/`) )"] {
        assert_eq!(parse(text).expect(text).to_string(), "PathPrefix(`/`)");
    }
}

#[test]
fn what_it_refuses_is_refused() {
    for (text, part) in [
        (" ", "empty"),
        ("Host(`a`", "never closed"),
        ("Host(`a)", "backtick"),
        ("(Host(`a`)", "never closed"),
        ("Host(`a`))", "closes nothing"),
        ("Hots(`a`)", "did you mean `Host`"),
        ("hostName(`a`)", "no matcher"),
        ("Host(a)", "backticks"),
        ("Host('a')", "single quotes"),
        ("Host(`a`) & Path(`/`)", "single `&`"),
        ("Host(`a`) Path(`/`)", "before `Path`"),
        ("Host(`a`) &&", "ends"),
        ("Host()", "takes 1 value"),
        ("Header(`a`)", "takes 2 values"),
        ("Path(`a`)", "start with `/`"),
        ("Host(`a:80`)", "port"),
        ("HostSNI(`*`)", "TCP"),
    ] {
        assert!(reason(text).contains(part), "{text}: {}", reason(text));
    }
    assert!(reason(&"!".repeat(100_000)).contains("ends"));
    assert!(reason(&"(".repeat(100_000)).contains("deep"));
}

#[test]
fn the_syntax_of_v2_is_translated() {
    for (old, new) in [
        ("Host(`a`, `b`) && Path(`/x`)", "(Host(`a`) || Host(`b`)) && Path(`/x`)"),
        ("Method(`GET`, `PUT`)", "Method(`GET`) || Method(`PUT`)"),
        ("!Headers(`a`, `b`)", "!Header(`a`, `b`)"),
    ] {
        assert_eq!(parse(old).expect_err(old).instead.as_deref(), Some(new));
        assert!(parse(new).is_ok());
    }
}

#[test]
fn hosts_are_names() {
    for host in ["a.example.org", "*.example.org", "*", "10.0.0.1", "::1"] {
        assert_eq!(host_fault(host), None);
    }
    for host in ["http://a", "[::1]", "a:80", "a b", "a.*", "x*.a", "a/b", "a,b", "ä.org"] {
        assert!(host_fault(host).is_some(), "{host}");
    }
}

#[test]
fn what_a_rule_covers() {
    let requests = Requests { host: "traefik-a", path: Some("/api/v3/") };
    for (rule, covers) in [
        ("PathPrefix(`/`)", Covers::All),
        ("PathPrefix(`/api/v3`)", Covers::All),
        ("PathPrefix(`/ap`)", Covers::All),
        ("PathPrefix(`/api/v3/workflow`)", Covers::Some),
        ("Path(`/api/v3/workflow`)", Covers::Some),
        ("PathPrefix(`/api/v2`)", Covers::None),
        ("Path(`/`)", Covers::None),
        ("Host(`Traefik-A`) && PathPrefix(`/`)", Covers::All),
        ("Host(`b`) && PathPrefix(`/`)", Covers::None),
        ("Host(`b`) || Host(`traefik-a`)", Covers::All),
        ("!Host(`b`)", Covers::All),
        ("Host(`*.example.org`)", Covers::None),
        ("HostRegexp(`.*`)", Covers::Unknown),
        ("Method(`GET`) && Host(`b`)", Covers::None),
        ("PathPrefix(`/api/v3/a`) || PathPrefix(`/api/v3/b`)", Covers::Some),
    ] {
        assert_eq!(parse(rule).expect(rule).covers(&requests), covers, "{rule}");
    }
}
