//! Nodes, blocks, and what stands between nodes.

use std::mem;

use super::Parser;
use crate::parse::MAX_DEPTH;
use crate::{Block, Name, Node, SyntaxError, SyntaxErrorKind, Token, TokenKind};

impl Parser<'_, '_> {
    /// Reads all nodes of the slice.
    pub(crate) fn top(&mut self, nodes: &mut Vec<Node>) {
        loop {
            self.nodes(nodes);
            // Balanced tokens have no closing brace here; should one be there
            // all the same, it must not stop the reading.
            if self.peek().is_none() {
                return;
            }
            self.pos += 1;
        }
    }

    /// Reads nodes up to the closing brace or the end.
    fn nodes(&mut self, nodes: &mut Vec<Node>) {
        loop {
            self.skip_trivia(true);
            let Some(token) = self.peek() else { return };
            match token.kind {
                TokenKind::CloseBrace => return,
                TokenKind::Semicolon => {
                    let span = self.span_of(token);
                    let error = SyntaxError::new(SyntaxErrorKind::StraySemicolon, span);
                    self.report(error.with_fix(span, ""));
                    self.pos += 1;
                }
                TokenKind::Slashdash => self.commented_node(),
                TokenKind::OpenBrace if !self.is_template(self.pos) => {
                    self.orphan_block(nodes.last_mut());
                }
                TokenKind::Identifier
                    if self.is_strict() && matches!(self.text(token), "---" | "...") =>
                {
                    let span = self.span_of(token);
                    let error = SyntaxError::new(SyntaxErrorKind::YamlDocumentMarker, span);
                    self.report(error.with_fix(span, ""));
                    self.skip_node();
                }
                TokenKind::Identifier
                    if self.is_strict() && self.text(token).starts_with("```") =>
                {
                    self.skip_node();
                    let span = self.span(token.start, self.previous_end());
                    let line = span.slice(self.source.text).trim_end();
                    let span = span.at(0, u32::try_from(line.len()).unwrap_or(0));
                    let error = SyntaxError::new(SyntaxErrorKind::MarkdownFence, span);
                    self.report(error.with_fix(span, ""));
                }
                TokenKind::Identifier if self.is_strict() && self.goes_on(nodes.last(), token) => {
                    self.property_line(nodes.last_mut(), token);
                }
                _ => nodes.extend(self.node()),
            }
        }
    }

    /// Whether `name=value` on an indented line goes on with the node before.
    fn goes_on(&self, last: Option<&Node>, token: Token) -> bool {
        let equals = self.at(self.pos + 1);
        let is_property =
            equals.is_some_and(|next| next.kind == TokenKind::Equals && next.start == token.end);
        let before = |back: usize| self.pos.checked_sub(back).and_then(|at| self.at(at));
        let indent = before(1).filter(|blank| blank.kind == TokenKind::Whitespace);
        let begins = before(2).is_none_or(|before| before.kind == TokenKind::Newline);
        let (Some(indent), Some(last)) = (indent.filter(|_| begins && is_property), last) else {
            return false;
        };
        let indent = self.text(indent).len();
        let column = self.column(last.span.start);
        last.children.is_none() && column.is_some_and(|column| indent > column)
    }

    /// How many bytes of its line stand before a place; `None` if they are
    /// very many.
    fn column(&self, at: u32) -> Option<usize> {
        const REACH: usize = 256;
        let before = self.source.text.as_bytes().get(..at as usize)?;
        let near = before.get(before.len().saturating_sub(REACH)..)?;
        match near.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => Some(near.len() - newline - 1),
            None => (near.len() == before.len()).then_some(near.len()),
        }
    }

    /// Entries, and perhaps the block, of the node on the line before.
    fn property_line(&mut self, last: Option<&mut Node>, token: Token) {
        let Some(node) = last else { return };
        let mark = self.span_of(token);
        let kind = SyntaxErrorKind::PropertyOnNextLine { name: self.text(token).into() };
        let mut error = SyntaxError::new(kind, mark);
        error.related.push((node.name.span, "it belongs to this node"));
        let gap = self.span(node.span.end, token.start);
        self.report(if gap.slice(self.source.text).trim().is_empty() {
            error.with_fix(self.span(gap.start, gap.start), " \\")
        } else {
            error
        });
        let lost = mem::take(&mut self.lost);
        self.joined = self.pos;
        self.rest_of(node);
        node.incomplete |= self.lost;
        self.lost = lost;
    }

    /// Entries, block and end of a node.
    fn rest_of(&mut self, node: &mut Node) {
        self.entries(&mut node.entries);
        if let Some(entry) = node.entries.last() {
            node.span = node.span.join(entry.span);
        }
        if self.peek_kind() == Some(TokenKind::OpenBrace) {
            node.children = self.block();
            node.span.end = node.span.end.max(self.previous_end());
            self.after_block();
        }
        if matches!(self.peek_kind(), Some(TokenKind::Newline | TokenKind::Semicolon)) {
            self.pos += 1;
        }
    }

    /// `/-` and the node after it, which is read and dropped.
    fn commented_node(&mut self) {
        let Some(mark) = self.peek() else { return };
        self.pos += 1;
        self.skip_trivia(true);
        match self.peek_kind() {
            None | Some(TokenKind::CloseBrace | TokenKind::Semicolon | TokenKind::Slashdash) => {
                self.error(SyntaxErrorKind::NothingToCommentOut, self.span_of(mark));
            }
            Some(TokenKind::OpenBrace) if !self.is_template(self.pos) => self.orphan_block(None),
            Some(_) => {
                let lost = self.lost;
                self.commented += 1;
                self.node();
                self.commented -= 1;
                self.lost = lost;
            }
        }
    }

    /// A block where a node should be: of the node on the line before, if
    /// that has none yet, or of no one.
    fn orphan_block(&mut self, last: Option<&mut Node>) {
        let Some(brace) = self.peek() else { return };
        let gap = last.as_ref().map_or("", |node| {
            self.source.text.get(node.span.end as usize..brace.start as usize).unwrap_or(";")
        });
        let last = last.filter(|node| node.children.is_none() && !gap.contains(';'));
        if let Some(node) = last {
            let mut error = SyntaxError::new(SyntaxErrorKind::BlockOnNextLine, self.span_of(brace));
            error.related.push((node.name.span, "the block of this node"));
            if gap.trim().is_empty() {
                error = error.with_fix(self.span(node.span.end, brace.end), " {");
            }
            self.report(error);
            let lost = mem::take(&mut self.lost);
            node.children = self.block();
            node.incomplete |= self.lost;
            self.lost = lost;
            node.span.end = node.span.end.max(self.previous_end());
        } else {
            self.error(SyntaxErrorKind::BlockWithoutNode, self.span_of(brace));
            self.lost = true;
            self.skip_block();
        }
    }

    /// Reads a node with its terminator; `None` when it is lost.
    fn node(&mut self) -> Option<Node> {
        let lost = mem::take(&mut self.lost);
        let list = mem::take(&mut self.list);
        let node = self.node_inner();
        self.list = list;
        let incomplete = mem::replace(&mut self.lost, lost);
        let Some(mut node) = node else {
            self.lost = true;
            return None;
        };
        node.incomplete = incomplete;
        // A block without its brace may have taken what is the parent's.
        let closing = node.children.as_ref().map(|block| block.span);
        if closing.is_some_and(|span| !span.slice(self.source.text).ends_with('}')) {
            self.lost = true;
        }
        Some(node)
    }

    fn node_inner(&mut self) -> Option<Node> {
        let start = self.offset();
        if self.is_template(self.pos) {
            self.template();
            self.skip_node();
            return None;
        }
        let ty = self.annotation();
        let next = self.peek_kind();
        if matches!(
            next,
            None | Some(TokenKind::Newline | TokenKind::Semicolon | TokenKind::CloseBrace)
        ) {
            self.lone_annotation(ty.as_ref());
            return None;
        }
        let name = self.node_name()?;
        let mut node = Node {
            span: self.span(start, self.previous_end()),
            name,
            entries: Vec::new(),
            children: None,
            ty,
            incomplete: false,
        };
        self.rest_of(&mut node);
        Some(node)
    }

    /// The name of a node; `None` when there is none and the node is lost.
    fn node_name(&mut self) -> Option<Name> {
        let token = self.peek()?;
        let is_word = token.kind == TokenKind::Identifier;
        if is_word && self.is_strict() && self.text(token) == "-" {
            self.error(SyntaxErrorKind::YamlListItem, self.span_of(token));
            self.skip_node();
            return None;
        }
        if matches!(
            token.kind,
            TokenKind::Equals
                | TokenKind::CloseParen
                | TokenKind::OpenParen
                | TokenKind::OpenBracket
                | TokenKind::CloseBracket
                | TokenKind::Slashdash
                | TokenKind::OpenBrace
                | TokenKind::CloseBrace
        ) {
            if token.kind == TokenKind::OpenBracket {
                self.error(SyntaxErrorKind::ListBrackets, self.span_of(token));
            } else if token.kind != TokenKind::CloseBrace {
                self.unexpected();
            }
            self.skip_node();
            return None;
        }
        let item = self.item(false)?;
        let span = item.span;
        if let Some(colon) = item.colon {
            let next_is_blank = !matches!(
                self.peek_kind(),
                Some(kind) if kind.is_string() || kind == TokenKind::Number
            );
            let fix = if next_is_blank { "" } else { " " };
            let error = SyntaxError::new(colon.kind(&item), span.join(colon.span));
            self.report(error.with_fix(colon.span, fix));
        }
        if item.is_odd() {
            let found = self.quoted(span.slice(self.source.text));
            self.error(SyntaxErrorKind::NodeName { found }, span);
            self.skip_node();
            return None;
        }
        if let Some(error) = item.error {
            self.report(error);
        }
        let Some(text) = item.value.into_text() else {
            self.skip_node();
            return None;
        };
        if let Some(equals) = self.skip_to_equals() {
            let kind = SyntaxErrorKind::NodeAssignment { name: text.clone() };
            // `name => value`
            let arrow = self.peek().filter(|next| {
                next.start == equals.end
                    && next.kind == TokenKind::Identifier
                    && self.text(*next) == ">"
            });
            self.pos += usize::from(arrow.is_some());
            let mut equals = arrow.unwrap_or(equals);
            // `name == value`
            while let Some(next) = self.peek().filter(|next| next.kind == TokenKind::Equals) {
                self.pos += 1;
                equals = next;
            }
            let error = SyntaxError::new(kind, self.span(span.start, equals.end));
            let gap = self.span(span.end, equals.end);
            let blank_follows = self.peek().is_some_and(|token| token.kind.is_trivia());
            self.report(match gap.slice(self.source.text).trim() {
                "=" | "=>" if blank_follows => error.with_fix(gap, ""),
                "=" | "=>" => error.with_fix(gap, " "),
                _ => error,
            });
            self.joined = self.pos;
        }
        Some(Name { text, span })
    }

    /// Reads a block; `None` when it is too deep.
    pub(super) fn block(&mut self) -> Option<Block> {
        let open = self.peek()?;
        if self.depth >= MAX_DEPTH {
            self.error(SyntaxErrorKind::TooDeep { limit: MAX_DEPTH }, self.span_of(open));
            self.lost = true;
            self.skip_block();
            return None;
        }
        self.pos += 1;
        self.depth += 1;
        let mut nodes = Vec::new();
        self.nodes(&mut nodes);
        self.depth -= 1;
        let mut end = self.previous_end();
        if let Some(close) = self.peek() {
            self.pos += 1;
            end = close.end;
            // A brace that was put in; see `balance`.
            self.lost |= close.start == close.end;
        }
        Some(Block { nodes, span: self.span(open.start, end) })
    }

    /// After the block of a node: blocks that are commented out, and then
    /// nothing up to the end of the line.
    fn after_block(&mut self) {
        loop {
            let end = self.previous_end();
            self.skip_trivia(false);
            let Some(token) = self.peek() else { return };
            match token.kind {
                TokenKind::Slashdash => {
                    let mark = self.pos;
                    self.pos += 1;
                    self.skip_trivia(true);
                    if self.peek_kind() != Some(TokenKind::OpenBrace) {
                        self.pos = mark;
                        self.error(SyntaxErrorKind::AfterBlock, self.span_of(token));
                        return;
                    }
                    let lost = self.lost;
                    self.commented += 1;
                    self.block();
                    self.commented -= 1;
                    self.lost = lost;
                }
                kind if kind.is_string() && self.text(token) == "," => {
                    let span = self.span_of(token);
                    let error = SyntaxError::new(SyntaxErrorKind::TrailingComma, span);
                    self.report(error.with_fix(span, ""));
                    self.pos += 1;
                }
                kind if kind.is_string() => {
                    let error = SyntaxError::new(SyntaxErrorKind::AfterBlock, self.span_of(token));
                    self.report(error.with_fix(self.span(end, end), ";"));
                    return;
                }
                _ => return,
            }
        }
    }
}
