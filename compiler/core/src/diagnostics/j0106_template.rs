//! a template language's text.

use super::prelude::*;
use jtc_syntax::Template;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0106",
    severity: Severity::Error,
    title: "template in a topology",
    what: "A piece of Helm's or Jinja's `{{ … }}`, of a shell's `${…}`, or a `$(…)` stands in the topology.",
    why: "Nothing fills in templates here, so the text would reach Kubernetes as it is. What differs between namespaces is said where they are written, and what they share in `defaults` or an `elk` profile.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" {
        image {{ .Values.image }}
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" {
        image "example/report:1"
    }
}
"#,
    fix: "Write the value itself. If the program shall get the text as it is, put it in quotes.",
};

/// A piece of a template.
pub(crate) fn diag(span: Span, template: Template, text: &str) -> Diag {
    let text = shorten(text);
    let whose = match template {
        Template::Braces => "a template of Helm or Jinja",
        Template::Shell => "a variable of a shell",
        Template::Parentheses => "a variable of Kubernetes or make",
    };
    let help = match template {
        Template::Braces => "write the value itself, as in `replicas 3` or `image \"example/report:1\"`; what several namespaces share can stand in `defaults`".to_owned(),
        Template::Shell | Template::Parentheses => format!(
            "write the value itself in quotes; if the program in the container shall see this text, write `\"{text}\"`"
        ),
    };
    Diag::new(
        &META,
        span,
        "nothing fills this in",
        format!("`{text}` is {whose}, and nothing fills it in here"),
    )
    .help(help)
}

/// The piece of a template in a text, if there is one: where it begins and
/// ends.
fn piece(text: &str) -> Option<(Template, &str)> {
    let between = |open: &str, close: &str| {
        let start = text.find(open)?;
        let rest = text.get(start..)?;
        let end = rest.find(close).map_or(rest.len(), |end| end + close.len());
        rest.get(..end)
    };
    let braces = between("{{", "}}").map(|piece| (Template::Braces, piece));
    let shell = || between("${", "}").map(|piece| (Template::Shell, piece));
    let make = || between("$(", ")").map(|piece| (Template::Parentheses, piece));
    braces.or_else(shell).or_else(make)
}

/// A text that its kind refuses, if it is refused because of a template.
pub(crate) fn in_text(span: Span, text: &str) -> Option<Diag> {
    let (template, piece) = piece(text)?;
    let mut diag = diag(span, template, piece);
    diag.help = Some("write the value itself, as in `replicas 3` or `image \"example/report:1\"`; what several namespaces share can stand in `defaults`".to_owned());
    Some(diag)
}
