//! What the gap before each token is, whatever the layout will be.

use crate::{Token, TokenKind};

/// What stands between two tokens that stay: blanks, line breaks, `;`.
#[derive(Clone, Copy, Default)]
pub(super) struct Gap {
    /// Line breaks.
    pub(super) breaks: u32,
    /// Whether there is a `;`.
    pub(super) semicolon: bool,
    /// Whether there is anything.
    pub(super) any: bool,
}

/// How a token follows the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// It is the first.
    First,
    /// On the same line, with one blank between them if `spaced`.
    Along {
        /// Whether there is a blank.
        spaced: bool,
    },
    /// A comment at the end of the line, where another node could begin.
    Trailing,
    /// After a line break that ends no node, as the one after `\`.
    Continued {
        /// Whether a node goes on.
        in_node: bool,
    },
    /// The first of a new node, or of the comments before it.
    Node {
        /// After at least one blank line.
        blank: bool,
        /// After `\` and its line break, so that another must follow.
        dangling: bool,
    },
    /// The first in a block.
    Open,
    /// The brace that closes a block with something in it.
    Close,
}

/// A token that stays, with the gap before it.
pub(super) struct Item {
    pub(super) token: Token,
    pub(super) gap: Gap,
    pub(super) link: Link,
    /// Whether, on one line, a node ends before this and `;` says so.
    pub(super) ends_node: bool,
}

/// A node that has begun, and whether it is commented out.
#[derive(Clone, Copy, Default)]
struct Current {
    open: bool,
    slashed: bool,
}

/// Splits tokens into those that stay and the gaps between them; the last
/// gap, after all of them, is returned by itself, with whether it follows `\`.
pub(super) fn spacing(text: &str, tokens: &[Token]) -> (Vec<Item>, Gap, bool) {
    let mut items: Vec<Item> = Vec::with_capacity(tokens.len() / 2 + 1);
    let mut gap = Gap::default();
    let mut state = State::default();
    for token in tokens {
        match token.kind {
            TokenKind::Bom => continue,
            TokenKind::Whitespace => {}
            TokenKind::Newline => gap.breaks += 1,
            TokenKind::Semicolon => gap.semicolon = true,
            _ => {
                let before = items.last().map(|item| item.token);
                let kind = before.map(|before| before.kind);
                let (mut link, ends_node) = state.link(kind, token.kind, gap);
                // A URL without quotes, in a node that is commented out: after a
                // blank its end would be a comment, to the end of the line.
                let in_url = token.kind == TokenKind::LineComment
                    && !gap.any
                    && before.is_some_and(|before| before.text(text).ends_with(':'));
                if let (Link::Along { spaced }, true) = (&mut link, in_url) {
                    *spaced = false;
                }
                state.pass(token.kind);
                items.push(Item { token: *token, gap, link, ends_node });
                gap = Gap::default();
                continue;
            }
        }
        gap.any = true;
    }
    find_trailing(&mut items, gap);
    (items, gap, state.continued)
}

#[derive(Default)]
struct State {
    current: Current,
    /// The nodes whose blocks are open.
    outer: Vec<Current>,
    /// After `\`, up to its line break.
    continued: bool,
    /// After `/-`, up to what it comments out.
    pending: bool,
}

impl State {
    /// How a token follows the one before it.
    fn link(&mut self, before: Option<TokenKind>, kind: TokenKind, gap: Gap) -> (Link, bool) {
        let Some(before) = before else { return (Link::First, false) };
        let mut breaks = gap.breaks;
        let absorbed = breaks > 0 && self.continued;
        if absorbed {
            self.continued = false;
            breaks -= 1;
        }
        let node = self.current;
        let in_node = node.open;
        if before == TokenKind::OpenBrace {
            self.current = Current::default();
            let empty = kind == TokenKind::CloseBrace;
            return (if empty { Link::Along { spaced: false } } else { Link::Open }, false);
        }
        if kind == TokenKind::CloseBrace {
            // The `kdl` crate refuses `/- a;`, so that is made of nothing else.
            return (Link::Close, node.open && (!node.slashed || gap.semicolon));
        }
        if !self.pending && (breaks > 0 || gap.semicolon) {
            self.current = Current::default();
            let blank = breaks > 1 && !absorbed;
            return (Link::Node { blank, dangling: absorbed }, in_node);
        }
        let alone = breaks > 0 && (is_comment(before) || is_comment(kind));
        if absorbed || alone {
            return (Link::Continued { in_node }, false);
        }
        (Link::Along { spaced: spaced(before, kind, gap) }, false)
    }

    /// Goes on past a token.
    fn pass(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::LineComment | TokenKind::BlockComment => return,
            TokenKind::Backslash => {
                self.continued = true;
                return;
            }
            TokenKind::OpenBrace => {
                self.current.open = true;
                self.outer.push(self.current);
                self.current = Current::default();
            }
            TokenKind::CloseBrace => self.current = self.outer.pop().unwrap_or_default(),
            TokenKind::Slashdash => {
                self.current.slashed |= !self.current.open;
                self.current.open = true;
                self.pending = true;
                return;
            }
            _ => self.current.open = true,
        }
        self.pending = false;
    }
}

/// Whether there is a blank between two tokens on one line.
const fn spaced(before: TokenKind, kind: TokenKind, gap: Gap) -> bool {
    use TokenKind::{BlockComment, CloseParen, Equals, LineComment, OpenParen, Slashdash};
    if matches!(before, Slashdash) {
        return gap.any;
    }
    let beside_comment = matches!(before, BlockComment | TokenKind::Backslash)
        || matches!(kind, BlockComment | LineComment | TokenKind::Backslash);
    beside_comment
        || !(matches!(before, OpenParen | CloseParen | Equals)
            || matches!(kind, CloseParen | Equals))
}

const fn is_comment(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::LineComment | TokenKind::BlockComment)
}

/// Comments after `;` or `{` that end their line stay on it.
fn find_trailing(items: &mut [Item], last: Gap) {
    let mut ends_line = true;
    let mut gap_after = Gap { breaks: 1, ..last };
    for item in items.iter_mut().rev() {
        let kind = item.token.kind;
        ends_line = is_comment(kind) && (gap_after.breaks > 0 || ends_line);
        if ends_line && item.gap.breaks == 0 && matches!(item.link, Link::Node { .. } | Link::Open)
        {
            item.link = Link::Trailing;
        }
        // A brace stands on a line of its own where its block has several.
        ends_line |= kind == TokenKind::CloseBrace;
        gap_after = item.gap;
    }
}
