//! a program and an external of one name.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0313",
    severity: Severity::Error,
    title: "connection that could lead to either of two",
    what: "A `connect` names what is both a program of its namespace and an `external`.",
    why: "The program would be taken, and the external never reached: no policy would let traffic out to it, and the variables would hold the address of the other. Nothing would say so before the program fails.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "mail" host="smtp.example.org" port=587 cidr="10.0.9.0/24"
namespace "tools" {
    workload "mail" image="example/mail:1" { port "http" 8080; }
    workload "report" image="example/report:1" { connect "mail" host-env="SMTP_HOST"; }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "smtp" host="smtp.example.org" port=587 cidr="10.0.9.0/24"
namespace "tools" {
    workload "mail" image="example/mail:1" { port "http" 8080; }
    workload "report" image="example/report:1" { connect "smtp" host-env="SMTP_HOST"; connect "mail"; }
}
"#,
    fix: "Give one of the two another name, and name in `connect` the one that is meant.",
};

/// `program` is the place of the program, unless it is a component that every
/// such namespace has.
pub(crate) fn diag(name: &str, program: Option<Span>, external: Span, connect: Span) -> Diag {
    let shown = shorten(name);
    let message = format!("`{shown}` is both a program of this namespace and an external");
    let diag = match program {
        Some(program) => Diag::new(&META, program, "the program", message).with(external, "the external"),
        None => Diag::new(&META, external, "the external, named like a component", message),
    };
    diag.with(connect, "could lead to either")
        .help(format!("give one of the two another name, as in `\"{shown}-server\"`, and write in `connect` the one that is meant"))
}
