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

#[cfg(test)]
mod tests {
    use super::*;

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
