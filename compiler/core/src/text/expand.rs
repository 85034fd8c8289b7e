//! `$(NAME)` in variables and words of containers, for which Kubernetes puts in the
//! variable of this name (`third_party/forked/golang/expansion/expand.go`).

use memchr::memchr_iter;

/// A piece of a text.
enum Piece<'t> {
    /// As it is.
    Text(&'t str),
    /// The variable `NAME`, and how it is written.
    Variable(&'t str, &'t str),
}

/// The pieces of a text. `$$` is one `$`, and what is open at the end is text.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = match rest.find('$').unwrap_or(rest.len()) {
            0 => {
                let name = rest.strip_prefix("$(").and_then(|inside| inside.split_once(')'));
                match name {
                    Some((name, after)) => {
                        let whole = rest.get(..rest.len() - after.len()).unwrap_or_default();
                        (Piece::Variable(name, whole), after)
                    }
                    None if rest.starts_with("$$") => (Piece::Text("$"), rest.get(2..)?),
                    None => (Piece::Text("$"), rest.get(1..)?),
                }
            }
            end => (Piece::Text(rest.get(..end)?), rest.get(end..)?),
        };
        rest = after;
        Some(piece)
    })
}

/// Whether a text may name a variable.
pub fn may_expand(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(b'$', bytes).any(|at| bytes.get(at + 1) == Some(&b'('))
}

/// The names of the variables that a text names.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Variable(name, _) => Some(name),
        Piece::Text(_) => None,
    })
}

/// The text with what variables hold put in; one that isn't known stays as it is
/// written. Nothing where it gets longer than `most` bytes, as texts that double each
/// other may.
pub fn expand<'v>(
    text: &str,
    most: usize,
    variable: impl Fn(&str) -> Option<&'v str>,
) -> Option<String> {
    let mut whole = String::new();
    for piece in pieces(text) {
        whole.push_str(match piece {
            Piece::Text(text) => text,
            Piece::Variable(name, written) => variable(name).unwrap_or(written),
        });
        if whole.len() > most {
            return None;
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::{expand, names};

    #[test]
    fn variables_are_put_in() {
        let variable = |name: &str| (name == "HOST").then_some("q");
        for (text, wanted) in [
            ("http://$(HOST):80/", "http://q:80/"),
            ("$(HOST)$(HOST)", "qq"),
            ("$(PORT) of $(HOST)", "$(PORT) of q"),
            ("$$(HOST)", "$(HOST)"),
            ("$$$(HOST)", "$q"),
            ("$HOST ${H} $(H", "$HOST ${H} $(H"),
            ("100 $", "100 $"),
            ("", ""),
        ] {
            assert_eq!(expand(text, 20, variable).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(expand("$(HOST)$(HOST)", 1, variable), None);
        assert_eq!(names("$(A)$$(B) $(C").collect::<Vec<_>>(), ["A"]);
    }
}
