//! What can be wrong with the text of a topology, as data.

use crate::Span;

/// One mistake in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where it is.
    pub span: Span,
    /// Other places that matter, each with what it is.
    pub related: Vec<(Span, &'static str)>,
    /// The edit that puts it right, when there is only one sensible one.
    pub fix: Option<Fix>,
}

impl SyntaxError {
    pub(crate) const fn new(kind: SyntaxErrorKind, span: Span) -> Self {
        Self { kind, span, related: Vec::new(), fix: None }
    }

    pub(crate) fn with_fix(mut self, span: Span, replacement: impl Into<Box<str>>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }
}

/// An edit: the text to put in place of a span. An empty span is an
/// insertion, an empty replacement a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What comes in its place.
    pub replacement: Box<str>,
}

/// The text of a template language that was left in a topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// `{{ … }}` or `{% … %}`, as in Helm and Jinja.
    Braces,
    /// `${NAME}`, as in a shell.
    Shell,
    /// `$(NAME)`, as in Kubernetes and make.
    Parentheses,
}

/// The mistakes the parser tells apart.
///
/// Except where a variant says that something is lost, the parser reads the
/// text as it was most likely meant and goes on, so that a mistake has no
/// others in its wake.
#[derive(Debug, Clone, PartialEq)]
pub enum SyntaxErrorKind {
    /// A string without its closing quote; the span is the opening quote.
    UnterminatedString {
        /// It was opened with three quotes.
        multiline: bool,
        /// What closes it: `"`, `"""`, `"#` and so on.
        closing: Box<str>,
    },
    /// `""` where one quote is enough; the span is the second, and the rest of
    /// the line is lost.
    ExtraQuote,
    /// A word with a quote behind it and none before; the rest of the line is
    /// lost.
    NoOpeningQuote {
        /// The word.
        text: Box<str>,
    },
    /// Quotes inside a text in quotes, as in `"say "yes" now"`; the span is the
    /// whole text.
    QuotesInside {
        /// The text with a `\` before each quote inside, as it can be written.
        escaped: Box<str>,
    },
    /// `/*` without `*/`; the text up to the next node of the top is lost.
    UnterminatedComment,
    /// A line that git left where two versions of a text could not be merged;
    /// the first version is read, the second is not.
    ConflictMarker,
    /// `{` without `}`; the span is the brace.
    UnclosedBlock {
        /// The node that the block belongs to, empty if there is none.
        node: Box<str>,
    },
    /// `}` without `{`.
    StrayClosingBrace,
    /// `{{` at the end of a line, where one `{` is enough; the span is the
    /// second.
    DoubledBrace,
    /// `(` or `)` where a brace is meant.
    ParenthesisForBrace,
    /// `:` at the end of a line where `{` is meant.
    ColonForBrace,
    /// A comment that holds the `{` of a block which goes on behind it; the
    /// block is lost.
    CommentedBrace,
    /// More blocks in each other than `limit`; the innermost are lost.
    TooDeep {
        /// How many blocks may be nested.
        limit: u32,
    },
    /// A character that KDL forbids: control characters, marks that turn the
    /// direction of text, a byte-order mark inside.
    DisallowedCharacter {
        /// The character.
        character: char,
        /// How many such characters stand there in a row.
        count: u32,
    },
    /// `true`, `false`, `null`, `inf`, `-inf` or `nan` without `#`.
    ReservedWord {
        /// The word as it stands.
        word: Box<str>,
    },
    /// `#` and a word that is no keyword.
    UnknownKeyword {
        /// The word with its `#`.
        found: Box<str>,
        /// The keyword that was most likely meant.
        suggestion: Option<&'static str>,
    },
    /// `# …` where `// …` is the comment.
    HashComment,
    /// `/ …`, `-- …` or `<!-- …` where `// …` is the comment.
    ForeignComment {
        /// How it begins.
        mark: Box<str>,
    },
    /// `name: value` as in YAML.
    YamlKey {
        /// The name without the colon.
        name: Box<str>,
    },
    /// `"name": value` as in JSON.
    JsonKey {
        /// The name without quotes.
        name: Box<str>,
    },
    /// A comma after a value.
    TrailingComma,
    /// `- item` as in YAML.
    YamlListItem,
    /// `---` or `...` as in YAML.
    YamlDocumentMarker,
    /// The line around code in Markdown; the rest of the line is lost.
    MarkdownFence,
    /// `[ … ]` as in YAML and JSON.
    ListBrackets,
    /// A piece of a template outside a string.
    Template {
        /// In which language.
        template: Template,
        /// The whole piece.
        text: Box<str>,
    },
    /// A string that begins like a number and so needs quotes.
    NumberLike {
        /// The text as it stands.
        text: Box<str>,
    },
    /// Text with a `/`, `[`, `(` or the like in it, which needs quotes.
    NeedsQuotes {
        /// The text as it stands.
        text: Box<str>,
    },
    /// `name = value` where a node is expected, as in TOML and HCL.
    NodeAssignment {
        /// The name of the node.
        name: Box<str>,
    },
    /// `name=value` at the start of an indented line: a property of the node on
    /// the line before; the span is the name.
    PropertyOnNextLine {
        /// The name of the property.
        name: Box<str>,
    },
    /// A number too large, or too close to zero, to be one.
    NumberOutOfRange {
        /// The number as it stands.
        text: Box<str>,
    },
    /// `'…'` or typographic quotes where `"…"` is meant.
    WrongQuotes {
        /// What is between the quotes.
        text: Box<str>,
    },
    /// `name=` with nothing after it; the property is lost.
    PropertyWithoutValue {
        /// The name of the property.
        name: Box<str>,
    },
    /// `name"value"`, read as `name="value"`; the span is the name.
    MissingEquals {
        /// The name.
        name: Box<str>,
    },
    /// `name=>value`; the span is the arrow.
    PropertyArrow,
    /// A number or keyword before `=`.
    PropertyName {
        /// What stands there.
        found: Box<str>,
    },
    /// A node that begins with a number or a keyword; the node is lost.
    NodeName {
        /// What stands there.
        found: Box<str>,
    },
    /// A block that belongs to no node; the block is lost.
    BlockWithoutNode,
    /// `{` on the line after its node.
    BlockOnNextLine,
    /// Two values, or a name and a value, without a blank between them.
    MissingSpace,
    /// Something after the `}` of a node and on its line.
    AfterBlock,
    /// `;` with no node before it.
    StraySemicolon,
    /// A backslash in a string, and no escape that KDL knows; the span is the
    /// escape.
    InvalidEscape {
        /// The backslash and what follows.
        escape: Box<str>,
    },
    /// Text on the line of an opening or closing `"""`.
    MultilineStringQuotes,
    /// A text in `"` that goes over several lines; the span is the first quote.
    QuotedLines,
    /// A line of a string in `"""` that is indented less than its end; the
    /// span is that line's indentation.
    MultilineStringIndent,
    /// `(` that is no type annotation.
    TypeAnnotation,
    /// `/-` with nothing after it that it could comment out.
    NothingToCommentOut,
    /// `\` that is not the last on its line.
    LineContinuation,
    /// Text without a meaning at this place; it is lost.
    Unexpected {
        /// The text, up to 40 characters of it.
        text: Box<str>,
    },
    /// What the KDL library says of a value, in its own words; the value is
    /// lost.
    Value {
        /// Its message.
        message: Box<str>,
    },
}
