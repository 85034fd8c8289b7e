//! From tokens to a rule.

use std::ops::Range;

use super::lex::{At, Token, tokens};
use super::pattern::Pattern;
use super::{DEEPEST, Fault, Matcher, Network, Rule, Test, v2};
use crate::diagnostics::suggest;

/// Which matchers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Http,
    /// HTTP in the syntax of v2, of which v3 can say.
    OldHttp,
    Tcp,
    /// Every matcher there is, with any number of values: only hosts are kept.
    Hosts,
}

/// The matchers of HTTP rules, with the number of values that each takes
/// (`pkg/muxer/http/matcher.go`).
pub const HTTP: [(&str, usize, usize); 11] = [
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

/// The matchers of TCP rules (`pkg/muxer/tcp/matcher.go`).
const TCP: [(&str, usize, usize); 4] =
    [("ALPN", 1, 1), ("ClientIP", 1, 1), ("HostSNI", 1, 1), ("HostSNIRegexp", 1, 1)];

/// The matchers of HTTP rules of v2 and v3.
const EVERY: [(&str, usize, usize); 14] = [
    HTTP[0],
    HTTP[1],
    HTTP[2],
    HTTP[3],
    HTTP[4],
    HTTP[5],
    HTTP[6],
    HTTP[7],
    HTTP[8],
    HTTP[9],
    HTTP[10],
    ("Headers", 2, 2),
    ("HeadersRegexp", 2, 2),
    ("HostHeader", 1, 1),
];

/// The hosts of a rule that need not be one that is accepted
/// (`ParseDomains`, `pkg/muxer/http/mux.go`).
pub(super) fn hosts(text: &str) -> Option<Vec<String>> {
    let rule = read(text, Grammar::Hosts).ok()?;
    Some(rule.hosts().into_iter().map(str::to_owned).collect())
}

pub(super) fn read(text: &str, grammar: Grammar) -> Result<Rule, Fault> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(Fault::new(0..text.len(), "it is empty"));
    }
    let mut parser = Parser { tokens: &tokens, end: text.len(), old: None, depth: 0, grammar };
    let rule = parser.any()?;
    match parser.tokens.first() {
        None => {}
        Some((Token::Close, span)) => {
            return Err(Fault::new(span.clone(), "a `)` closes nothing"));
        }
        Some((Token::Line, span)) => return Err(line_ends(span)),
        Some((token, span)) => {
            return Err(Fault::new(span.clone(), not_joined(token, "`&&` or `||`")));
        }
    }
    match parser.old {
        Some((span, reason)) if grammar == Grammar::Http || grammar == Grammar::Tcp => {
            Err(Fault { reason, span, instead: Some(rule.to_string()) })
        }
        _ => Ok(rule),
    }
}

/// Why a token can't follow a matcher; other languages have words for `&&` and `||`.
fn not_joined(token: &Token, marks: &str) -> String {
    let mark = match token {
        Token::Word(word) if word.eq_ignore_ascii_case("and") => Some("&&"),
        Token::Word(word) if word.eq_ignore_ascii_case("or") => Some("||"),
        _ => None,
    };
    match (token, mark) {
        (Token::Word(word), Some(mark)) => {
            format!("`{mark}` must stand in the place of `{word}`")
        }
        _ => format!("{marks} must stand before {token}"),
    }
}

fn line_ends(span: &Range<usize>) -> Fault {
    Fault::new(
        span.clone(),
        "Traefik takes the rule to end with this line: `&&` and `||` stand at the end of a line, not at the \
         beginning of the next",
    )
}

/// Values, each with its place.
type Values = Vec<(String, Range<usize>)>;

struct Parser<'p> {
    tokens: &'p [At],
    end: usize,
    /// What only v2 understands, where v3 has another way to say it.
    old: Option<(Range<usize>, String)>,
    depth: usize,
    grammar: Grammar,
}

impl<'p> Parser<'p> {
    fn next(&mut self) -> Option<&'p At> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.first().is_some_and(|(next, _)| next == token);
        if found {
            self.next();
        }
        found
    }

    fn ends(&self, reason: impl Into<String>) -> Fault {
        Fault::new(self.end..self.end, reason)
    }

    fn any(&mut self) -> Result<Rule, Fault> {
        self.joined(&Token::Or, Self::all, Rule::Any)
    }

    fn all(&mut self) -> Result<Rule, Fault> {
        self.joined(&Token::And, Self::one, Rule::All)
    }

    /// One part, as it is, or several with a mark between them.
    fn joined(
        &mut self,
        mark: &Token,
        part: fn(&mut Self) -> Result<Rule, Fault>,
        many: fn(Vec<Rule>) -> Rule,
    ) -> Result<Rule, Fault> {
        let first = part(self)?;
        if !self.take(mark) {
            return Ok(first);
        }
        let mut rules = vec![first, part(self)?];
        while self.take(mark) {
            rules.push(part(self)?);
        }
        Ok(many(rules))
    }

    fn one(&mut self) -> Result<Rule, Fault> {
        let mut negated = false;
        while self.take(&Token::Not) {
            negated = !negated;
        }
        let rule = match self.next() {
            Some((Token::Open, open)) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(Fault::new(open.clone(), "it nests too deep"));
                }
                let rule = self.any()?;
                self.depth -= 1;
                match self.tokens.first() {
                    Some((Token::Close, _)) => {
                        self.next();
                        rule
                    }
                    Some((Token::Line, span)) => return Err(line_ends(span)),
                    Some((token, span)) => {
                        let reason = not_joined(token, "`&&`, `||` or `)`");
                        return Err(Fault::new(span.clone(), reason));
                    }
                    None => return Err(Fault::new(open.clone(), "a `(` is never closed")),
                }
            }
            Some((Token::Word(word), span)) => self.matcher(word, span)?,
            Some((token, span)) => {
                let reason = format!("{token} stands where a matcher must");
                return Err(Fault::new(span.clone(), reason));
            }
            None => return Err(self.ends("it ends where a matcher must stand")),
        };
        Ok(match (negated, rule) {
            (false, rule) => rule,
            (true, Rule::Not(rule)) => *rule,
            (true, rule) => Rule::Not(Box::new(rule)),
        })
    }

    fn matcher(&mut self, word: &str, span: &Range<usize>) -> Result<Rule, Fault> {
        let (name, least, most) = self.known(word, span)?;
        let Some((_, open)) = self.tokens.first().filter(|(token, _)| *token == Token::Open) else {
            let reason = format!("`{word}` has no value: write `{name}(…)`");
            return Err(Fault::new(span.clone(), reason));
        };
        self.next();
        let (values, close) = self.values(word, open)?;
        let span = span.start..close;
        if self.grammar == Grammar::Hosts {
            let leaf = |test| Rule::Matcher(Matcher { test, span: span.clone() });
            let hosts = values.iter().filter(|_| name == "Host");
            let hosts = hosts.map(|(host, _)| leaf(Test::Host(host.to_lowercase())));
            return Ok(Rule::Any(hosts.collect()));
        }
        let count = values.len();
        let several = count > most && most == 1 || self.grammar == Grammar::OldHttp && count > 1;
        if several && most == 1 && self.grammar != Grammar::OldHttp {
            self.was_old(&span, || {
                format!("`{name}` takes one value, and here are {count}, as in Traefik v2")
            });
        } else if !several && (count < least || count > most) {
            let takes =
                if least == most { least.to_string() } else { format!("{least} or {most}") };
            let noun = if most == 1 { "value" } else { "values" };
            return Err(Fault::new(
                span,
                format!("`{name}` takes {takes} {noun}, and here are {count}"),
            ));
        }
        for (value, at) in &values {
            if value.is_empty() {
                let reason = format!("the value of `{name}` is empty");
                return Err(Fault::new(at.clone(), reason));
            }
        }
        if self.grammar == Grammar::OldHttp {
            return v2::matcher(name, &values, &span);
        }
        let leaf = |part: &[(String, Range<usize>)]| {
            let test = test(name, part)?;
            Ok(Rule::Matcher(Matcher { test, span: span.clone() }))
        };
        if most > 1 || count == 1 {
            return leaf(&values);
        }
        let rules = values.chunks(1).map(leaf).collect::<Result<_, Fault>>()?;
        Ok(one_or(rules, Rule::Any))
    }

    fn was_old(&mut self, span: &Range<usize>, reason: impl FnOnce() -> String) {
        if self.old.is_none() {
            self.old = Some((span.clone(), reason()));
        }
    }

    /// The values, each with its place, and where the parentheses end.
    fn values(&mut self, word: &str, open: &Range<usize>) -> Result<(Values, usize), Fault> {
        let mut values = Vec::new();
        loop {
            match self.next() {
                // Also after a comma.
                Some((Token::Close, span)) => return Ok((values, span.end)),
                Some((Token::Text(text), span)) => values.push((text.clone(), span.clone())),
                Some((Token::Word(bare), span)) => {
                    let reason = format!("`{bare}` must stand in backticks");
                    return Err(Fault::new(span.clone(), reason));
                }
                Some((token, span)) => {
                    let reason = format!("{token} stands where a value of `{word}` must");
                    return Err(Fault::new(span.clone(), reason));
                }
                None => {
                    let reason = format!("the `(` after `{word}` is never closed");
                    return Err(Fault::new(open.clone(), reason));
                }
            }
            // Go lets the last value be a list of values.
            self.take(&Token::Dots);
            match self.next() {
                Some((Token::Close, span)) => return Ok((values, span.end)),
                Some((Token::Comma, _)) => {}
                Some((Token::Line, span)) => return Err(line_ends(span)),
                Some((token, span)) => {
                    let reason = format!("{token} stands among the values of `{word}`");
                    return Err(Fault::new(span.clone(), reason));
                }
                None => {
                    let reason = format!("the `(` after `{word}` is never closed");
                    return Err(Fault::new(open.clone(), reason));
                }
            }
        }
    }

    fn known(
        &mut self,
        word: &str,
        span: &Range<usize>,
    ) -> Result<(&'static str, usize, usize), Fault> {
        let known: &'static [(&'static str, usize, usize)] = match self.grammar {
            Grammar::Http => &HTTP,
            Grammar::OldHttp => &v2::MATCHERS,
            Grammar::Tcp => &TCP,
            Grammar::Hosts => &EVERY,
        };
        let find = |name: &str| known.iter().copied().find(|(known, ..)| *known == name);
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
            known.iter().copied().find(|(name, ..)| uniform && name.eq_ignore_ascii_case(word))
        {
            return Ok(found);
        }
        let renamed = v2::RENAMED.into_iter().find(|(old, _)| *old == word);
        if let Some((old, found)) = renamed.and_then(|(old, new)| Some((old, find(new)?))) {
            self.was_old(span, || {
                format!("`{old}` is of Traefik v2, and v3 calls it `{}`", found.0)
            });
            return Ok(found);
        }
        if word.starts_with("HostSNI") {
            let reason =
                format!("`{word}` is for TCP, and this route speaks HTTP, which has `Host`");
            return Err(Fault::new(span.clone(), reason));
        }
        if self.grammar == Grammar::Tcp && HTTP.iter().any(|(name, ..)| *name == word) {
            let reason = format!("`{word}` is for HTTP, and this route speaks TCP");
            return Err(Fault::new(span.clone(), reason));
        }
        let near = suggest(word, known.iter().map(|(name, ..)| *name));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(Fault::new(span.clone(), format!("`{word}` is no matcher{near}")))
    }
}

/// A matcher of v3 from its values, none of which is empty.
pub(super) fn test(name: &str, values: &[(String, Range<usize>)]) -> Result<Test, Fault> {
    let none = (String::new(), 0..0);
    let (value, at) = values.first().unwrap_or(&none);
    let (second, second_at) = values.get(1).unwrap_or(&none);
    let refuse = |at: &Range<usize>, reason: String| Err(Fault::new(at.clone(), reason));
    let pattern = |text: &str, at: &Range<usize>| {
        Pattern::compile(text).map_err(|reason| Fault::new(at.clone(), reason))
    };
    let path = |value: &String| {
        if value.starts_with('/') {
            return Ok(value.clone());
        }
        Err(Fault::new(at.clone(), format!("the path `{value}` must start with `/`")))
    };
    Ok(match name {
        "Host" if value.is_ascii() => Test::Host(value.to_ascii_lowercase()),
        "HostRegexp" if value.is_ascii() => Test::HostRegexp(pattern(value, at)?),
        "HostSNIRegexp" if value.is_ascii() => Test::HostSniRegexp(pattern(value, at)?),
        "Host" | "HostRegexp" | "HostSNIRegexp" => {
            return refuse(at, format!("`{value}` has characters beyond ASCII"));
        }
        "Path" => Test::Path(path(value)?),
        "PathPrefix" => Test::PathPrefix(path(value)?),
        "PathRegexp" => Test::PathRegexp(pattern(value, at)?),
        "Method" => Test::Method(value.to_uppercase()),
        "Header" => Test::Header(value.clone(), second.clone()),
        "HeaderRegexp" => Test::HeaderRegexp(value.clone(), pattern(second, second_at)?),
        "Query" => Test::Query(value.clone(), second.clone()),
        "QueryRegexp" if values.len() == 1 => Test::Query(value.clone(), String::new()),
        "QueryRegexp" => Test::QueryRegexp(value.clone(), pattern(second, second_at)?),
        "ClientIP" => match Network::parse(value) {
            Some(network) => Test::ClientIp(network),
            None => return refuse(at, format!("`{value}` is neither an address nor a range")),
        },
        "HostSNI" if value == "*" || sni(value) => Test::HostSni(value.clone()),
        "HostSNI" => return refuse(at, format!("`{value}` is no host")),
        "ALPN" if value == "acme-tls/1" => {
            return refuse(at, format!("`{value}` is for Traefik itself"));
        }
        "ALPN" => Test::Alpn(value.clone()),
        _ => return refuse(at, format!("`{name}` is no matcher")),
    })
}

/// `hostOrIP`, `pkg/muxer/tcp/matcher.go`.
fn sni(value: &str) -> bool {
    let name = value.strip_prefix("*.").unwrap_or(value);
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-:".contains(&byte))
}

/// A header's name as Go spells it.
pub(crate) fn header_name(name: &str) -> String {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.bytes().all(token) {
        return name.to_owned();
    }
    let mut first = true;
    name.chars()
        .map(|character| {
            let spelt =
                if first { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() };
            first = character == '-';
            spelt
        })
        .collect()
}

pub(super) fn one_or(mut rules: Vec<Rule>, many: impl Fn(Vec<Rule>) -> Rule) -> Rule {
    match rules.pop() {
        Some(rule) if rules.is_empty() => rule,
        Some(rule) => {
            rules.push(rule);
            many(rules)
        }
        None => many(rules),
    }
}
