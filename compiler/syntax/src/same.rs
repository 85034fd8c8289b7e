//! Whether two nodes are one that has moved.

use crate::{Block, Entry, Name, Node, Span};

impl Node {
    /// Whether another node, perhaps of another text, says the same in the same
    /// layout: all spans are as far from the start of the one as from that of
    /// the other.
    pub fn is_moved(&self, other: &Self) -> bool {
        Bases(self.span, other.span).nodes(self, other)
    }
}

/// The spans of the two whole nodes.
#[derive(Clone, Copy)]
struct Bases(Span, Span);

impl Bases {
    fn spans(self, one: Span, other: Span) -> bool {
        let from = |span: Span, base: Span| (span.start.wrapping_sub(base.start), span.len());
        one.file == self.0.file
            && other.file == self.1.file
            && from(one, self.0) == from(other, self.1)
    }

    fn nodes(self, one: &Node, other: &Node) -> bool {
        let Node { name, entries, children, span, ty, incomplete } = one;
        self.spans(*span, other.span)
            && *incomplete == other.incomplete
            && self.names(name, &other.name)
            && self.options(ty.as_ref(), other.ty.as_ref())
            && all(entries, &other.entries, |one, other| self.entries(one, other))
            && match (children, &other.children) {
                (None, None) => true,
                (Some(one), Some(other)) => self.blocks(one, other),
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    fn blocks(self, Block { nodes, span }: &Block, other: &Block) -> bool {
        self.spans(*span, other.span)
            && all(nodes, &other.nodes, |one, other| self.nodes(one, other))
    }

    fn names(self, Name { text, span }: &Name, other: &Name) -> bool {
        self.spans(*span, other.span) && *text == other.text
    }

    fn options(self, one: Option<&Name>, other: Option<&Name>) -> bool {
        match (one, other) {
            (None, None) => true,
            (Some(one), Some(other)) => self.names(one, other),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    fn entries(self, one: &Entry, other: &Entry) -> bool {
        let Entry { name, value, value_span, span, ty } = one;
        self.spans(*span, other.span)
            && self.spans(*value_span, other.value_span)
            && *value == other.value
            && self.options(name.as_ref(), other.name.as_ref())
            && self.options(ty.as_ref(), other.ty.as_ref())
    }
}

fn all<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}

#[cfg(test)]
mod tests {
    use crate::{FileId, Node, parse};

    fn node(text: &str, at: usize) -> Node {
        parse(FileId(0), text).document.nodes.remove(at)
    }

    #[test]
    fn a_node_that_moved_is_the_same() {
        let one = node("a 1 b=\"x\" { c (d)2; }\n", 0);
        assert!(one.is_moved(&node("// before\nz\n\na 1 b=\"x\" { c (d)2; }\n", 1)));
    }

    #[test]
    fn whatever_else_changes_is_seen() {
        let text = "a 1 b=\"x\" { c (d)2; }\n";
        let one = node(text, 0);
        for (from, to) in [
            ("a ", "e "),
            (" 1 ", " 2 "),
            (" 1 ", "  1 "),
            ("b=", "e="),
            ("\"x\"", "\"y\""),
            ("{ c", "{  c"),
            (" c ", " e "),
            ("(d)", "(e)"),
            ("(d)2", "2"),
            ("; }", ";}"),
            ("2; }", "2; f; }"),
        ] {
            assert!(text.contains(from), "{from}");
            assert!(!one.is_moved(&node(&text.replacen(from, to, 1), 0)), "{from} to {to}");
        }
    }
}
