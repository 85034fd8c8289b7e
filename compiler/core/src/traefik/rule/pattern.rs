//! Regular expressions of Go, run by the crate `regex`.
//!
//! Both come from RE2 and match alike. Where they differ, the text is
//! rewritten: in Go `\d`, `\w`, `\s` and `\b` know ASCII only, `\Q…\E` quotes,
//! a `{` that counts nothing is a letter, octal escapes exist, and `&&`, `--`,
//! `~~` and `[` have no meaning inside of brackets. What Go refuses is refused:
//! look-around, back-references, a second repetition after the first, counts
//! above 1,000, and the flags `x`, `u` and `R`. One difference stays: outside
//! of ASCII `\B` is what Rust takes it to be.

use std::fmt::Write as _;
use std::sync::Arc;

use regex::{Regex, RegexSet};

use super::samples::samples;

/// An expression that has been compiled.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    regex: Regex,
    samples: Arc<[String]>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// The largest program, in bytes; Go has limits of the same kind.
const SIZE: usize = 2 << 20;

impl Pattern {
    /// Compiles an expression as Go does.
    ///
    /// # Errors
    /// A clause that says why Go refuses it.
    pub fn compile(source: &str) -> Result<Self, String> {
        let text = Translator { text: source, at: 0, out: String::new() }.run()?;
        let regex = regex::RegexBuilder::new(&text)
            .size_limit(SIZE)
            .nest_limit(250)
            .build()
            .map_err(|error| reason(source, &error))?;
        Ok(Self { source: source.to_owned(), regex, samples: samples(&text).into() })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A few texts that it may match, each to be tried.
    pub(super) fn samples(&self) -> &[String] {
        &self.samples
    }

    /// Whether it matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The first match.
    pub(in crate::traefik) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.regex.find(text).map(|found| found.as_str())
    }

    /// Replaces every match; `$1` and `${1}` are groups, as in Go.
    pub(in crate::traefik) fn replace_all(&self, text: &str, by: &str) -> String {
        self.regex.replace_all(text, by).into_owned()
    }
}

/// Many expressions that are tried at once, which takes little longer than one.
#[derive(Debug)]
pub struct Patterns<'p> {
    all: Vec<&'p Pattern>,
    set: Option<RegexSet>,
}

impl<'p> Patterns<'p> {
    /// Joins expressions.
    pub fn new(all: Vec<&'p Pattern>) -> Self {
        let texts = all.iter().map(|pattern| pattern.regex.as_str());
        // Too large together, they are tried one by one.
        let set = regex::RegexSetBuilder::new(texts).size_limit(8 * SIZE).build().ok();
        Self { all, set }
    }

    /// The places of those that match anywhere in a text.
    pub fn matching(&self, text: &str) -> Vec<usize> {
        if let Some(set) = &self.set {
            return set.matches(text).into_iter().collect();
        }
        let all = self.all.iter().enumerate();
        all.filter(|(_, pattern)| pattern.is_match(text)).map(|(at, _)| at).collect()
    }
}

fn reason(source: &str, error: &regex::Error) -> String {
    let short = crate::diagnostics::shorten(source);
    match error {
        regex::Error::CompiledTooBig(_) => format!("the expression `{short}` is too large"),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let last = last.strip_prefix("error: ").unwrap_or(last);
            format!("`{short}` is no regular expression: {last}")
        }
    }
}

struct Translator<'t> {
    text: &'t str,
    at: usize,
    out: String,
}

/// What came before: whether something stands there to be repeated, or has
/// been.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Atom,
    Repeated,
}

impl Translator<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn run(mut self) -> Result<String, String> {
        let mut before = Before::Nothing;
        while let Some(character) = self.peek() {
            before = match character {
                '\\' => self.escape()?,
                '[' => {
                    self.class()?;
                    Before::Atom
                }
                '(' => {
                    self.group()?;
                    Before::Nothing
                }
                '*' | '+' | '?' | '{' => self.repeat(character, before)?,
                '|' => {
                    self.next();
                    self.out.push('|');
                    Before::Nothing
                }
                ']' | '}' => {
                    self.next();
                    self.out.push('\\');
                    self.out.push(character);
                    Before::Atom
                }
                _ => {
                    self.next();
                    self.out.push(character);
                    Before::Atom
                }
            };
        }
        Ok(self.out)
    }

    fn repeat(&mut self, character: char, before: Before) -> Result<Before, String> {
        let start = self.at;
        if character == '{' {
            let Some(count) = count(self.rest()) else {
                self.next();
                self.out.push_str("\\{");
                return Ok(Before::Atom);
            };
            self.at += count.length;
            if count.least > 1000
                || count.most.is_some_and(|most| most > 1000 || most < count.least)
            {
                return Err(format!("`{}` repeats too often, or the wrong way round", count.text));
            }
            self.out.push_str(&count.text);
        } else {
            self.next();
            self.out.push(character);
        }
        match before {
            Before::Nothing => {
                let found = self.text.get(start..self.at).unwrap_or_default();
                return Err(format!("nothing stands before `{found}` that it could repeat"));
            }
            Before::Repeated => {
                let found = self.text.get(start..self.at).unwrap_or_default();
                return Err(format!("`{found}` repeats what is repeated already"));
            }
            Before::Atom => {}
        }
        if self.take("?") {
            self.out.push('?');
        }
        Ok(Before::Repeated)
    }

    fn group(&mut self) -> Result<(), String> {
        self.next();
        if !self.take("?") {
            self.out.push('(');
            return Ok(());
        }
        for (look, what) in [
            ("=", "looks ahead"),
            ("!", "looks ahead"),
            ("<=", "looks behind"),
            ("<!", "looks behind"),
        ] {
            if self.rest().starts_with(look) {
                return Err(format!("`(?{look}` {what}, which Go's expressions can't"));
            }
        }
        if self.take("P<") || self.take("<") {
            self.out.push_str("(?P<");
            return Ok(());
        }
        let flags = self.rest().find([')', ':']).unwrap_or(0);
        let flags = self.rest().get(..flags).unwrap_or_default();
        if let Some(unknown) = flags.chars().find(|flag| !"imsU-".contains(*flag)) {
            return Err(format!("`(?{unknown}` is none of the flags `i`, `m`, `s` and `U`"));
        }
        self.out.push_str("(?");
        Ok(())
    }

    fn escape(&mut self) -> Result<Before, String> {
        self.next();
        let Some(kind) = self.next() else {
            return Err("a `\\` stands at its end".to_owned());
        };
        match kind {
            'd' => self.out.push_str("[0-9]"),
            'D' => self.out.push_str("[^0-9]"),
            'w' => self.out.push_str("[0-9A-Za-z_]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            's' => self.out.push_str("[\\t\\n\\f\\r ]"),
            'S' => self.out.push_str("[^\\t\\n\\f\\r ]"),
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' => self.out.push_str("\\B"),
            'A' | 'z' | 'p' | 'P' => self.known(kind),
            'Q' => {
                let end = self.rest().find("\\E");
                let quoted = self.rest().get(..end.unwrap_or(self.rest().len()));
                let quoted = quoted.unwrap_or_default().to_owned();
                self.at += quoted.len() + if end.is_some() { 2 } else { 0 };
                self.out.push_str(&regex::escape(&quoted));
                return Ok(if quoted.is_empty() { Before::Nothing } else { Before::Atom });
            }
            _ => self.literal(kind)?,
        }
        Ok(Before::Atom)
    }

    /// What both know, with `{…}` after it if it takes a name.
    fn known(&mut self, kind: char) {
        self.out.push('\\');
        self.out.push(kind);
        if matches!(kind, 'p' | 'P') && self.rest().starts_with('{') {
            let end = self.rest().find('}').map_or(0, |end| end + 1);
            let name = self.rest().get(..end).unwrap_or_default().to_owned();
            self.at += end;
            self.out.push_str(&name);
        } else if matches!(kind, 'p' | 'P')
            && let Some(letter) = self.next()
        {
            self.out.push(letter);
        }
    }

    /// An escape that stands for one character.
    fn literal(&mut self, kind: char) -> Result<(), String> {
        let code = match kind {
            'a' | 'f' | 't' | 'n' | 'r' | 'v' => {
                self.out.push('\\');
                self.out.push(kind);
                return Ok(());
            }
            '0'..='7' => {
                let following = self.rest().bytes().take_while(|b| (b'0'..=b'7').contains(b));
                let following = following.take(2).count();
                if kind != '0' && following == 0 {
                    return Err(format!("`\\{kind}` refers back, which Go's expressions can't"));
                }
                let start = self.at - 1;
                self.at += following;
                let digits = self.text.get(start..self.at).unwrap_or_default();
                u32::from_str_radix(digits, 8).unwrap_or(0)
            }
            'x' => {
                let (start, end) = match self.rest().strip_prefix('{') {
                    Some(inner) => {
                        let end = inner.find('}').ok_or("`\\x{` is never closed")?;
                        (1, end + 1)
                    }
                    None => (0, 2),
                };
                let digits = self.rest().get(start..end).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16)
                    .ok()
                    .filter(|code| char::from_u32(*code).is_some());
                let code = code.ok_or_else(|| format!("`\\x{digits}` is no character"))?;
                self.at += end + start;
                code
            }
            other if other.is_ascii_punctuation() => u32::from(other),
            other => return Err(format!("`\\{other}` is no escape of Go's expressions")),
        };
        let _ = write!(self.out, "\\x{{{code:x}}}");
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.next();
        self.out.push('[');
        if self.take("^") {
            self.out.push('^');
        }
        let mut first = true;
        // After a class such as `\d` a `-` is a letter.
        let mut whole = false;
        loop {
            let Some(character) = self.peek() else {
                return Err("a `[` is never closed".to_owned());
            };
            match character {
                ']' if !first => {
                    self.next();
                    self.out.push(']');
                    return Ok(());
                }
                '[' if self.rest().starts_with("[:") && self.rest().contains(":]") => {
                    let end = self.rest().find(":]").map_or(0, |end| end + 2);
                    let name = self.rest().get(..end).unwrap_or_default().to_owned();
                    self.at += end;
                    self.out.push_str(&name);
                    whole = true;
                }
                '\\' => whole = self.class_escape()?,
                '-' if whole || first || self.rest().starts_with("-]") => {
                    self.next();
                    self.out.push_str("\\-");
                    whole = false;
                }
                '-' => {
                    self.next();
                    self.out.push('-');
                }
                '[' | '&' | '~' | ']' | '^' => {
                    self.next();
                    self.out.push('\\');
                    self.out.push(character);
                    whole = false;
                }
                other => {
                    self.next();
                    self.out.push(other);
                    whole = false;
                }
            }
            first = false;
        }
    }

    /// Whether it was a class of its own.
    fn class_escape(&mut self) -> Result<bool, String> {
        self.next();
        let Some(kind) = self.next() else {
            return Err("a `[` is never closed".to_owned());
        };
        let whole = match kind {
            'd' => "0-9",
            'D' => "[^0-9]",
            'w' => "0-9A-Za-z_",
            'W' => "[^0-9A-Za-z_]",
            's' => "\\t\\n\\f\\r ",
            'S' => "[^\\t\\n\\f\\r ]",
            'p' | 'P' => {
                self.known(kind);
                return Ok(true);
            }
            _ => {
                self.literal(kind)?;
                return Ok(false);
            }
        };
        self.out.push_str(whole);
        Ok(true)
    }
}

/// A count such as `{2,3}`.
struct Count {
    text: String,
    length: usize,
    least: u32,
    most: Option<u32>,
}

/// A count, if it is one as Go reads it: `{,3}` is none.
fn count(text: &str) -> Option<Count> {
    let inner = text.strip_prefix('{')?;
    let inner = inner.get(..inner.find('}')?)?;
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let plain = plain && (digits == "0" || !digits.starts_with('0'));
        plain.then(|| digits.parse::<u32>().unwrap_or(u32::MAX))
    };
    let (least, most) = match inner.split_once(',') {
        None => {
            let exact = number(inner)?;
            (exact, Some(exact))
        }
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    Some(Count { text: format!("{{{inner}}}"), length: inner.len() + 2, least, most })
}
