//! `textDocument/hover`: what something means, what holds, and where from.

use jtc_core::names::Role;
use lsp_types::{Hover, HoverContents, HoverParams};

use crate::outline::{self, Part, Step};
use crate::state::{Failure, State, View};
use crate::{effective, markdown};

pub(crate) fn hover(state: &mut State, params: HoverParams) -> Result<Option<Hover>, Failure> {
    let at = params.text_document_position_params;
    let view = state.view(&at.text_document.uri)?;
    let offset = view.offset(at.position);
    let path = outline::path(view.tree, offset);
    let Some(step) = path.last().copied() else { return Ok(None) };
    let Some((span, parts)) = told(&view, &path, step, offset) else { return Ok(None) };
    let text = parts.join("\n\n---\n\n");
    Ok(Some(Hover {
        contents: HoverContents::Markup(markdown::markup(state.client.markdown, text)),
        range: Some(view.range(span)),
    }))
}

type Told = (jtc_core::syntax::Span, Vec<String>);

fn told(view: &View<'_>, path: &[Step<'_>], step: Step<'_>, offset: u32) -> Option<Told> {
    let (span, mut parts) = match step.part(offset) {
        Part::Name => {
            let mut parts = vec![markdown::node(step.spec?)];
            parts.extend(effective::of_node(view, path));
            (step.node.name.span, parts)
        }
        Part::Argument(entry, spec) => {
            let spec = spec?;
            let parts = vec![format!("{}{}", markdown::arg(spec), markdown::rule(spec.ty))];
            (entry.value_span, parts)
        }
        Part::Property(entry, spec) => {
            let spec = spec?;
            let parts = vec![format!("{}{}", markdown::prop(spec), markdown::rule(spec.ty))];
            (entry.span, parts)
        }
        Part::Nothing => return None,
    };
    parts.extend(name(view, offset));
    Some((span, parts))
}

/// What a name refers to, and how often it is used.
fn name(view: &View<'_>, offset: u32) -> Option<String> {
    let names = view.root.names();
    let place = names.at(view.file, offset)?;
    let noun = place.symbol.kind.noun();
    let uses = names.of(&place.symbol).filter(|it| it.role == Role::Reference).count();
    if place.role != Role::Reference {
        let times = if uses == 1 { "once".to_owned() } else { format!("{uses} times") };
        return Some(format!("{noun} `{}`, referred to {times}", place.symbol.name));
    }
    let definition = names.definition(&place.symbol)?;
    let sources = &view.root.analysis.sources;
    let (path, at) = sources.place(definition.span);
    let text = sources.text(definition.node);
    let first: Vec<&str> = text.lines().take(8).collect();
    let more = if text.lines().count() > first.len() { "\n…" } else { "" };
    Some(format!(
        "{noun} `{}`, defined in {path}:{}\n\n{}",
        place.symbol.name,
        at.line,
        markdown::kdl(&format!("{}{more}", first.join("\n")))
    ))
}
