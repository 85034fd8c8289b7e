//! word that YAML reads as a truth value.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0623",
    severity: Severity::Error,
    title: "word that YAML reads as a truth value",
    what: "A manifest has one of the words `yes`, `no`, `on`, `off`, `y` and `n` without quotes.",
    why: "kubectl reads them as `true` and `false`, as YAML 1.1 had it; YAML 1.2 reads them as text. So `country: no` becomes `false`, and whether the API server refuses it or a program gets the wrong value is a matter of the field.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "settings.yaml"; }
// file: settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  country: no
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { manifest "settings.yaml"; }
// file: settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  country: "no"
"#,
    fix: "Put the word in quotes where a text is meant; write `true` or `false` where a truth value is.",
};

/// `object` is the start of the object that it is in.
pub(crate) fn diag(at: Span, word: &str, truth: bool, object: Span) -> Diag {
    Diag::new(
        &META,
        at,
        "needs quotes, or another word",
        format!("`{word}` without quotes is the truth value `{truth}`, not a text"),
    )
    .with(object, "in the object that starts here")
    .help(format!("write `\"{word}\"` if the text is meant, `{truth}` if the truth value is"))
}
