//! When a misspelt name is mended for certain.

use super::suggest;
use crate::diagnostics::Diag;
use crate::model::At;

/// The one of `candidates` that `word` must mean: a single letter off, or two
/// in a longer word, with no other as close, and no digit changed, since
/// `web-1` is no slip of `web-2`.
pub fn sure<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let meant = suggest(word, candidates.clone())?;
    let lower = word.to_lowercase();
    let off = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let most = match lower.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let least = off(meant);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let rivals = candidates.into_iter().filter(|name| *name != meant);
    let alone = rivals.into_iter().all(|name| off(name) > least);
    (least <= most && alone && digits(word) == digits(meant)).then_some(meant)
}

impl Diag {
    /// Offers to write another name at a place, if the place holds just the
    /// name that stands there now: in quotes, bare, or as part of a text.
    #[must_use]
    pub(crate) fn rename(self, at: &At<String>, meant: &str) -> Self {
        let is_plain = |name: &str| {
            name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let length = u32::try_from(at.value.len()).unwrap_or(u32::MAX);
        if !is_plain(&at.value) || !is_plain(meant) {
            return self;
        }
        let title = format!("replace `{}` by `{meant}`", at.value);
        let is_word = meant.starts_with(|c: char| c.is_ascii_alphabetic())
            && !matches!(meant, "true" | "false" | "null" | "inf" | "nan");
        if at.span.len() == length.saturating_add(2) {
            self.replace(title, at.span, jtc_syntax::quote(meant))
        } else if at.span.len() == length && is_word {
            self.replace(title, at.span, meant)
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use jtc_syntax::{FileId, Span};

    use super::*;
    use crate::diagnostics::find;

    #[test]
    fn only_what_is_certain_is_sure() {
        let names = ["jobmon-prod", "jobmon-next", "web-1", "db", "mail", "main"];
        assert_eq!(sure("jobmon-prd", names), Some("jobmon-prod"));
        assert_eq!(sure("jobmno-pord", names), Some("jobmon-prod"));
        assert_eq!(sure("mial", names), Some("mail"));
        // Two letters off in a short word, another digit, a rival, too short.
        for word in ["mxyl", "web-2", "maid", "da", "nothing", "jomon-pr"] {
            assert_eq!(sure(word, names), None, "{word}");
        }
        assert_eq!(sure("3.6.1", ["3.6.0"]), None);
        assert_eq!(sure("maim", ["mail", "main"]), None);
    }

    #[test]
    fn a_name_is_replaced_only_where_it_stands_by_itself() {
        let place = |length: u32| Span::new(FileId(0), 10, 10 + length);
        let offered = |length, meant: &str| {
            let at = At::new("mial".to_owned(), place(length));
            let meta = find("J0301").unwrap();
            let fix = Diag::new(meta, at.span, "", "").rename(&at, meant).fix;
            fix.map(|fix| fix.edits[0].text.clone())
        };
        assert_eq!(offered(6, "mail").as_deref(), Some("\"mail\""));
        assert_eq!(offered(4, "mail").as_deref(), Some("mail"));
        assert_eq!(offered(9, "mail"), None);
        assert_eq!(offered(4, "true"), None);
        assert_eq!(offered(4, "3a"), None);
        assert_eq!(offered(6, "a\"b"), None);
    }
}
