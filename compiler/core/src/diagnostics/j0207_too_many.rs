//! too many arguments.

use super::prelude::*;
use crate::schema::NodeSpec;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0207",
    severity: Severity::Error,
    title: "too many arguments",
    what: "A node has more arguments than it takes.",
    why: "Nothing would read them.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
database "prod" "docker" external="db" secret="s" name="docker"
external "db" host="db.example.org" port=3306
secret "s" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
database "prod" external="db" secret="s" name="docker"
external "db" host="db.example.org" port=3306
secret "s" { keys "DB_HOST" "DB_PORT" "DB_USER" "DB_PASS"; }
"#,
    fix: "Remove it, or write it as the property it was meant to be.",
};

/// An argument beyond the last.
pub(crate) fn argument(spec: &'static NodeSpec, entry: &Entry, instead: Option<String>) -> Diag {
    let most = match spec.args.len() {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        many => format!("{many} arguments"),
    };
    Diag::new(&META, entry.span, "one too many", format!("`{}` takes {most}", spec.name))
        .help(instead.unwrap_or_else(|| format!("write it as in `{}`", spec.example)))
}
