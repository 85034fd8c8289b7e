//! Rules: what is read, what is refused, what matches, what overlaps.

use super::*;
use crate::traefik::request::{Request, Seen};

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

/// What the muxer sees of a `GET`.
fn seen<'r>(host: &'r str, target: &'r str, headers: &'r [(&'r str, &'r str)]) -> Seen<'r> {
    let request = Request { headers, ..Request::get("web", host, target) };
    Seen::cleaned(&request).expect("a request")
}

#[test]
fn go_reads_more_than_one_spelling() {
    for text in [
        "Path(`/a`) &&\n  Path(`/b`)",
        "Path(`/a`,)",
        "Path(`/a`...)",
        "/* a */ Path(`/a`) // b",
        "Path(\"/\\x61\\u0062\\n\")",
        "Path (`/a`)",
        "!!!Path(`/a`)",
        "Path(`/a`)\n",
    ] {
        assert!(Rule::read(text).is_ok(), "{text}: {:?}", Rule::read(text));
    }
    for (text, at) in [
        ("Path(`/a`)\n&& Path(`/b`)", 10),
        ("Path(`/a`\n)", 9),
        ("Path(`/a`) && Hots(`b`)", 14),
        ("Path(`/a`) && Path(`b`)", 19),
        ("Path(`/a`) && Path(``)", 19),
        ("PathRegexp(`(`)", 11),
    ] {
        assert_eq!(Rule::read(text).expect_err(text).span.start, at, "{text}");
    }
}

#[test]
fn requests_match_as_in_traefik() {
    for (rule, host, target, matches) in [
        ("Host(`A.Test`)", "a.test:80", "/", true),
        ("Host(`a.test.`)", "a.test", "/", true),
        ("Host(`a.test`)", "a.test.", "/", true),
        ("Host(`*.test`)", "a.test", "/", true),
        ("Host(`*.test`)", "b.a.test", "/", false),
        ("Host(`*.test`)", "test", "/", false),
        ("Host(`*`)", "", "/", true),
        ("Host(`::1`)", "[::1]:80", "/", true),
        ("HostRegexp(`^$`)", "a", "/", true),
        ("Path(`/a b`)", "a", "/a%20b", true),
        ("Path(`/a%2Fb`)", "a", "/a%2fb", true),
        ("Path(`/a/b`)", "a", "/a%2Fb", false),
        ("Path(`/a`)", "a", "/%61", true),
        ("Path(`/b`)", "a", "/a/../b", true),
        ("Path(`/a/b`)", "a", "/a//b", true),
        ("Path(`/a/`)", "a", "/a", false),
        ("PathPrefix(`/a`)", "a", "/ab", true),
        ("Path(`/é`)", "a", "/%C3%A9", true),
        ("Query(`k`)", "a", "/?k", true),
        ("Query(`k`)", "a", "/?k=v", false),
        ("Query(`k`, `v w`)", "a", "/?k=v+w", true),
        ("Query(`l`, `w`)", "a", "/?k=v;l=w", true),
        ("QueryRegexp(`k`, `^v`)", "a", "/?k=x&k=v", true),
        ("PathRegexp(`^/[a-c]{2}$`)", "a", "/ab", true),
        ("PathRegexp(`\\d`)", "a", "/%D9%A3", false),
        ("Method(`get`)", "a", "/", true),
        ("Header(`x-k`, `v`)", "a", "/", true),
        ("Header(`Host`, `a`)", "a", "/", false),
    ] {
        let request = seen(host, target, &[("X-K", "v")]);
        assert_eq!(
            Rule::read(rule).expect(rule).matches(&request),
            matches,
            "{rule} {host}{target}"
        );
    }
}

#[test]
fn expressions_are_those_of_go() {
    for refused in [
        "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "\\1", "a**", "a*+", "a{2}{3}", "a{1001}", "*a", "(",
        "[a", "(?x)a", "(?u)a", "\\y", "a{3,2}", "\\Z", "(?P=n)",
    ] {
        assert!(Pattern::compile(refused).is_err(), "{refused}");
    }
    for (pattern, text, matches) in [
        ("^\\w+$", "é", false),
        ("a{,2}", "a{,2}", true),
        ("a{", "a{", true),
        ("[a&&b]", "&", true),
        ("[[a]", "[", true),
        ("^[\\d-z]$", "-", true),
        ("\\Qa.b\\E", "a.b", true),
        ("\\Qa.b\\E", "axb", false),
        ("\\101", "A", true),
        ("\\<a", "<a", true),
        ("(?P<n>a)(?<m>b)", "ab", true),
        ("(?i)É", "é", true),
        ("a\\b", "aé", true),
        ("^a??$", "a", true),
        ("[]a]", "]", true),
    ] {
        let pattern = Pattern::compile(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
        assert_eq!(pattern.is_match(text), matches, "{} {text}", pattern.source());
    }
}

#[test]
fn placeholders_of_v2_are_told() {
    for (old, new) in [
        ("PathPrefix(`/a/{id}`)", "PathRegexp(`^/a/[^/]+`)"),
        ("Path(`/a/{id:[0-9]+}/b`)", "PathRegexp(`^/a/[0-9]+/b$`)"),
        ("HostRegexp(`{sub:[a-z]+}.example.org`)", "HostRegexp(`(?i)^[a-z]+\\.example\\.org$`)"),
        ("Query(`k=v`)", "Query(`k`, `v`)"),
        ("Query(`k=v`, `l=w`)", "Query(`k`, `v`) && Query(`l`, `w`)"),
    ] {
        assert!(Rule::read(old).is_ok(), "Traefik accepts it");
        assert_eq!(parse(old).expect_err(old).instead.as_deref(), Some(new));
    }
    assert_eq!(Rule::read_v2("Host(`a`, `b`)").expect("v2").to_string(), "Host(`a`) || Host(`b`)");
}

#[test]
fn overlap_is_decided() {
    for (one, two, overlap) in [
        ("Host(`a`)", "Host(`b`)", false),
        ("Host(`a`)", "Host(`A.`)", true),
        ("Host(`*.a`)", "Host(`b.a`)", true),
        ("Host(`*.a`)", "Host(`c.b.a`)", false),
        ("Host(`*.a`) && !Host(`b.a`)", "Host(`b.a`)", false),
        ("Host(`*.a`)", "Host(`*.a`) && !Host(`b.a`)", true),
        ("Host(`*`)", "!Host(`a`)", true),
        ("Path(`/a`)", "Path(`/a/`)", false),
        ("PathPrefix(`/a`)", "Path(`/ab`)", true),
        ("PathPrefix(`/a`) && !PathPrefix(`/a/`)", "PathPrefix(`/a/b`)", false),
        ("PathPrefix(`/a`) && !Path(`/a`)", "PathPrefix(`/`)", true),
        ("!PathPrefix(`/`)", "Host(`a`)", false),
        ("PathPrefix(`/a//b`)", "PathPrefix(`/`)", false),
        ("Path(`/a/../b`)", "PathPrefix(`/`)", false),
        ("PathPrefix(`/a%`)", "PathPrefix(`/`)", true),
        ("Path(`/a?b`)", "PathPrefix(`/`)", false),
        // `Host: [a:80]` gets there.
        ("Host(`a:80`)", "PathPrefix(`/`)", true),
        ("Host(`a/b`)", "PathPrefix(`/`)", false),
        ("Method(`GET`)", "Method(`POST`)", false),
        ("!Method(`GET`) && !Method(`POST`)", "Host(`a`)", true),
        ("ClientIP(`10.0.0.0/8`)", "ClientIP(`10.1.0.0/16`)", true),
        ("ClientIP(`10.0.0.0/8`)", "ClientIP(`11.0.0.0/8`)", false),
        ("ClientIP(`10.0.0.0/8`) && !ClientIP(`10.0.0.0/9`)", "ClientIP(`10.128.0.0/9`)", true),
        ("Header(`a`, `1`)", "Header(`A`, `2`)", true),
        ("Header(`a`, `1`)", "!Header(`A`, `1`)", false),
        ("Query(`a`, `1`) && !Query(`b`)", "Query(`a`, `1`) && Query(`b`)", false),
        ("PathRegexp(`^/a`) && Host(`a`)", "Host(`b`)", false),
        ("PathRegexp(`^/a`)", "Path(`/ab`)", true),
        ("PathRegexp(`^/z[0-9]{9}$`)", "PathPrefix(`/`)", true),
        ("PathRegexp(`\\.png$`) && PathPrefix(`/a`)", "PathRegexp(`^/(x|a)/`)", true),
        ("HostRegexp(`^(www\\.)?a\\.b$`)", "!Host(`a.b`) && PathPrefix(`/a`)", true),
        ("HeaderRegexp(`a`, `^b+$`)", "Query(`a`, `1`) && QueryRegexp(`b`, `^(c|d)$`)", true),
    ] {
        let (one, two) = (Rule::read(one).expect(one), Rule::read(two).expect(two));
        match one.overlap(&two) {
            Overlap::No => assert!(!overlap, "{one} and {two}"),
            Overlap::Yes(example) => assert!(overlap, "{one} and {two}: {example}"),
            Overlap::Possible => panic!("{one} and {two}: not decided"),
        }
        assert_eq!(one.overlap(&two) == Overlap::No, two.overlap(&one) == Overlap::No);
    }
    let open = Rule::read("PathRegexp(`^/z[0-9]{9}$`) && !PathRegexp(`0`)").expect("a rule");
    assert_eq!(open.overlap(&Rule::read("PathPrefix(`/`)").expect("a rule")), Overlap::Possible);
}

#[test]
fn many_hosts_and_paths_cost_little() {
    let any = |matcher: &str, value: &dyn Fn(u32) -> String| {
        let each: Vec<String> = (0..400).map(|n| format!("{matcher}(`{}`)", value(n))).collect();
        each.join(" || ")
    };
    let hosts = any("Host", &|n| format!("h{n}.test"));
    let paths = any("PathPrefix", &|n| format!("/p{n}"));
    let rule = Rule::read(&format!("({hosts}) && ({paths})")).expect("a rule");
    assert!(matches!(rule.overlap(&rule), Overlap::Yes(_)));
    let other = Rule::read("!PathPrefix(`/p`)").expect("a rule");
    assert_ne!(rule.overlap(&other), Overlap::Yes(Example::default()));
}

mod random {
    //! Rules and requests at random: what is said of two rules holds for every
    //! request.

    use proptest::prelude::*;

    use super::*;

    fn matcher() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec!["a", "b.a", "*.a", "*", "a.", "c.b.a"])
                .prop_map(|host| format!("Host(`{host}`)")),
            prop::sample::select(vec!["/", "/a", "/a/", "/ab", "/a/b", "/a b", "/a%2Fb"])
                .prop_map(|path| format!("Path(`{path}`)")),
            prop::sample::select(vec!["/", "/a", "/a/", "/ab", "/a/b", "/a%"])
                .prop_map(|path| format!("PathPrefix(`{path}`)")),
            prop::sample::select(vec!["v", "w"]).prop_map(|v| format!("Header(`K`, `{v}`)")),
        ]
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let text = matcher().prop_recursive(3, 10, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|rule| format!("!({rule})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) || ({b})")),
            ]
        });
        text.prop_map(|text| Rule::read(&text).expect("a rule"))
    }

    proptest! {
        #[test]
        fn what_overlaps_has_a_request_and_what_does_not_has_none(
            one in rule(),
            two in rule(),
            host in prop::sample::select(vec!["a", "A.", "b.a", "x.a", "c.b.a", "z", "b.a."]),
            target in prop::sample::select(vec!["/", "/a", "/a/", "/ab", "/abc", "/a/b", "/a%20b", "/a%2Fb", "/z"]),
            header in prop::sample::select(vec!["v", "w", "x"]),
        ) {
            match one.overlap(&two) {
                Overlap::Yes(example) => {
                    let headers: Vec<(&str, &str)> =
                        example.headers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                    let request = example.request("web", &headers);
                    let seen = Seen::cleaned(&request).expect("a request");
                    prop_assert!(one.matches(&seen) && two.matches(&seen), "{example}");
                }
                Overlap::No => {
                    let headers = [("K", header)];
                    let seen = seen(host, target, &headers);
                    prop_assert!(!(one.matches(&seen) && two.matches(&seen)), "{host}{target}");
                }
                Overlap::Possible => prop_assert!(false, "not decided: {one} and {two}"),
            }
        }

        #[test]
        fn what_is_obvious_is_what_a_search_finds(rule in rule()) {
            if let Some(example) = rule.obvious() {
                prop_assert!(example.matches(&rule), "{rule}: {example}");
                prop_assert_eq!(rule.searched(), Overlap::Yes(example), "{}", rule);
            }
        }

        #[test]
        fn a_rule_reads_as_it_is_written(rule in rule()) {
            let again = Rule::read(&rule.to_string()).expect("a rule");
            prop_assert_eq!(again.to_string(), rule.to_string());
        }

        #[test]
        fn no_text_is_too_odd(text in "[-`!&|()*/\\\\\"a-zHP{},.\n ]{0,60}") {
            let _ = Rule::read(&text);
            let _ = Rule::read_tcp(&text);
            let _ = Rule::read_v2(&text);
            let _ = Pattern::compile(&text);
        }
    }
}

#[test]
fn of_a_query_of_v2_the_first_counts() {
    let rule = Rule::read_v2("Query(`k=w`)").expect("a rule of v2");
    assert_eq!(rule.to_string(), "Query(`k`, `w`)");
    for (target, wanted) in [("/?k=w&k=v", true), ("/?k=v&k=w", false), ("/?l=w", false)] {
        assert_eq!(rule.matches(&seen("a", target, &[])), wanted, "{target}");
    }
    assert!(Rule::read("Query(`k`, `w`)").expect("a rule").matches(&seen("a", "/?k=v&k=w", &[])));
}
