//! From what the parser found to diagnostics: one for each slip of a person.
//!
//! Several errors of the parser can be one slip: pasted YAML has a colon on
//! each line, JSON a comma beside each. They become one diagnostic here.

mod around;
mod mend;

use jtc_syntax::{Fix, Span, SyntaxError, SyntaxErrorKind, Template};

use super::{
    Diag, Edit, j0101_no_meaning as j0101, j0102_text as j0102, j0103_braces as j0103,
    j0104_keyword as j0104, j0105_other_language as j0105, j0106_template as j0106,
    j0107_needs_quotes as j0107, j0108_too_deep as j0108, report, shorten,
};

use crate::components::table;

pub(crate) use around::rest_of_line;
use around::{
    LONGEST_LINE, begins_block, begins_json, broken_head, closed_line, column, has_any_properties,
    indented_lines, likely_text, line_from, mended_line, table_name,
};
use mend::repair;

/// At most this many places are labelled in one diagnostic.
const MOST_LABELS: usize = 6;

/// A slip: its diagnostic and the text that may be misread because of it.
pub(crate) struct Slip {
    /// What a person is told.
    pub(crate) diag: Diag,
    /// The places of all errors that it stands for, and, where indentation
    /// was meant to say something, the lines that are indented.
    pub(crate) places: Vec<Span>,
    /// Text that was read as something else than it was meant, as a whole.
    pub(crate) lost: Option<Span>,
}

/// What is wrong with the text of a file. `errors` are in the order of the
/// text.
pub(crate) fn slips(errors: Vec<SyntaxError>, text: &str) -> Vec<Slip> {
    let mut groups: Vec<Vec<SyntaxError>> = Vec::new();
    // The groups in which a template's `if` waits for its `end`.
    let mut waiting: Vec<usize> = Vec::new();
    let mut fence_group = None;
    for error in errors {
        let last = groups.len().saturating_sub(1);
        let part = template_part(&error.kind);
        let group = match part {
            Some(Part::Middle) => waiting.last().copied(),
            Some(Part::End) => waiting.pop(),
            Some(Part::Start) | None => None,
        };
        // Fences belong together, whatever is between them.
        let is_fence = error.kind == SyntaxErrorKind::MarkdownFence;
        let fence = fence_group.filter(|_| is_fence);
        let group = group.or(fence).or_else(|| {
            Some(last).filter(|_| groups.last().is_some_and(|group| joins(group, &error, text)))
        });
        let index = group.unwrap_or(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(error),
            None => groups.push(vec![error]),
        }
        if part == Some(Part::Start) {
            waiting.push(index);
        }
        if is_fence {
            fence_group = fence_group.or(Some(index));
        }
    }
    let mut slips: Vec<Slip> = Vec::new();
    for slip in groups.iter().filter_map(|group| slip(group, text)) {
        // A `{` that lacks on a line that ends before it is no other mistake.
        let whole = slip.lost.filter(|_| slip.diag.meta.code == j0103::META.code);
        let head = whole.map(|whole| rest_of_line(whole, text));
        let before = slips.iter_mut().rev().take(4).find(|before| {
            let at = before.diag.span();
            head.is_some_and(|head| head.start <= at.start && at.end <= head.end)
                && before.diag.meta.code == j0101::META.code
        });
        match before {
            Some(before) => {
                before.places.extend(slip.places);
                before.lost = before.lost.or(slip.lost);
            }
            None => slips.push(slip),
        }
    }
    slips
}

/// Whether this is written as in YAML, JSON or TOML.
const fn is_foreign(kind: &SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(
        kind,
        Kind::HashComment
            | Kind::YamlKey { .. }
            | Kind::JsonKey { .. }
            | Kind::TrailingComma
            | Kind::YamlListItem
            | Kind::YamlDocumentMarker
            | Kind::MarkdownFence
            | Kind::ListBrackets
            | Kind::NodeAssignment { .. }
    )
}

/// Which part of a template's block a piece is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Middle,
    End,
}

fn template_part(kind: &SyntaxErrorKind) -> Option<Part> {
    let SyntaxErrorKind::Template { template: Template::Braces, text } = kind else { return None };
    let inner = text.trim_start_matches(['{', '%', '-', ' ']);
    match inner.split(|c: char| !c.is_ascii_alphabetic()).next()? {
        "if" | "range" | "with" | "define" | "block" | "for" => Some(Part::Start),
        "else" | "elif" => Some(Part::Middle),
        "end" | "endif" | "endfor" => Some(Part::End),
        _ => None,
    }
}

/// Whether a value isn't written as KDL writes it.
const fn is_value(kind: &SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(kind, Kind::WrongQuotes { .. } | Kind::NumberLike { .. } | Kind::NeedsQuotes { .. })
}

/// Whether JSON goes on over lines behind this.
const fn is_json(kind: &SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(kind, Kind::JsonKey { .. } | Kind::TrailingComma | Kind::ListBrackets)
}

/// Whether this comes from another language.
const fn pasted(kind: &SyntaxErrorKind) -> bool {
    is_foreign(kind) || is_template(kind)
}

const fn is_template(kind: &SyntaxErrorKind) -> bool {
    matches!(kind, SyntaxErrorKind::Template { .. })
}

/// Whether an error is of the same slip as those before it: on the same line
/// or the next, both from another language; or anything else about a value on
/// such a line.
fn joins(group: &[SyntaxError], error: &SyntaxError, text: &str) -> bool {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return false };
    if first.kind == SyntaxErrorKind::AfterBlock {
        // `} name="x"`: the name is what follows the block.
        let is_assignment = matches!(error.kind, SyntaxErrorKind::NodeAssignment { .. });
        return group.len() == 1 && is_assignment && first.span.start == error.span.start;
    }
    let end = last.span.end;
    let between = text.get(end as usize..error.span.start as usize).unwrap_or_default();
    let breaks = between.trim_end_matches([' ', '\t']).matches('\n').count();
    if let (SyntaxErrorKind::UnclosedBlock { .. }, SyntaxErrorKind::PropertyWithoutValue { .. }) =
        (&first.kind, &error.kind)
    {
        // Half a line.
        return breaks == 0;
    }
    let is_comma = error.kind == SyntaxErrorKind::TrailingComma;
    if is_value(&first.kind) && (is_value(&error.kind) || is_comma) {
        return breaks == 0;
    }
    if !pasted(&first.kind) {
        return false;
    }
    match &error.kind {
        // A list on a line of its own is no slip of the line before, but in JSON.
        SyntaxErrorKind::ListBrackets if !is_json(&last.kind) => breaks == 0,
        kind if pasted(kind) => breaks <= 1,
        kind if is_value(kind) => breaks == 0 || error.span.start < end,
        SyntaxErrorKind::NumberOutOfRange { .. }
        | SyntaxErrorKind::ReservedWord { .. }
        | SyntaxErrorKind::MissingSpace
        | SyntaxErrorKind::AfterBlock
        | SyntaxErrorKind::Unexpected { .. } => breaks == 0 || error.span.start < end,
        _ => error.span.start < end,
    }
}

fn slip(group: &[SyntaxError], text: &str) -> Option<Slip> {
    // Helm's braces say more about where the text comes from than a colon.
    let main = group.iter().position(|error| is_template(&error.kind)).unwrap_or(0);
    let error = group.get(main)?;
    let slip = missing_brace(error, text)
        .or_else(|| missing_brace_on_line(error, text))
        .or_else(|| stray_equals(error, text));
    if let Some(slip) = slip {
        return Some(slip);
    }
    let mut diag = message(error, text);
    for (span, role) in &error.related {
        diag = diag.with(*span, *role);
    }
    let others = group.iter().enumerate().filter(|(index, _)| *index != main);
    for (_, other) in others.take(MOST_LABELS) {
        let is_same = std::mem::discriminant(&other.kind) == std::mem::discriminant(&error.kind);
        let own = message(other, text).labels.into_iter().next().map(|label| label.text);
        let role = own.filter(|_| !is_same && error.kind != SyntaxErrorKind::AfterBlock);
        diag = diag.with(other.span, role.unwrap_or_else(|| "and this".to_owned()));
    }
    let outline = group.iter().find(|error| heads_indented_lines(error, text));
    let lines = text_between(group, text).matches('\n').count();
    let fixes: Option<Vec<&Fix>> = group.iter().map(certain).collect();
    let one_fix = error.kind != SyntaxErrorKind::AfterBlock || group.len() == 1;
    if let Some(fixes) =
        fixes.filter(|_| one_fix && outline.is_none() && (lines == 0 || layout_stays(group)))
    {
        repair(&mut diag, group, &fixes, text);
    } else if let Some(head) = outline.filter(|_| is_foreign(&error.kind)) {
        diag.help = Some(outline_help(head));
    } else if let Some(list) = list_of(group, main, text) {
        list_help(&mut diag, list, text);
    }
    if group.iter().any(|error| is_kubernetes(&error.kind)) {
        diag.help = Some(j0105::MANIFEST.to_owned());
    } else if error.kind == SyntaxErrorKind::AfterBlock && group.len() > 1 {
        diag.help = Some(j0101::before_block(rest_of_line(error.span, text).slice(text)));
    }
    let mut places: Vec<Span> = group.iter().map(|error| error.span).collect();
    places.extend(group.iter().filter_map(|error| next_node(error, text)));
    let broken = group.iter().filter(|error| takes_its_line(&error.kind));
    places.extend(broken.map(|error| rest_of_line(error.span, text)));
    places.extend(group.iter().filter_map(|error| indented_lines(error, text)));
    let takes_rest = match error.kind {
        SyntaxErrorKind::AfterBlock => group.len() > 1,
        // What stands on the line may be half of what is meant.
        SyntaxErrorKind::UnclosedBlock { .. } => true,
        _ => false,
    };
    if takes_rest {
        places.push(rest_of_line(error.span, text));
    }
    let lost = broken_head(error, text);
    places.extend(lost);
    Some(Slip { diag, places, lost })
}

/// A `}` too many, where indentation says whose `{` is missing.
fn missing_brace(error: &SyntaxError, text: &str) -> Option<Slip> {
    /// A block longer than this is not looked through.
    const REACH: usize = 4096;
    if error.kind != SyntaxErrorKind::StrayClosingBrace {
        return None;
    }
    let at = error.span.start as usize;
    let indent = column(at, text)?;
    let line = at - indent;
    if !text.get(line..at)?.trim().is_empty() {
        return None;
    }
    let mut start = line;
    let mut filled = false;
    let header = loop {
        let end = start.checked_sub(1).filter(|end| line - end < REACH)?;
        start = text.get(..end)?.rfind('\n').map_or(0, |newline| newline + 1);
        let content = text.get(start..end)?;
        let trimmed = content.trim_start();
        if trimmed.is_empty() {
            continue;
        }
        match (content.len() - trimmed.len()).cmp(&indent) {
            std::cmp::Ordering::Greater => filled = true,
            std::cmp::Ordering::Equal if filled => break content,
            _ => return None,
        }
    };
    let header = header.split(" //").next().unwrap_or_default().trim_end();
    let name = header.trim_start();
    if !name.starts_with(char::is_alphabetic) || name.ends_with(['{', '}', ';']) {
        return None;
    }
    let name = name.split_whitespace().next().unwrap_or_default();
    let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let file = error.span.file;
    let place = position(start + header.len());
    let whole = Span::new(file, position(start), error.span.end);
    let last = header.chars().next_back().map_or(0, char::len_utf8);
    let mark = Span::new(file, place.saturating_sub(position(last)), place);
    let mut diag = j0103::missing(mark, name, error.span);
    let edits = vec![Edit { span: Span::new(file, place, place), text: " {".to_owned() }];
    diag.help = mended_line(&edits, text).map(|line| format!("write `{line}`"));
    if diag.help.is_none() {
        diag = diag.help(format!("put `{{` at the end of the line of `{}`", shorten(name)));
    }
    diag.fix = Some(report::Fix { title: "put `{` here".to_owned(), edits });
    Some(Slip { diag, places: vec![whole], lost: Some(whole) })
}

/// The list that a group is about: its own place, or right behind its name.
fn list_of<'g>(group: &'g [SyntaxError], main: usize, text: &str) -> Option<&'g SyntaxError> {
    let first = group.get(main)?;
    let is_list = |error: &&SyntaxError| error.kind == SyntaxErrorKind::ListBrackets;
    let list = group.iter().skip(main).take(2).find(is_list)?;
    let between = text.get(first.span.start as usize..list.span.start as usize)?;
    (!between.contains('\n') && table_name(list.span, text).is_none()).then_some(list)
}

/// Whether this begins as objects of Kubernetes do.
fn is_kubernetes(kind: &SyntaxErrorKind) -> bool {
    match kind {
        SyntaxErrorKind::YamlKey { name } | SyntaxErrorKind::JsonKey { name } => {
            matches!(&**name, "apiVersion" | "kind")
        }
        _ => false,
    }
}

/// A `}` too many at the end of a line that has no `{`.
fn missing_brace_on_line(error: &SyntaxError, text: &str) -> Option<Slip> {
    if error.kind != SyntaxErrorKind::StrayClosingBrace {
        return None;
    }
    let at = error.span.start as usize;
    let line = at - column(at, text)?;
    let before = text.get(line..at)?;
    let content = before.trim_start();
    let start = at - content.len();
    let name = content.split_whitespace().next()?;
    let is_open = content.contains('{') || content.len() == name.len();
    if is_open || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let whole = Span::new(error.span.file, position(start), error.span.end);
    let diag = j0103::missing_on_line(
        error.span,
        name,
        Span::new(error.span.file, whole.start, whole.start + position(name.len())),
    );
    Some(Slip { diag, places: vec![whole], lost: Some(whole) })
}

/// `name= next=value`, where `next` was taken for the value of `name`, and any
/// other `=` too many, with the words around it.
fn stray_equals(error: &SyntaxError, text: &str) -> Option<Slip> {
    if !matches!(&error.kind, SyntaxErrorKind::Unexpected { text } if &**text == "=") {
        return None;
    }
    let at = error.span.start as usize;
    let column = column(at, text)?;
    let before = text.get(at - column..at)?;
    let after = text.get(at..)?.chars().take(LONGEST_LINE).take_while(|c| !c.is_whitespace());
    let end = at + after.map(char::len_utf8).sum::<usize>();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let head = before.trim_end_matches(is_word);
    let gap = head.trim_end();
    let position = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let span = |from: usize, to: usize| Span::new(error.span.file, position(from), position(to));
    let line = at - column;
    if before.ends_with('=') {
        let place = span(at, at + 1);
        let edits = vec![Edit { span: place, text: String::new() }];
        let mut diag = j0101::double_equals(place);
        if let Some(mended) = mended_line(&edits, text) {
            diag.help = Some(format!("write `{mended}`"));
        }
        diag.fix = Some(report::Fix { title: "remove `=`".to_owned(), edits });
        return Some(Slip { diag, places: vec![span(line, end)], lost: None });
    }
    let cut = gap.strip_suffix('=').filter(|_| gap.len() < head.len() && head.len() < before.len());
    if let Some(left) = cut {
        let name = left.rsplit(|c| !is_word(c)).next().unwrap_or_default();
        if !name.is_empty() {
            let start = line + left.len() - name.len();
            let diag = j0101::no_value(span(start, line + gap.len()), name);
            return Some(Slip { diag, places: vec![span(start, end)], lost: None });
        }
    }
    let start = line + gap.trim_end_matches(|c: char| !c.is_whitespace()).len();
    Some(Slip { diag: message(error, text), places: vec![span(start, end)], lost: None })
}

/// The edit that mends an error, where that is certain: `=` is put in only
/// behind the name of a property.
fn certain(error: &SyntaxError) -> Option<&Fix> {
    let is_certain = match &error.kind {
        SyntaxErrorKind::MissingEquals { name } => table::has_property(name),
        // An argument may stand there, as of `env "NAME" "value"`.
        SyntaxErrorKind::YamlKey { name } | SyntaxErrorKind::JsonKey { name } => {
            !is_for_property(error) || table::has_property(name)
        }
        _ => true,
    };
    error.fix.as_ref().filter(|_| is_certain)
}

/// Whether what follows on the line may be misread.
pub(crate) const fn takes_its_line(kind: &SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(
        kind,
        Kind::UnterminatedString { multiline: false, .. }
            | Kind::NoOpeningQuote { .. }
            | Kind::ExtraQuote
    )
}

/// The name of the node that begins after a comma, which stands for a `;`
/// then.
fn next_node(error: &SyntaxError, text: &str) -> Option<Span> {
    if error.kind != SyntaxErrorKind::TrailingComma {
        return None;
    }
    let end = error.span.end as usize;
    let rest = line_from(end, text);
    let word = rest.trim_start_matches([' ', '\t']);
    let start = end + (rest.len() - word.len());
    let length = word.find(|c: char| !(c.is_ascii_lowercase() || c == '-'))?;
    let name = word.get(..length).filter(|name| !name.is_empty())?;
    let begins = word.get(length..)?.starts_with([' ', '\t']);
    let is_node = begins && !table::places_of(name).is_empty();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    is_node.then(|| Span::new(error.span.file, position(start), position(start + length)))
}

/// Whether mending each place by itself mends the whole.
fn layout_stays(group: &[SyntaxError]) -> bool {
    group.iter().all(|error| {
        use SyntaxErrorKind::{HashComment, MarkdownFence, TrailingComma};
        matches!(error.kind, HashComment | MarkdownFence | TrailingComma)
    })
}

fn text_between<'t>(group: &[SyntaxError], text: &'t str) -> &'t str {
    let start = group.first().map_or(0, |error| error.span.start as usize);
    let end = group.last().map_or(0, |error| error.span.start as usize);
    text.get(start..end).unwrap_or_default()
}

fn heads_indented_lines(error: &SyntaxError, text: &str) -> bool {
    matches!(error.kind, SyntaxErrorKind::YamlKey { .. }) && indented_lines(error, text).is_some()
}

fn outline_help(error: &SyntaxError) -> String {
    let SyntaxErrorKind::YamlKey { name } = &error.kind else {
        return "write `name { … }` around lines that belong together".to_owned();
    };
    let known = crate::components::table::places_of(name);
    if let Some((_, spec)) = known.first().filter(|(_, spec)| spec.children.is_empty()) {
        return format!("write it as in `{}`, once for each", spec.example);
    }
    let named = known.iter().any(|(_, spec)| !spec.args.is_empty());
    let head = match (name.is_empty(), named) {
        (true, _) => "name".to_owned(),
        (false, true) => format!("{} \"NAME\"", shorten(name)),
        (false, false) => shorten(name),
    };
    format!(
        "write `{head} {{ … }}` around the lines that belong to it, and each of them as `name \"value\"`; in KDL indentation means nothing"
    )
}

/// `[ "a", "b" ]` as values side by side, if it is a node's.
fn list_help(diag: &mut Diag, error: &SyntaxError, text: &str) {
    let list = error.span.slice(text);
    let Some(inner) = list.strip_prefix('[').and_then(|list| list.strip_suffix(']')) else {
        return;
    };
    let at = error.span.start as usize;
    let Some(before) = column(at, text).and_then(|column| text.get(at - column..at)) else {
        return;
    };
    let of_property = before.trim_end().ends_with('=');
    if of_property || inner.contains(['[', '{', '\'', '\\', '`']) {
        return;
    }
    let mut values = String::new();
    let mut quoted = false;
    for character in inner.chars() {
        quoted ^= character == '"';
        values.push(if character == ',' && !quoted { ' ' } else { character });
    }
    let values = values.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = before.rfind([';', '{']).map_or(0, |at| at + 1);
    let name =
        before.get(start..).unwrap_or_default().trim().trim_end_matches(':').trim_matches('"');
    // `secret "x" [ keys "A" ]`: a block in the wrong brackets.
    let is_block = name.contains(' ')
        && !inner.contains(',')
        && values.starts_with(|c: char| c.is_ascii_lowercase())
        && values.contains(' ');
    if is_block && values.len() + name.len() <= LONGEST_LINE {
        diag.help = Some(format!("write `{name} {{ {values}; }}`"));
        return;
    }
    if !name.is_empty() && !values.is_empty() && values.len() + name.len() <= LONGEST_LINE {
        diag.help = Some(format!("write `{name} {values}`"));
    }
}

/// Whether a colon would have to be `=`.
fn is_for_property(error: &SyntaxError) -> bool {
    error.fix.as_ref().is_some_and(|fix| &*fix.replacement == "=")
}

fn after_colon<'t>(error: &SyntaxError, name: &str, text: &'t str) -> j0105::After<'t> {
    // Of `name := value` the value alone.
    let rest = line_from(error.span.end as usize, text).trim_start_matches('=');
    let is_property = table::has_property(name) || has_any_properties(error.span, text);
    let is_entry = is_for_property(error);
    j0105::After { rest, is_entry, is_property }
}

/// The diagnostic of one error.
fn message(error: &SyntaxError, text: &str) -> Diag {
    use SyntaxErrorKind as Kind;
    let span = error.span;
    match &error.kind {
        Kind::Unexpected { text } => j0101::unexpected(span, text),
        Kind::NodeName { found } => j0101::node_name(span, found),
        Kind::PropertyName { found } => j0101::property_name(span, found),
        Kind::PropertyWithoutValue { name } if begins_block(span, text) => {
            j0105::block_assignment(span, name)
        }
        Kind::PropertyWithoutValue { name } => j0101::no_value(span, name),
        Kind::MissingSpace => j0101::missing_space(span),
        Kind::MissingEquals { name } => j0101::missing_equals(span, name),
        Kind::PropertyArrow => j0101::arrow(span),
        Kind::ConflictMarker => j0101::conflict(span, span.slice(text), !error.related.is_empty()),
        Kind::PropertyOnNextLine { name } => j0101::next_line(span, name),
        Kind::AfterBlock => j0101::after_block(span),
        Kind::StraySemicolon => j0101::stray_semicolon(span),
        Kind::TypeAnnotation => j0101::parentheses(span),
        Kind::NothingToCommentOut => j0101::nothing_to_comment_out(span),
        Kind::LineContinuation => j0101::line_continuation(span),
        Kind::Value { message } => j0101::value(span, message),
        Kind::DisallowedCharacter { character, count } => {
            j0101::disallowed(span, *character, *count)
        }
        Kind::UnterminatedString { multiline, closing } => {
            let guess = likely_text(span, text).filter(|_| &**closing == "\"");
            j0102::unterminated(span, *multiline, closing, guess)
        }
        Kind::ExtraQuote => j0102::extra_quote(span),
        Kind::QuotesInside { escaped } => j0102::quotes_inside(span, span.slice(text), escaped),
        Kind::NoOpeningQuote { text } => j0102::no_opening_quote(span, text),
        Kind::UnterminatedComment => j0102::comment(span),
        Kind::InvalidEscape { escape } => j0102::escape(span, escape),
        Kind::MultilineStringQuotes => j0102::multiline_quotes(span),
        Kind::QuotedLines => j0102::quoted_lines(span),
        Kind::MultilineStringIndent => j0102::multiline_indent(span),
        Kind::WrongQuotes { text } => j0102::wrong_quotes(span, text),
        Kind::UnclosedBlock { node } => {
            let end = error.related.iter().find(|(_, role)| role.starts_with("the block seems"));
            let before = end.map(|(end, _)| end.slice(text));
            j0103::unclosed(span, node, before, closed_line(span, text))
        }
        Kind::StrayClosingBrace => j0103::stray(span),
        Kind::DoubledBrace => j0103::doubled(span),
        Kind::ParenthesisForBrace => j0103::parenthesis(span, span.slice(text)),
        Kind::ColonForBrace => j0105::colon_for_brace(span),
        Kind::CommentedBrace => j0103::in_comment(span),
        Kind::BlockWithoutNode if begins_json(span, text) => j0105::json_object(span),
        Kind::BlockWithoutNode => j0103::no_node(span),
        Kind::BlockOnNextLine => j0103::next_line(span),
        Kind::ReservedWord { word } => j0104::reserved(span, word),
        Kind::UnknownKeyword { found, suggestion } => j0104::unknown(span, found, *suggestion),
        Kind::YamlKey { name } => j0105::yaml_key(span, name, &after_colon(error, name, text)),
        Kind::JsonKey { name } => j0105::json_key(span, name, &after_colon(error, name, text)),
        Kind::TrailingComma => j0105::comma(span),
        Kind::YamlListItem => j0105::list_item(span),
        Kind::YamlDocumentMarker => j0105::document_marker(span, span.slice(text)),
        Kind::MarkdownFence => j0105::fence(span),
        Kind::ListBrackets => match table_name(span, text) {
            Some(name) => j0105::table(span, name),
            None => j0105::brackets(span),
        },
        Kind::NodeAssignment { name } => {
            j0105::assignment(span, name, &after_colon(error, name, text))
        }
        Kind::ForeignComment { mark } => j0105::foreign_comment(span, mark, span.slice(text)),
        Kind::HashComment => j0105::hash_comment(span, error.span.slice(text)),
        Kind::Template { template, text } => j0106::diag(span, *template, text),
        Kind::NumberLike { text } => j0107::number_like(span, text),
        Kind::NeedsQuotes { text } => j0107::text(span, text),
        Kind::NumberOutOfRange { text } => j0107::out_of_range(span, text),
        Kind::TooDeep { limit } => j0108::diag(span, *limit),
    }
}
