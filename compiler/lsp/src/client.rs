//! What the client can do.

use jtc_core::syntax::Columns;
use lsp_types::{InitializeParams, MarkupKind, PositionEncodingKind};
use serde::Deserialize;

/// What the client said about itself, as far as it matters here.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that a client can or can't do"
)]
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    /// What its columns count.
    pub(crate) columns: Columns,
    /// Whether completions may have places to fill in.
    pub(crate) snippets: bool,
    /// Whether it shows Markdown in hovers.
    pub(crate) markdown: bool,
    /// Whether it shows Markdown in completions.
    pub(crate) markdown_items: bool,
    /// Whether diagnostics may name other places.
    pub(crate) related: bool,
    /// Whether a code may link to a page.
    pub(crate) code_links: bool,
    /// Whether diagnostics may have tags.
    pub(crate) tags: bool,
    /// Whether symbols may be in one another.
    pub(crate) nested_symbols: bool,
    /// Whether it watches files when asked to.
    pub(crate) watches: bool,
    /// Whether edits may say which version of a document they are for.
    pub(crate) versioned_edits: bool,
    /// Where the pages of the diagnostics are; see docs/editors.md.
    pub(crate) documentation: Option<String>,
}

/// `initializationOptions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    documentation_url: Option<String>,
}

impl Client {
    /// Reads what the client said.
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let document = capabilities.text_document.as_ref();
        let completion = document
            .and_then(|document| document.completion.as_ref())
            .and_then(|completion| completion.completion_item.as_ref());
        let diagnostics = document.and_then(|document| document.publish_diagnostics.as_ref());
        let hover = document.and_then(|document| document.hover.as_ref());
        let formats = hover.and_then(|hover| hover.content_format.as_ref());
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let options: Options = params
            .initialization_options
            .clone()
            .and_then(|options| serde_json::from_value(options).ok())
            .unwrap_or_default();
        Self {
            columns: columns(params),
            snippets: completion.and_then(|item| item.snippet_support).unwrap_or_default(),
            markdown: formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            markdown_items: completion
                .and_then(|item| item.documentation_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            related: diagnostics.and_then(|it| it.related_information).unwrap_or_default(),
            code_links: diagnostics.and_then(|it| it.code_description_support).unwrap_or_default(),
            tags: diagnostics.is_some_and(|it| it.tag_support.is_some()),
            nested_symbols: document
                .and_then(|document| document.document_symbol.as_ref())
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            watches: workspace
                .and_then(|workspace| workspace.did_change_watched_files)
                .and_then(|watch| watch.dynamic_registration)
                .unwrap_or_default(),
            versioned_edits: edits.and_then(|edits| edits.document_changes).unwrap_or_default(),
            documentation: options.documentation_url.or_else(published),
        }
    }

    /// The page of a diagnostic.
    pub(crate) fn page(&self, code: &str) -> String {
        match &self.documentation {
            Some(base) => format!("{}/{code}.md", base.trim_end_matches('/')),
            None => format!("jtc:/diagnostics/{code}.md"),
        }
    }

    /// How the client knows what its columns count.
    pub(crate) fn encoding(&self) -> PositionEncodingKind {
        match self.columns {
            Columns::Utf8 => PositionEncodingKind::UTF8,
            Columns::Utf16 => PositionEncodingKind::UTF16,
            Columns::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

/// Where the pages of the diagnostics are published, as the command line has
/// it: said when this was built, or by the environment.
fn published() -> Option<String> {
    let told = std::env::var("JTC_DOCS_URL").ok().filter(|told| !told.is_empty());
    told.or_else(|| option_env!("JTC_DOCS_URL").map(str::to_owned))
}

/// The first encoding that the client would like and we have; UTF-16 where it
/// says nothing.
fn columns(params: &InitializeParams) -> Columns {
    let general = params.capabilities.general.as_ref();
    let wanted = general.and_then(|general| general.position_encodings.as_ref());
    wanted
        .into_iter()
        .flatten()
        .find_map(|kind| match kind.as_str() {
            "utf-8" => Some(Columns::Utf8),
            "utf-16" => Some(Columns::Utf16),
            "utf-32" => Some(Columns::Utf32),
            _ => None,
        })
        .unwrap_or_default()
}
