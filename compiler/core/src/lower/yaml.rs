//! What the text of a hand-written manifest says beyond its values.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};

/// Words without quotes that YAML 1.1, and so kubectl, reads as truth values,
/// and YAML 1.2 as text: where each stands, and what it is read as.
///
/// `y` and `n` among them, as in the YAML of `sigs.k8s.io/yaml`.
pub(super) fn truth_words(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut words = Vec::new();
    // Most manifests have none, and are not read a second time for it.
    let is_word = |word: &str| truth(word.trim_matches(|c| ",:[]{}".contains(c))).is_some();
    if !text.split_ascii_whitespace().any(is_word) {
        return words;
    }
    for event in Parser::new_from_str(text) {
        // What can't be read is reported where its values are read.
        let Ok((event, span)) = event else { break };
        if let Event::Scalar(word, ScalarStyle::Plain, _, None) = &event
            && let Some(truth) = truth(word)
            && let Some(place) = span.byte_range()
        {
            words.push((place, truth));
        }
    }
    words
}

fn truth(word: &str) -> Option<bool> {
    match word {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The line of a text, without blanks around it; lines count from 1.
pub(super) fn line(text: &str, number: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index + 1 == number {
            let begin = start + line.len() - line.trim_start().len();
            return Some(begin..begin + line.trim().len());
        }
        start += line.len();
    }
    None
}

/// Where the value of a field stands in the first object of a text, by a path as
/// in `spec.routes[0].match`; of a value that is written as it is, only the part.
pub(crate) fn field(text: &str, path: &str, part: Option<Range<usize>>) -> Option<Range<usize>> {
    let events = Parser::new_from_str(text).map_while(Result::ok);
    let mut events = events.filter(|(event, _)| !matches!(event, Event::Comment(..)));
    let mut rest = path;
    let mut next = events.by_ref().find(|(event, _)| opens(event) || is_scalar(event))?;
    loop {
        if rest.is_empty() {
            return place(text, &next, part, &mut events);
        }
        match next.0 {
            Event::MappingStart(..) => loop {
                let key = events.next()?;
                if matches!(key.0, Event::MappingEnd) {
                    return None;
                }
                let after = match &key.0 {
                    Event::Scalar(key, ..) => after_key(rest, key),
                    _ => None,
                };
                skip(&mut events, &key)?;
                let value = events.next()?;
                if let Some(after) = after {
                    (rest, next) = (after, value);
                    break;
                }
                skip(&mut events, &value)?;
            },
            Event::SequenceStart(..) => {
                let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
                for _ in 0..index.parse::<usize>().ok()? {
                    let item = events.next()?;
                    skip(&mut events, &item)?;
                }
                rest = after.strip_prefix('.').unwrap_or(after);
                next = events.next()?;
            }
            _ => return None,
        }
    }
}

/// What follows a key in a path; keys may have dots of their own.
fn after_key<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(key)?;
    match rest.bytes().next() {
        None | Some(b'[') => Some(rest),
        Some(b'.') => rest.get(1..),
        Some(_) => None,
    }
}

fn opens(event: &Event<'_>) -> bool {
    matches!(event, Event::MappingStart(..) | Event::SequenceStart(..))
}

fn is_scalar(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(..))
}

/// Passes the rest of a value that has begun, and says where its last part
/// stands.
fn skip<'i>(
    events: &mut impl Iterator<Item = (Event<'i>, granit_parser::Span)>,
    (begun, span): &(Event<'i>, granit_parser::Span),
) -> Option<granit_parser::Span> {
    let mut depth = usize::from(opens(begun));
    let mut last = *span;
    while depth > 0 {
        let (event, span) = events.next()?;
        match event {
            Event::MappingEnd | Event::SequenceEnd => depth -= 1,
            event if opens(&event) => depth += 1,
            Event::StreamEnd => return None,
            _ => {}
        }
        last = span;
    }
    Some(last)
}

fn place<'i>(
    text: &str,
    begun: &(Event<'i>, granit_parser::Span),
    part: Option<Range<usize>>,
    events: &mut impl Iterator<Item = (Event<'i>, granit_parser::Span)>,
) -> Option<Range<usize>> {
    let (event, span) = begun;
    let whole = span.byte_range()?;
    let Event::Scalar(value, ..) = event else {
        // A whole list or object is told by its first line.
        let end = skip(events, begun)?.byte_range()?.end;
        let first = text.get(whole.start..end)?.lines().next()?.trim_end();
        return Some(whole.start..whole.start + first.len());
    };
    let written = text.get(whole.clone())?;
    let start = match written.len().checked_sub(value.len()) {
        Some(0) if *written == **value => Some(whole.start),
        Some(2) if written.get(1..=value.len()) == Some(&**value) => Some(whole.start + 1),
        _ => None,
    };
    let part = start.zip(part).map(|(start, part)| start + part.start..start + part.end);
    Some(
        part.filter(|part| part.end <= whole.end && text.get(part.clone()).is_some())
            .unwrap_or(whole),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_where_they_stand() {
        let text = "kind: X\nspec:\n  a.b: 1\n  routes:\n    - match: Host(`\u{e9}`) && Foo\n      services: [{ name: one, port: 80 }]\n    - match: \"P(`/x`)\"\n  text: |\n    more\n---\nspec: { routes: [ { match: other } ] }\n";
        let at = |path, part| field(text, path, part).map(|at| &text[at]);
        assert_eq!(at("spec.routes[0].match", None), Some("Host(`\u{e9}`) && Foo"));
        assert_eq!(at("spec.routes[0].match", Some(14..17)), Some("Foo"));
        assert_eq!(at("spec.routes[1].match", Some(3..5)), Some("/x"));
        assert_eq!(at("spec.routes[0].services[0].port", None), Some("80"));
        assert_eq!(at("spec.a.b", None), Some("1"));
        assert_eq!(at("spec.routes[0].services", None), Some("[{ name: one, port: 80 }]"));
        assert_eq!(at("spec.routes", None), Some("- match: Host(`\u{e9}`) && Foo"));
        assert_eq!(
            field("a: { b: [1, 2], c: 3 }\n", "a.b", None)
                .map(|at| &"a: { b: [1, 2], c: 3 }\n"[at]),
            Some("[1, 2]")
        );
        for path in ["spec.routes[2].match", "spec.none", "kind.x", "spec.routes[x]", "[0]"] {
            assert_eq!(at(path, None), None, "{path}");
        }
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "a: yes\nb: \"no\"\nc: [on, x, 'off']\nd: |\n  no\ne: !!str n\n\u{e9}: No # y\noff: 1\n";
        let found: Vec<(&str, bool)> =
            truth_words(text).into_iter().map(|(at, truth)| (&text[at], truth)).collect();
        assert_eq!(found, [("yes", true), ("on", true), ("No", false), ("off", false)]);
        assert!(truth_words("a: [yes").len() <= 1);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let text = "a: 1\n  b: 2 \nc";
        let line = |number| line(text, number).map(|at| &text[at]);
        assert_eq!((line(1), line(2), line(3)), (Some("a: 1"), Some("b: 2"), Some("c")));
        assert_eq!((line(0), line(4)), (None, None));
    }
}
