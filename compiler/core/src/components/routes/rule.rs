//! Rules of Traefik v3, as far as they can be judged without running it.
//!
//! A rule is an expression of Go: matchers with texts as values, joined by
//! `&&`, `||`, `!` and parentheses (`pkg/rules/parser.go` of Traefik).

#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter};

/// How deep parentheses and `!` may nest; far more than a person writes.
const DEEPEST: usize = 64;

/// The matchers of HTTP rules, with the number of values that each takes
/// (`pkg/muxer/http/matcher.go`).
pub const MATCHERS: [(&str, usize, usize); 11] = [
    ("Host", 1, 1),
    ("HostRegexp", 1, 1),
    ("Path", 1, 1),
    ("PathPrefix", 1, 1),
    ("PathRegexp", 1, 1),
    ("Header", 2, 2),
    ("HeaderRegexp", 2, 2),
    ("Method", 1, 1),
    ("Query", 1, 2),
    ("QueryRegexp", 1, 2),
    ("ClientIP", 1, 1),
];

/// Matchers of v2 under a name that v3 doesn't have.
const RENAMED: [(&str, &str); 3] =
    [("Headers", "Header"), ("HeadersRegexp", "HeaderRegexp"), ("HostHeader", "Host")];

/// A rule that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// All of them.
    All(Vec<Rule>),
    /// One of them at least.
    Any(Vec<Rule>),
    /// What the other doesn't match.
    Not(Box<Rule>),
    /// One matcher.
    Matcher {
        /// Its name, spelt as Traefik's documentation does.
        name: &'static str,
        /// Its values.
        values: Vec<String>,
    },
}

/// Why Traefik would refuse a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A clause, as in "`Hots` is no matcher".
    pub reason: String,
    /// The rule as it must be written, where that is certain.
    pub instead: Option<String>,
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), instead: None }
    }
}

/// How a rule stands to the requests of one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// It matches all of them.
    All,
    /// It matches some of them only.
    Some,
    /// It matches none.
    None,
    /// It can't be told.
    Unknown,
}

/// The requests of one caller.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'r> {
    /// The host that each names.
    pub host: &'r str,
    /// What all paths start with, as in `/api/v3/`; none when it isn't known.
    pub path: Option<&'r str>,
}

/// Reads a rule.
///
/// # Errors
/// What Traefik would refuse, and what it would accept and never match.
pub fn parse(text: &str) -> Result<Rule, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new("it is empty"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, old: None, depth: 0 };
    let rule = parser.any()?;
    match parser.tokens.first() {
        None => {}
        Some(Token::Close) => return Err(Fault::new("a `)` closes nothing")),
        Some(token) => {
            return Err(Fault::new(format!("`&&` or `||` must stand before {token}")));
        }
    }
    match parser.old {
        Some(reason) => Err(Fault { reason, instead: Some(rule.to_string()) }),
        None => Ok(rule),
    }
}

/// Why a request can't name this host, as a clause; the port is never part of
/// what Traefik compares. `*` alone is every host, and `*.` before a name one
/// label.
pub fn host_fault(host: &str) -> Option<String> {
    let name = host.strip_prefix("**.").or_else(|| host.strip_prefix("*.")).unwrap_or(host);
    if host == "*" {
        None
    } else if host.contains("://") {
        Some(format!("`{host}` is a URL, and a host is only the name in it"))
    } else if name.contains('/') {
        Some(format!("`{host}` holds a path, and a host is only a name"))
    } else if name.contains(char::is_whitespace) {
        Some(format!("`{host}` has a space in it"))
    } else if name.contains('*') {
        Some(format!("`{host}` has a `*` that isn't the whole first label"))
    } else if name.contains(',') {
        Some(format!("`{host}` is more than one host"))
    } else if !name.is_ascii() {
        Some(format!("`{host}` has characters beyond ASCII"))
    } else if name.contains(':') && name.parse::<std::net::Ipv6Addr>().is_err() && !bracketed(name)
    {
        Some(format!("`{host}` has a port, and Traefik compares the name only"))
    } else {
        None
    }
}

/// `[::1]`.
fn bracketed(name: &str) -> bool {
    name.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok())
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
}

impl Display for Token {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "`{word}`"),
            Self::Text(text) => write!(f, "the text `{text}`"),
            Self::Open => f.write_str("`(`"),
            Self::Close => f.write_str("`)`"),
            Self::Comma => f.write_str("`,`"),
            Self::And => f.write_str("`&&`"),
            Self::Or => f.write_str("`||`"),
            Self::Not => f.write_str("`!`"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let token = match character {
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '!' => Token::Not,
            '&' | '|' => {
                if rest.next_if_eq(&character).is_none() {
                    return Err(Fault::new(format!(
                        "a single `{character}` joins nothing: it must be `{character}{character}`"
                    )));
                }
                if character == '&' { Token::And } else { Token::Or }
            }
            '`' => {
                let mut value = String::new();
                loop {
                    match rest.next() {
                        Some('`') => break Token::Text(value),
                        Some(other) => value.push(other),
                        None => return Err(Fault::new("a backtick is opened and never closed")),
                    }
                }
            }
            '"' => quoted(&mut rest)?,
            '\'' => {
                return Err(Fault::new("values stand in backticks, never in single quotes"));
            }
            letter if letter.is_ascii_alphabetic() => {
                let mut word = letter.to_string();
                while let Some(next) = rest.next_if(char::is_ascii_alphanumeric) {
                    word.push(next);
                }
                Token::Word(word)
            }
            space if space.is_whitespace() => continue,
            other => {
                return Err(Fault::new(format!(
                    "`{}` has no meaning outside backticks",
                    other.escape_debug()
                )));
            }
        };
        tokens.push(token);
    }
    Ok(tokens)
}

/// A text in double quotes, whose opening one has been read. Of Go's escapes
/// the two that a rule can need are understood.
fn quoted(rest: &mut impl Iterator<Item = char>) -> Result<Token, Fault> {
    let mut value = String::new();
    loop {
        match rest.next() {
            Some('"') => return Ok(Token::Text(value)),
            Some('\\') => match rest.next() {
                Some(escaped @ ('"' | '\\')) => value.push(escaped),
                Some(other) => {
                    value.push('\\');
                    value.push(other);
                }
                None => return Err(Fault::new("a quote is opened and never closed")),
            },
            Some(other) => value.push(other),
            None => return Err(Fault::new("a quote is opened and never closed")),
        }
    }
}

struct Parser<'p> {
    tokens: &'p [Token],
    /// What only v2 understands, where v3 has another way to say it.
    old: Option<String>,
    depth: usize,
}

impl<'p> Parser<'p> {
    fn next(&mut self) -> Option<&'p Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.first() == Some(token);
        if found {
            self.next();
        }
        found
    }

    fn any(&mut self) -> Result<Rule, Fault> {
        let mut rules = vec![self.all()?];
        while self.take(&Token::Or) {
            rules.push(self.all()?);
        }
        Ok(one_or(rules, Rule::Any))
    }

    fn all(&mut self) -> Result<Rule, Fault> {
        let mut rules = vec![self.one()?];
        while self.take(&Token::And) {
            rules.push(self.one()?);
        }
        Ok(one_or(rules, Rule::All))
    }

    fn one(&mut self) -> Result<Rule, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::new("it nests too deep"));
        }
        let rule = match self.next() {
            Some(Token::Not) => Rule::Not(Box::new(self.one()?)),
            Some(Token::Open) => {
                let rule = self.any()?;
                if !self.take(&Token::Close) {
                    return Err(Fault::new("a `(` is never closed"));
                }
                rule
            }
            Some(Token::Word(word)) => self.matcher(word)?,
            Some(token) => return Err(Fault::new(format!("{token} stands where a matcher must"))),
            None => return Err(Fault::new("it ends where a matcher must stand")),
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn matcher(&mut self, word: &str) -> Result<Rule, Fault> {
        let (name, least, most) = self.known(word)?;
        if !self.take(&Token::Open) {
            return Err(Fault::new(format!("`{word}` has no value: write `{name}(…)`")));
        }
        let values = self.values(word)?;
        let count = values.len();
        if count > most && most == 1 {
            self.old =
                Some(format!("`{name}` takes one value, and here are {count}, as in Traefik v2"));
        } else if count < least || count > most {
            let takes =
                if least == most { least.to_string() } else { format!("{least} or {most}") };
            let noun = if most == 1 { "value" } else { "values" };
            return Err(Fault::new(format!("`{name}` takes {takes} {noun}, and here are {count}")));
        }
        if most > 1 {
            return Ok(Rule::Matcher { name, values });
        }
        for value in &values {
            if let Some(reason) = value_fault(name, value) {
                return Err(Fault::new(reason));
            }
        }
        let each = values.into_iter().map(|value| Rule::Matcher { name, values: vec![value] });
        Ok(one_or(each.collect(), Rule::Any))
    }

    fn values(&mut self, word: &str) -> Result<Vec<String>, Fault> {
        let mut values = Vec::new();
        if self.take(&Token::Close) {
            return Ok(values);
        }
        loop {
            match self.next() {
                Some(Token::Text(text)) => values.push(text.clone()),
                Some(Token::Word(bare)) => {
                    return Err(Fault::new(format!("`{bare}` must stand in backticks")));
                }
                Some(token) => {
                    return Err(Fault::new(format!(
                        "{token} stands where a value of `{word}` must"
                    )));
                }
                None => return Err(Fault::new(format!("the `(` after `{word}` is never closed"))),
            }
            match self.next() {
                Some(Token::Close) => return Ok(values),
                Some(Token::Comma) => {}
                Some(token) => {
                    return Err(Fault::new(format!("{token} stands among the values of `{word}`")));
                }
                None => return Err(Fault::new(format!("the `(` after `{word}` is never closed"))),
            }
        }
    }

    fn known(&mut self, word: &str) -> Result<(&'static str, usize, usize), Fault> {
        let find = |name: &str| MATCHERS.into_iter().find(|(known, ..)| *known == name);
        if let Some(found) = find(word) {
            return Ok(found);
        }
        // All lower, all upper, and lower with the first letter upper are names too.
        let mut title = word.to_ascii_lowercase();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let uniform =
            word == title || word == word.to_ascii_lowercase() || word == word.to_ascii_uppercase();
        if let Some(found) =
            MATCHERS.into_iter().find(|(name, ..)| uniform && name.eq_ignore_ascii_case(word))
        {
            return Ok(found);
        }
        if let Some((old, found)) = RENAMED
            .into_iter()
            .find(|(old, _)| *old == word)
            .and_then(|(old, new)| Some((old, find(new)?)))
        {
            self.old = Some(format!("`{old}` is of Traefik v2, and v3 calls it `{}`", found.0));
            return Ok(found);
        }
        if word.starts_with("HostSNI") {
            return Err(Fault::new(format!(
                "`{word}` is for TCP, and this route speaks HTTP, which has `Host`"
            )));
        }
        let near = crate::diagnostics::suggest(word, MATCHERS.map(|(name, ..)| name));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(Fault::new(format!("`{word}` is no matcher{near}")))
    }
}

fn value_fault(name: &str, value: &str) -> Option<String> {
    match name {
        _ if value.is_empty() => Some(format!("the value of `{name}` is empty")),
        "Host" => host_fault(value),
        "Path" | "PathPrefix" if !value.starts_with('/') => {
            Some(format!("the path `{value}` must start with `/`"))
        }
        _ => None,
    }
}

fn one_or(mut rules: Vec<Rule>, many: impl Fn(Vec<Rule>) -> Rule) -> Rule {
    match rules.pop() {
        Some(rule) if rules.is_empty() => rule,
        Some(rule) => {
            rules.push(rule);
            many(rules)
        }
        None => many(rules),
    }
}

impl Display for Rule {
    /// As Traefik v3 reads it.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut Formatter<'_>, rules: &[Self], by: &str| {
            for (index, rule) in rules.iter().enumerate() {
                if index > 0 {
                    f.write_str(by)?;
                }
                match rule {
                    Self::Any(_) => write!(f, "({rule})")?,
                    _ => write!(f, "{rule}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(rules) => joined(f, rules, " && "),
            Self::Any(rules) => joined(f, rules, " || "),
            Self::Not(rule) => match rule.as_ref() {
                Self::All(_) | Self::Any(_) => write!(f, "!({rule})"),
                _ => write!(f, "!{rule}"),
            },
            Self::Matcher { name, values } => {
                write!(f, "{name}(")?;
                for (index, value) in values.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    // A text with a backtick must have come in quotes.
                    if value.contains('`') {
                        write!(f, "{comma}{value:?}")?;
                    } else {
                        write!(f, "{comma}`{value}`")?;
                    }
                }
                f.write_str(")")
            }
        }
    }
}

impl Rule {
    /// How the rule stands to the requests of one caller.
    pub fn covers(&self, requests: &Requests<'_>) -> Covers {
        match self {
            Self::All(rules) => rules.iter().map(|rule| rule.covers(requests)).fold(
                Covers::All,
                |all, one| match (all, one) {
                    (Covers::None, _) | (_, Covers::None) => Covers::None,
                    (Covers::Some, _) | (_, Covers::Some) => Covers::Some,
                    (Covers::Unknown, _) | (_, Covers::Unknown) => Covers::Unknown,
                    (Covers::All, Covers::All) => Covers::All,
                },
            ),
            Self::Any(rules) => rules.iter().map(|rule| rule.covers(requests)).fold(
                Covers::None,
                |any, one| match (any, one) {
                    (Covers::All, _) | (_, Covers::All) => Covers::All,
                    (Covers::None, other) | (other, Covers::None) => other,
                    // Two parts may be the whole.
                    _ => Covers::Unknown,
                },
            ),
            Self::Not(rule) => match rule.covers(requests) {
                Covers::All => Covers::None,
                Covers::None => Covers::All,
                other => other,
            },
            Self::Matcher { name, values } => {
                let value = values.first().map_or("", String::as_str);
                matcher_covers(name, value, requests)
            }
        }
    }
}

fn matcher_covers(name: &str, value: &str, requests: &Requests<'_>) -> Covers {
    match (name, requests.path) {
        ("Host", _) if value == "*" || value.trim().eq_ignore_ascii_case(requests.host) => {
            Covers::All
        }
        ("Host", _) => match value.trim_start_matches('*').strip_prefix('.') {
            Some(domain) if requests.host.ends_with(domain) => Covers::Unknown,
            _ => Covers::None,
        },
        ("PathPrefix", None) if value == "/" => Covers::All,
        // A text compared letter by letter, not segment by segment.
        ("PathPrefix", Some(path)) if path.starts_with(value) => Covers::All,
        ("Path" | "PathPrefix", Some(path)) if value.starts_with(path) => Covers::Some,
        ("Path" | "PathPrefix", Some(_)) => Covers::None,
        _ => Covers::Unknown,
    }
}
