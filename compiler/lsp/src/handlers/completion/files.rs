//! Files that a topology may name.

use std::collections::BTreeSet;

use jtc_core::sources::{Files, join};
use lsp_types::{CompletionItem, CompletionItemKind};

use super::{Item, quote};
use crate::cursor::Cursor;
use crate::roots::is_root_at;
use crate::state::View;

/// The most files that are offered.
const MOST: usize = 200;

/// Files below the folder of this one, by how their names end; and for each
/// folder of them, where several may be meant, the pattern of all.
pub(super) fn files(view: &View<'_>, cursor: &Cursor, endings: &[&str]) -> Vec<CompletionItem> {
    let Some(folder) = &view.root.folder else { return Vec::new() };
    let Some(pattern) = join(&view.source.path, "**/*") else { return Vec::new() };
    let base = view.source.path.rsplit_once('/').map(|(base, _)| format!("{base}/"));
    let base = base.unwrap_or_default();
    let paths = folder.matching(&pattern).unwrap_or_default();
    let taken = taken(view, cursor);
    let (mut found, mut patterns, mut refused) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for path in paths {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        if !endings.is_empty() && !endings.contains(&ending) {
            continue;
        }
        let Some(below) = path.strip_prefix(&base) else { continue };
        let all = below.rsplit_once('/').map(|(folder, _)| format!("{folder}/*.{ending}"));
        // A topology can't be read twice, nor another be part of it.
        let is_refused = path == view.source.path
            || (endings.contains(&"kdl")
                && (taken.contains(&path)
                    || folder
                        .resolve(&path)
                        .is_ok_and(|place| is_root_at(&place, &view.state.documents))));
        if is_refused {
            refused.extend(all);
            continue;
        }
        patterns.extend(all.filter(|_| !endings.is_empty()));
        found.insert(below.to_owned());
        if found.len() >= MOST {
            break;
        }
    }
    found.extend(patterns.difference(&refused).cloned());
    let items = found.iter().map(|path| {
        let item = Item {
            label: path,
            kind: CompletionItemKind::FILE,
            text: quote(cursor, path),
            snippet: false,
            detail: String::new(),
            documentation: String::new(),
            rank: '0',
        };
        item.build(view, cursor)
    });
    items.collect()
}

/// The files that the topology has but for what is named at the cursor.
fn taken(view: &View<'_>, cursor: &Cursor) -> BTreeSet<String> {
    let here = join(&view.source.path, cursor.word.slice(view.text()));
    let here = here.zip(view.root.folder.as_ref());
    let here = here.and_then(|(here, folder)| folder.matching(&here).ok()).unwrap_or_default();
    let all = view.root.trees().map(|(_, source, _)| source.path.clone());
    all.filter(|path| !here.contains(path)).collect()
}
