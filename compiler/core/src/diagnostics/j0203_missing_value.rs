//! missing argument or property.

use super::prelude::*;
use crate::schema::{ArgSpec, NodeSpec, PropSpec, Type};

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0203",
    severity: Severity::Error,
    title: "missing argument or property",
    what: "A node lacks something that it can't do without.",
    why: "There is nothing that could be taken instead.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" port=3306
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
external "db" host="db.example.org" port=3306
"#,
    fix: "Add what the message names.",
};

/// An argument that isn't there.
pub(crate) fn argument(spec: &'static NodeSpec, arg: &ArgSpec, at: &Name) -> Diag {
    Diag::new(&META, at.span, format!("needs its {}", arg.name), format!("`{}` lacks its {}", spec.name, arg.name))
        .help(format!("write its {} after `{}`, as in `{}`", arg.name, spec.name, spec.example))
}

/// A property that isn't there.
pub(crate) fn property(spec: &'static NodeSpec, prop: &PropSpec, at: &Node) -> Diag {
    let written = match prop.ty {
        Type::Int(..) => format!("{}=NUMBER", prop.name),
        _ => crate::schema::validate::written(prop),
    };
    // A number has no example that would be right for anybody.
    let range = match prop.ty {
        Type::Int(..) => format!(", {}", prop.ty.describe()),
        _ => String::new(),
    };
    Diag::new(&META, at.name.span, format!("needs `{}`", prop.name), format!("`{}` lacks `{}`", spec.name, prop.name))
        .help(format!("add `{written}`{range}: {}", prop.doc))
}

/// Several things that a node lacks; `whole` is how it could be written.
pub(crate) fn several(spec: &'static NodeSpec, lacks: &[String], whole: &str, at: &Name) -> Diag {
    let all = match lacks {
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        _ => lacks.concat(),
    };
    Diag::new(&META, at.span, format!("needs {all}"), format!("`{}` lacks {all}", spec.name))
        .help(format!("write it as in `{whole}`"))
}
