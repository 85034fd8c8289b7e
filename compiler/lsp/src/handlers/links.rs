//! `textDocument/documentLink`: the files that others name.

use lsp_types::{DocumentLink, DocumentLinkParams};

use crate::markdown::count;
use crate::outline;
use crate::state::{Failure, State};

pub(crate) fn links(
    state: &mut State,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>, Failure> {
    let view = state.view(&params.text_document.uri)?;
    let found = outline::links(view.tree).into_iter().filter_map(|link| {
        let targets = outline::targets(&view, &link);
        let first = targets.first()?;
        Some(DocumentLink {
            range: view.range(link.span),
            target: state.uri(first),
            tooltip: (targets.len() > 1)
                .then(|| format!("the first of {}", count(targets.len(), "file"))),
            data: None,
        })
    });
    Ok(Some(found.collect()))
}
