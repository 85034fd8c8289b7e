//! The tokens of a topology.

/// What a [`Token`] is.
///
/// The kinds from [`TokenKind::ReservedWord`] on are not KDL; the lexer never
/// fails, it names what it found instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// The byte-order mark, only at the very beginning.
    Bom,
    /// Blanks of any width, but no line break.
    Whitespace,
    /// One line break; CR LF is one.
    Newline,
    /// `// …` without the line break that ends it.
    LineComment,
    /// `/* … */`, which may hold others.
    BlockComment,
    /// `/-`, which comments out the node, entry or block after it.
    Slashdash,
    /// `\`, which continues a line when only blanks and a comment follow.
    Backslash,
    /// `;`
    Semicolon,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `=`
    Equals,
    /// A word that is a string without quotes.
    Identifier,
    /// `"…"`
    QuotedString,
    /// `"""…"""`
    MultilineString,
    /// `#"…"#`, with any number of `#`.
    RawString,
    /// `#"""…"""#`, with any number of `#`.
    MultilineRawString,
    /// A number in the form KDL has for numbers.
    Number,
    /// `#true`, `#false`, `#null`, `#inf`, `#-inf` or `#nan`.
    Keyword,
    /// `true`, `false`, `null`, `inf`, `-inf` or `nan` without the `#`.
    ReservedWord,
    /// A word that begins like a number but is none, as `3.3.1` or `1Gi`.
    NumberLike,
    /// `#` and a word that is no keyword.
    UnknownKeyword,
    /// `# …`, `-- …`, `/ …` or `<!-- …`, a comment in other languages, up to the
    /// end of the line.
    HashComment,
    /// A string without a closing quote, up to where it was most likely meant
    /// to end.
    UnterminatedString,
    /// A string in `"""` or `#"""` that is never closed.
    UnterminatedMultilineString,
    /// `"""` with text on the same line, or lines in `"`, which KDL doesn't allow.
    CrampedMultilineString,
    /// `/*` that is never closed, up to the next line that looks like a node of
    /// the top, or the end of the text.
    UnterminatedComment,
    /// Characters that KDL forbids, between other tokens.
    Disallowed,
    /// `[`, which KDL does not use.
    OpenBracket,
    /// `]`, which KDL does not use.
    CloseBracket,
    /// A `/` that begins no comment.
    Unexpected,
}

impl TokenKind {
    /// Whether the token is one of the five forms of a string.
    pub const fn is_string(self) -> bool {
        matches!(
            self,
            Self::Identifier
                | Self::QuotedString
                | Self::MultilineString
                | Self::RawString
                | Self::MultilineRawString
        )
    }

    /// Whether the token has no meaning: blanks, line breaks and comments.
    pub const fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Bom
                | Self::Whitespace
                | Self::Newline
                | Self::LineComment
                | Self::BlockComment
                | Self::HashComment
                | Self::Disallowed
                | Self::UnterminatedComment
        )
    }
}

/// One token: its kind and its bytes.
///
/// The tokens of a text follow each other without a gap, from its first byte
/// to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

impl Token {
    /// The text of the token.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}
