//! Regular expressions of Go, run by the crate `regex`.
//!
//! Both come from RE2 and match alike. Where they differ, the text is
//! rewritten: in Go `\d`, `\w`, `\s` and `\b` know ASCII only, `\Q…\E` quotes,
//! a `{` that counts nothing is a letter, octal escapes exist, `&&`, `--`, `~~`
//! and `[` have no meaning inside of brackets, names of groups may come twice,
//! and flags stand anywhere. What Go refuses is refused: look-around,
//! back-references, a second repetition after the first, counts above 1,000 by
//! themselves or with those around them, the flags `x`, `u` and `R`, and what
//! is neither a category nor a script. Two differences stay: outside of ASCII
//! `\B` is what Rust takes it to be, and more than 250 nested groups, of which
//! Go takes 1,000, are refused, as the stack is bounded.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use regex::{Regex, RegexSet};

use super::samples::Facts;

/// An expression that has been compiled.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    pub(super) regex: Regex,
    pub(super) facts: Arc<Facts>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
    }
}

/// The largest program, in bytes; Go has limits of the same kind.
const SIZE: usize = 64 << 20;

/// How often something may be repeated, by all counts around it together
/// (`repeatIsValid`, `regexp/syntax/parse.go`).
const OFTEN: u32 = 1000;

impl Pattern {
    /// Compiles an expression as Go does.
    ///
    /// # Errors
    /// A clause that says why Go refuses it.
    pub fn compile(source: &str) -> Result<Self, String> {
        let text = Translator::new(source).run()?;
        let regex = regex::RegexBuilder::new(&text)
            .size_limit(SIZE)
            .nest_limit(250)
            .build()
            .map_err(|error| reason(source, &error))?;
        Ok(Self { source: source.to_owned(), regex, facts: Facts::of(&text).into() })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A few texts that it may match, each to be tried.
    pub(super) fn samples(&self) -> &[String] {
        &self.facts.samples
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
    /// Flags that have been read, and are written before what they hold for.
    flags: String,
    /// Names of groups.
    names: BTreeSet<&'t str>,
    /// How often what came last is repeated inside.
    last: u32,
    /// The same of the group that is open and of those around it: the most.
    most: Vec<u32>,
}

/// What came before: whether something stands there to be repeated, or has
/// been.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Atom,
    Repeated,
}

impl<'t> Translator<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            out: String::new(),
            flags: String::new(),
            names: BTreeSet::new(),
            last: 1,
            most: vec![1],
        }
    }

    /// Something that may be repeated, and how often it is inside.
    fn atom(&mut self, times: u32) -> Before {
        self.last = times;
        if let Some(most) = self.most.last_mut() {
            *most = times.max(*most);
        }
        Before::Atom
    }

    fn rest(&self) -> &'t str {
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
            let repeats = matches!(character, '*' | '+' | '?')
                || (character == '{' && count(self.rest()).is_some());
            if !repeats && !self.rest().starts_with("(?") {
                let flags = std::mem::take(&mut self.flags);
                self.out.push_str(&flags);
            }
            before = match character {
                '\\' => self.escape(before)?,
                '[' => {
                    self.class()?;
                    self.atom(1)
                }
                '(' => self.group(before)?,
                ')' => {
                    self.next();
                    self.out.push(')');
                    let inside = if self.most.len() > 1 { self.most.pop() } else { None };
                    self.atom(inside.unwrap_or(1))
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
                    self.atom(1)
                }
                _ => {
                    self.next();
                    self.out.push(character);
                    self.atom(1)
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
                return Ok(self.atom(1));
            };
            self.at += count.length;
            let times = count.most.unwrap_or(count.least).max(1);
            let all = times.saturating_mul(self.last);
            if count.least > OFTEN
                || count.most.is_some_and(|most| most > OFTEN || most < count.least)
                || (times > 1 && all > OFTEN)
            {
                return Err(format!("`{}` repeats too often, or the wrong way round", count.text));
            }
            self.atom(all);
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

    fn group(&mut self, before: Before) -> Result<Before, String> {
        self.next();
        if !self.take("?") {
            self.open("(");
            return Ok(Before::Nothing);
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
            return self.named();
        }
        self.flagged(before)
    }

    fn open(&mut self, text: &str) {
        let flags = std::mem::take(&mut self.flags);
        self.out.push_str(&flags);
        self.out.push_str(text);
        self.most.push(1);
    }

    /// After `(?P<`. Names are of letters, digits and `_`; one may come twice,
    /// and begin with a digit, which `regex` doesn't know.
    fn named(&mut self) -> Result<Before, String> {
        let end = self.rest().find('>').ok_or("the name of a group is never closed")?;
        let name = self.rest().get(..end).unwrap_or_default();
        self.at += end + 1;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err(format!("`{name}` is no name of a group: letters, digits and `_` are"));
        }
        if !name.starts_with(|first: char| first.is_ascii_digit()) && self.names.insert(name) {
            self.open(&format!("(?P<{name}>"));
        } else {
            self.open("(");
        }
        Ok(Before::Nothing)
    }

    /// After `(?`, as in `(?i)` or `(?i-s:…)` (`parsePerlFlags`). Flags by
    /// themselves are nothing between a text and its repetition.
    fn flagged(&mut self, before: Before) -> Result<Before, String> {
        let (mut on, mut off) = (String::new(), String::new());
        let mut minus = false;
        loop {
            match self.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    on.retain(|other| other != flag);
                    off.retain(|other| other != flag);
                    if minus { off.push(flag) } else { on.push(flag) }
                }
                Some('-') if !minus => minus = true,
                Some(end @ (':' | ')')) if !minus || !off.is_empty() => {
                    let minus = if off.is_empty() { "" } else { "-" };
                    if end == ':' {
                        self.open(&format!("(?{on}{minus}{off}:"));
                        return Ok(Before::Nothing);
                    }
                    if !(on.is_empty() && off.is_empty()) {
                        let _ = write!(self.flags, "(?{on}{minus}{off})");
                    }
                    // What has been repeated may be so again.
                    return Ok(if before == Before::Repeated { Before::Atom } else { before });
                }
                Some(unknown) => {
                    return Err(format!(
                        "`(?{unknown}` is none of the flags `i`, `m`, `s` and `U`"
                    ));
                }
                None => return Err("a `(?` is never closed".to_owned()),
            }
        }
    }

    fn escape(&mut self, before: Before) -> Result<Before, String> {
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
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(kind);
            }
            'p' | 'P' => self.property(kind == 'P')?,
            'Q' => {
                let end = self.rest().find("\\E");
                let quoted = self.rest().get(..end.unwrap_or(self.rest().len()));
                let quoted = quoted.unwrap_or_default().to_owned();
                self.at += quoted.len() + if end.is_some() { 2 } else { 0 };
                self.out.push_str(&regex::escape(&quoted));
                return Ok(if quoted.is_empty() { before } else { self.atom(1) });
            }
            _ => {
                let code = self.literal(kind)?;
                self.range(code, code, "[a&&b]");
            }
        }
        Ok(self.atom(1))
    }

    /// After `\\p` or `\\P`: a category or a script; `regex` knows more
    /// (`unicodeTable`).
    fn property(&mut self, negated: bool) -> Result<(), String> {
        // Scripts whose name has four letters; others of four are short names.
        const SHORT: [&str; 9] =
            ["ahom", "cham", "kawi", "lisu", "miao", "modi", "newa", "thai", "toto"];
        let whole = if let Some(inner) = self.rest().strip_prefix('{') {
            let end = inner.find('}').ok_or("`\\p{` is never closed")?;
            self.at += end + 2;
            inner.get(..end).unwrap_or_default()
        } else {
            let start = self.at;
            self.next().ok_or("a `\\p` stands at its end")?;
            self.text.get(start..self.at).unwrap_or_default()
        };
        let (name, negated) = match whole.strip_prefix('^') {
            Some(name) => (name, !negated),
            None => (whole, negated),
        };
        let plain: String = name.chars().filter(|one| !matches!(one, ' ' | '_' | '-')).collect();
        let plain = plain.to_ascii_lowercase();
        let known = |of: &str| regex_syntax::parse(&format!("\\p{{{of}={plain}}}")).is_ok();
        let right = plain.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (matches!(&*plain, "any" | "ascii" | "assigned")
                || known("gc")
                || (known("sc") && (plain.len() != 4 || SHORT.contains(&&*plain))));
        if !right {
            return Err(format!("`{whole}` is neither a category nor a script of Unicode"));
        }
        let letter = if negated { 'P' } else { 'p' };
        let _ = write!(self.out, "\\{letter}{{{plain}}}");
        Ok(())
    }

    /// Characters from one to another. Half of a surrogate pair is none, and
    /// nothing matches it.
    fn range(&mut self, first: u32, last: u32, none: &str) {
        let first = if (0xd800..0xe000).contains(&first) { 0xe000 } else { first };
        let last = if (0xd800..0xe000).contains(&last) { 0xd7ff } else { last };
        let _ = match first.cmp(&last) {
            Ordering::Less => write!(self.out, "\\x{{{first:x}}}-\\x{{{last:x}}}"),
            Ordering::Equal => write!(self.out, "\\x{{{first:x}}}"),
            Ordering::Greater => write!(self.out, "{none}"),
        };
    }

    /// An escape that stands for one character: its code.
    fn literal(&mut self, kind: char) -> Result<u32, String> {
        Ok(match kind {
            'a' => 7,
            'f' => 12,
            't' => 9,
            'n' => 10,
            'r' => 13,
            'v' => 11,
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
                let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16).ok();
                let code = code.filter(|code| plain && *code <= u32::from(char::MAX));
                let code = code.ok_or_else(|| format!("`\\x{digits}` is no character"))?;
                self.at += end + start;
                code
            }
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => u32::from(other),
            other => return Err(format!("`\\{other}` is no escape of Go's expressions")),
        })
    }

    fn class(&mut self) -> Result<(), String> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print",
            "punct", "space", "upper", "word", "xdigit",
        ];
        self.next();
        self.out.push('[');
        if self.take("^") {
            self.out.push('^');
        }
        // An empty class is none to `regex`.
        self.out.push_str("[a&&b]");
        let mut first = true;
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Err("a `[` is never closed".to_owned());
            }
            if !first && self.take("]") {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            if let Some((name, _)) = rest.strip_prefix("[:").and_then(|name| name.split_once(":]"))
            {
                if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
                    return Err(format!("`[:{name}:]` is no class of characters"));
                }
                let _ = write!(self.out, "[:{name}:]");
                self.at += name.len() + 4;
                continue;
            }
            if let Some(kind) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next())
                && self.whole_class(kind)?
            {
                continue;
            }
            let low = self.class_char()?;
            let high = if self.rest().starts_with('-')
                && !self.rest().starts_with("-]")
                && self.rest().len() > 1
            {
                self.next();
                self.class_char()?
            } else {
                low
            };
            if high < low {
                return Err("a range in `[…]` ends before it starts".to_owned());
            }
            self.range(low, high, "");
        }
    }

    /// One character in brackets.
    fn class_char(&mut self) -> Result<u32, String> {
        match self.next() {
            Some('\\') => {
                let kind = self.next().ok_or("a `[` is never closed")?;
                self.literal(kind)
            }
            Some(character) => Ok(u32::from(character)),
            None => Err("a `[` is never closed".to_owned()),
        }
    }

    /// An escape in brackets that is a class by itself, if it is one.
    fn whole_class(&mut self, kind: char) -> Result<bool, String> {
        let text = match kind {
            'd' => "0-9",
            'D' => "[^0-9]",
            'w' => "0-9A-Za-z_",
            'W' => "[^0-9A-Za-z_]",
            's' => "\\t\\n\\f\\r ",
            'S' => "[^\\t\\n\\f\\r ]",
            'p' | 'P' => {
                self.at += 2;
                self.property(kind == 'P')?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.at += 2;
        self.out.push_str(text);
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
