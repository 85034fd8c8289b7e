//! What is served: a line for each method.

use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Initialized, Notification, SetTrace,
};
use lsp_types::request::{
    CodeActionRequest, CodeLensRequest, Completion, DocumentHighlightRequest, DocumentLinkRequest,
    DocumentSymbolRequest, FoldingRangeRequest, Formatting, GotoDefinition, HoverRequest,
    Initialize, InlayHintRequest, PrepareRenameRequest, RangeFormatting, References, Rename,
    Request, SelectionRangeRequest, SemanticTokensFullRequest, SemanticTokensRangeRequest,
    Shutdown, WorkspaceSymbolRequest,
};
use serde_json::Value;

use crate::handlers::manifest::{ExplainRequest, ManifestRequest};
use crate::handlers::{
    actions, completion, definition, folding, formatting, hover, inlay, lens, lifecycle, links,
    manifest, references, rename, selection, symbols, sync, tokens,
};
use crate::state::{Failure, State};

type Answer = Result<Value, Failure>;

macro_rules! routes {
    (
        requests { $($request:ty => $on_request:expr,)* }
        notifications { $($notification:ty => $on_notification:expr,)* }
    ) => {
        /// Answers a request; nothing when the method isn't served.
        pub(crate) fn request(state: &mut State, method: &str, params: Value) -> Option<Answer> {
            match method {
                $(<$request as Request>::METHOD => {
                    Some(call::<$request>(state, params, $on_request))
                })*
                _ => None,
            }
        }

        /// Takes note of a notification; nothing when the method isn't known.
        pub(crate) fn notification(
            state: &mut State,
            method: &str,
            params: Value,
        ) -> Option<Result<(), Failure>> {
            match method {
                $(<$notification as Notification>::METHOD => {
                    Some(note::<$notification>(state, params, $on_notification))
                })*
                _ => None,
            }
        }
    };
}

routes! {
    requests {
        Initialize => lifecycle::initialize,
        Shutdown => lifecycle::shutdown,
        Completion => completion::completion,
        HoverRequest => hover::hover,
        GotoDefinition => definition::definition,
        References => references::references,
        DocumentHighlightRequest => references::highlights,
        PrepareRenameRequest => rename::prepare,
        Rename => rename::rename,
        CodeActionRequest => actions::actions,
        CodeLensRequest => lens::lenses,
        DocumentSymbolRequest => symbols::document,
        WorkspaceSymbolRequest => symbols::workspace,
        DocumentLinkRequest => links::links,
        FoldingRangeRequest => folding::folding,
        Formatting => formatting::whole,
        RangeFormatting => formatting::range,
        SelectionRangeRequest => selection::selection,
        SemanticTokensFullRequest => tokens::full,
        SemanticTokensRangeRequest => tokens::range,
        InlayHintRequest => inlay::hints,
        ManifestRequest => manifest::manifest,
        ExplainRequest => manifest::explain,
    }
    notifications {
        Initialized => lifecycle::initialized,
        SetTrace => |_, _| (),
        DidChangeConfiguration => |_, _| (),
        DidOpenTextDocument => sync::open,
        DidChangeTextDocument => sync::change,
        DidSaveTextDocument => sync::save,
        DidCloseTextDocument => sync::close,
        DidChangeWatchedFiles => sync::watched,
        DidChangeWorkspaceFolders => sync::folders,
    }
}

/// Runs a handler on what the client means, after what has changed has been
/// analysed.
fn call<R: Request>(
    state: &mut State,
    params: Value,
    handler: fn(&mut State, R::Params) -> Result<R::Result, Failure>,
) -> Answer {
    let params = serde_json::from_value(params).map_err(|error| Failure::params(&error))?;
    state.look();
    state.refresh();
    let result = handler(state, params)?;
    serde_json::to_value(result).map_err(|error| Failure::new(error.to_string()))
}

fn note<N: Notification>(
    state: &mut State,
    params: Value,
    handler: fn(&mut State, N::Params),
) -> Result<(), Failure> {
    let params = serde_json::from_value(params).map_err(|error| Failure::params(&error))?;
    handler(state, params);
    Ok(())
}
