//! `elk` and `retention`.

use jtc_syntax::Node;

use super::{Lowering, name_span, program};
use crate::model::At;
use crate::model::declared::{Elk, Retention};
use crate::schema::access::NodeExt;

/// A profile, a stack of its own, or a refinement.
pub(super) fn elk(cx: &mut Lowering<'_>, node: &Node) -> Elk {
    Elk {
        span: Some(name_span(node)),
        version: node.prop_text("version"),
        parts: program::parts(cx, node),
        retention: node.child("retention").map(|child| At::new(retention(child), child.name.span)),
    }
}

fn retention(node: &Node) -> Retention {
    let prop = |child: &str, name: &str| node.child(child).and_then(|child| child.prop_text(name));
    let text = |child: &str, name: &str| prop(child, name).map(|at| at.value);
    Retention {
        rollover_size: text("rollover", "size"),
        rollover_age: text("rollover", "age"),
        warm_after: prop("warm", "after"),
        cold_after: prop("cold", "after"),
        delete_after: prop("delete", "after"),
    }
}
