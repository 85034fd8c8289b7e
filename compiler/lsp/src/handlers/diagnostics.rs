//! `textDocument/publishDiagnostics`: what is wrong, after each change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use jtc_core::diagnostics::{Diag, Severity};
use jtc_core::syntax::FileId;
use lsp_types::notification::{Notification as _, PublishDiagnostics};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Position, PublishDiagnosticsParams, Range, Uri,
};

use crate::convert;
use crate::roots::Root;
use crate::state::State;

/// The name that diagnostics stand under.
pub(crate) const SOURCE: &str = "jtc";

/// What the client was told about a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Published {
    uri: Uri,
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

/// Codes of something that may as well be taken away.
const UNNECESSARY: &[&str] = &["J0115", "J0811"];

/// Codes of something that is going away.
const DEPRECATED: &[&str] = &["J0621"];

impl State {
    /// Analyses what has changed, and tells the client what is different from
    /// what it knows.
    pub(crate) fn publish(&mut self) {
        self.look();
        self.refresh();
        // A request may have had the change analysed already.
        if !std::mem::take(&mut self.is_untold) {
            return;
        }
        let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        for root in self.roots.values() {
            for diag in &root.analysis.diags {
                let Some(place) = root.place(diag.span().file) else { continue };
                let Some(diagnostic) = self.diagnostic(root, diag) else { continue };
                let all = found.entry(place.to_owned()).or_default();
                // A file of two topologies has its own mistakes once.
                if !all.contains(&diagnostic) {
                    all.push(diagnostic);
                }
            }
        }
        for place in self.documents.keys().filter(|place| self.is_alone(place)) {
            found.entry(place.clone()).or_default().push(alone());
        }
        let mut now = BTreeMap::new();
        let gone = self.published.keys().filter(|place| !found.contains_key(*place));
        let gone: Vec<PathBuf> = gone.cloned().collect();
        let clear = gone.into_iter().map(|place| (place, Vec::new()));
        let open = self.documents.keys().filter(|place| !found.contains_key(*place));
        let open: Vec<PathBuf> = open.cloned().collect();
        let fine = open.into_iter().map(|place| (place, Vec::new()));
        let all: BTreeMap<PathBuf, Vec<Diagnostic>> = clear.chain(fine).chain(found).collect();
        for (place, diagnostics) in all {
            let before = self.published.get(&place);
            let document = self.documents.get(&place);
            let version = document.map(|document| document.version);
            let uri = document.map(|document| document.uri.clone());
            // What a document was called stays its name until it is open
            // under another.
            let uri = uri.or_else(|| before.map(|before| before.uri.clone()));
            let Some(uri) = uri.or_else(|| convert::uri(&place)) else { continue };
            let is_empty = diagnostics.is_empty();
            let published = Published { uri, version, diagnostics };
            if before != Some(&published) && (before.is_some() || !is_empty || version.is_some()) {
                self.notify(
                    PublishDiagnostics::METHOD,
                    PublishDiagnosticsParams {
                        uri: published.uri.clone(),
                        version: published.version,
                        diagnostics: published.diagnostics.clone(),
                    },
                );
            }
            if !is_empty || version.is_some() {
                now.insert(place, published);
            }
        }
        self.published = now;
    }

    /// A diagnostic as the client sees it.
    pub(crate) fn diagnostic(&self, root: &Root, diag: &Diag) -> Option<Diagnostic> {
        let span = diag.span();
        let source = root.source(span.file)?;
        let code = diag.meta.code;
        let mut message = diag.message.clone();
        if let Some(label) = diag.labels.first()
            && !label.text.is_empty()
        {
            message = format!("{message}\n{}", label.text);
        }
        if let Some(help) = &diag.help {
            message = format!("{message}\nhelp: {help}");
        }
        let related = diag.labels.iter().skip(1).filter_map(|label| {
            let location = self.location(root, label.span)?;
            Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
        });
        let related: Vec<_> = if self.client.related { related.collect() } else { Vec::new() };
        let href = Uri::from_str(&self.client.page(code)).ok();
        let tag = match code {
            code if UNNECESSARY.contains(&code) => Some(DiagnosticTag::UNNECESSARY),
            code if DEPRECATED.contains(&code) => Some(DiagnosticTag::DEPRECATED),
            _ => None,
        };
        Some(Diagnostic {
            range: convert::range(source.lines(), span, self.client.columns),
            severity: Some(match diag.meta.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(code.to_owned())),
            code_description: href
                .filter(|_| self.client.code_links)
                .map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: tag.filter(|_| self.client.tags).map(|tag| vec![tag]),
            data: None,
        })
    }

    /// The diagnostics of the compiler in a file, each with its topology.
    pub(crate) fn diags(&self, uri: &Uri) -> Vec<(&Root, FileId, &Diag)> {
        let place = convert::place(uri);
        let roots = self.roots.values().filter_map(|root| Some((root, root.file(&place)?)));
        roots
            .flat_map(|(root, file)| {
                let diags = root.analysis.diags.iter();
                diags.filter(move |diag| diag.span().file == file).map(move |it| (root, file, it))
            })
            .collect()
    }
}

/// That a file without an edition is checked by itself.
fn alone() -> Diagnostic {
    let start = Position { line: 0, character: 0 };
    Diagnostic {
        range: Range { start, end: start },
        severity: Some(DiagnosticSeverity::HINT),
        source: Some(SOURCE.to_owned()),
        message: "no topology in this folder or above it includes this file, so it is checked as a topology \
                  by itself; one starts with `edition 1`"
            .to_owned(),
        ..Diagnostic::default()
    }
}
