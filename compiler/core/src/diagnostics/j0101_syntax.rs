//! text that is not KDL.

use super::prelude::*;
use jtc_syntax::SyntaxError;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0101",
    severity: Severity::Error,
    title: "text that is not KDL",
    what: "The text can't be read.",
    why: "What it was meant to say is not known.",
    wrong: "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; } }\n",
    right: "edition 1\ncluster \"demo\" { kubernetes \"1.34\"; }\n",
    fix: "Mend it as the message says.",
};

/// What the parser found.
pub(crate) fn from_syntax(error: SyntaxError) -> Diag {
    let mut diag = Diag::new(&META, error.span, "here", format!("{:?}", error.kind));
    for (span, role) in error.related {
        diag = diag.with(span, role);
    }
    diag
}
