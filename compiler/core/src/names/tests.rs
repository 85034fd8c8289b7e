use jtc_syntax::{FileId, parse};

use super::*;

const TOPOLOGY: &str = r##"
external "mysql" host="db.example.org" port=3306
secret "prod-db" { keys DB_HOST "DB_PORT"; }
database "prod" external="mysql" secret=#"prod-db"# uri-key="DB_HOST"
elk "standard" version="8.19.3" { kibana; }
defaults { traefik { entrypoint "extra" port=9100; }; }
namespace "one" elk="standard" {
    server { port "admin" 9000; probe "readiness" path="/" port="admin"; }
    traefik { entrypoint "own" port=9200; }
    route "a" entrypoint="own" to="server:admin"
    route "b" entrypoint="extra" to="kibana"
}
namespace two {
    workload "w" image="i" {
        env "A" secret="prod-db" key="DB_PORT"
        connect "one/server" port="own"
        connect "mysql"
        connect "w"
    }
}
"##;

/// Every place as `line kind scope name role`, the name as the text has it.
fn told() -> Vec<String> {
    let parse = parse(FileId(0), TOPOLOGY);
    assert!(parse.errors.is_empty(), "{:?}", parse.errors);
    let names = Names::new([(&parse.document, TOPOLOGY)].into_iter());
    names
        .iter()
        .map(|place| {
            assert_eq!(place.span.slice(TOPOLOGY), place.symbol.name);
            let line = TOPOLOGY[..place.span.start as usize].lines().count();
            let Symbol { kind, scope, name } = &place.symbol;
            let role = match place.role {
                Role::Reference => "->",
                Role::Definition | Role::Builtin => "=",
            };
            format!("{line} {kind:?} [{scope}] {role} {name}")
        })
        .collect()
}

#[test]
fn every_name_is_known_by_the_nearest_layer_that_defines_it() {
    expect_test::expect![[r"
        2 External [] = mysql
        3 Secret [] = prod-db
        3 SecretKey [prod-db] = DB_HOST
        3 SecretKey [prod-db] = DB_PORT
        4 Database [] = prod
        4 External [] -> mysql
        4 Secret [] -> prod-db
        4 SecretKey [prod-db] -> DB_HOST
        5 Elk [] = standard
        5 Backend [elk:standard] = kibana
        6 Backend [defaults:] = traefik
        6 Entrypoint [defaults:] = extra
        7 Namespace [] = one
        7 Elk [] -> standard
        8 Backend [one] = server
        8 Port [one/server] = admin
        8 Port [one/server] -> admin
        9 Backend [one] = traefik
        9 Entrypoint [one] = own
        10 Entrypoint [one] -> own
        10 Backend [one] -> server
        10 Port [one/server] -> admin
        11 Entrypoint [defaults:] -> extra
        11 Backend [elk:standard] -> kibana
        13 Namespace [] = two
        14 Backend [two] = w
        15 Secret [] -> prod-db
        15 SecretKey [prod-db] -> DB_PORT
        16 Namespace [] -> one
        16 Backend [one] -> server
        16 Entrypoint [one] -> own
        17 External [] -> mysql
        18 Backend [two] -> w"]]
    .assert_eq(&told().join("\n"));
}

#[test]
fn what_may_be_named_comes_from_all_layers() {
    let parse = parse(FileId(0), TOPOLOGY);
    let names = Names::new([(&parse.document, TOPOLOGY)].into_iter());
    let known = |kind, scope| -> Vec<&str> {
        names.known(kind, scope).into_iter().map(|place| place.symbol.name.as_str()).collect()
    };
    assert_eq!(known(RefKind::Entrypoint, "one"), ["own", "extra"]);
    assert_eq!(known(RefKind::Backend, "one"), ["server", "traefik", "kibana"]);
    assert_eq!(known(RefKind::Backend, "two"), ["w", "traefik"]);
    assert_eq!(known(RefKind::SecretKey, "prod-db"), ["DB_HOST", "DB_PORT"]);
    assert_eq!(known(RefKind::Port, "one/server"), ["admin"]);
}

#[test]
fn a_name_with_escapes_is_all_between_its_quotes() {
    for (written, inner) in [
        (r#""\\""#, r"\\"),
        (r#""\u{75}""#, r"\u{75}"),
        (r##"#"a\b"#"##, r"a\b"),
        (r#""a\\b""#, r"a\\b"),
    ] {
        let text = format!("database {written} external=\"x\" secret=\"y\"");
        let parse = parse(FileId(0), &text);
        let names = Names::new([(&parse.document, &*text)].into_iter());
        let place = names.iter().find(|it| it.role == Role::Definition).unwrap();
        assert_eq!(place.span.slice(&text), inner, "{written}");
    }
}
