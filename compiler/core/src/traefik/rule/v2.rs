//! What Traefik v2 understood otherwise, and how v3 says it
//! (`pkg/muxer/http/matcher_v2.go`).

use std::ops::Range;

use super::host::host_fault;
use super::parse::{one_or, test};
use super::pattern::Pattern;
use super::{Fault, Matcher, Rule, Test};

/// Matchers of v2 under a name that v3 doesn't have.
pub(super) const RENAMED: [(&str, &str); 3] =
    [("Headers", "Header"), ("HeadersRegexp", "HeaderRegexp"), ("HostHeader", "Host")];

/// The matchers of v2.
pub(super) const MATCHERS: [(&str, usize, usize); 10] = [
    ("Host", 1, 1),
    ("HostHeader", 1, 1),
    ("HostRegexp", 1, 1),
    ("ClientIP", 1, 1),
    ("Path", 1, 1),
    ("PathPrefix", 1, 1),
    ("Method", 1, 1),
    ("Headers", 2, 2),
    ("HeadersRegexp", 2, 2),
    ("Query", 1, 1),
];

type Values = [(String, Range<usize>)];

/// Each `key=value`, all of which must be there.
fn pairs(values: &Values, span: &Range<usize>, of_value: impl Fn(String, String) -> Test) -> Rule {
    let each = values.iter().map(|(value, _)| {
        let (key, value) = value.split_once('=').unwrap_or((value, ""));
        // Without a value any will do.
        let any = if value.is_empty() { Pattern::compile(".*").ok() } else { None };
        let test = match any {
            Some(any) => Test::QueryRegexp(key.to_owned(), any),
            None => of_value(key.to_owned(), value.to_owned()),
        };
        Rule::Matcher(Matcher { test, span: span.clone() })
    });
    one_or(each.collect(), Rule::All)
}

/// A matcher of v2 as v3 says it.
pub(super) fn matcher(name: &str, values: &Values, span: &Range<usize>) -> Result<Rule, Fault> {
    let leaf = |test: Test| Rule::Matcher(Matcher { test, span: span.clone() });
    if name == "Query" {
        // Each is cut at its first `=`, and what comes out is taken in pairs.
        let parts: Vec<(&str, &Range<usize>)> = values
            .iter()
            .flat_map(|(value, at)| value.splitn(2, '=').map(move |part| (part, at)))
            .collect();
        if let [.., (last, at)] = parts.as_slice()
            && !parts.len().is_multiple_of(2)
        {
            let reason =
                format!("in v2 `Query` wants key and value joined by `=`, as in `{last}=…`");
            return Err(Fault::new((*at).clone(), reason));
        }
        let values: Vec<(String, Range<usize>)> = parts
            .chunks(2)
            .filter_map(|pair| match pair {
                [(key, at), (value, _)] => Some((format!("{key}={value}"), (*at).clone())),
                _ => None,
            })
            .collect();
        return Ok(pairs(&values, span, Test::FirstQuery));
    }
    let new = match name {
        "Headers" => "Header",
        "HeadersRegexp" => "HeaderRegexp",
        "HostHeader" => "Host",
        other => other,
    };
    if new.starts_with("Header") {
        return Ok(leaf(test(new, values)?));
    }
    let mut rules = Vec::new();
    for one in values {
        let (value, at) = one;
        let template = template(new, value);
        let test = match (template, new) {
            (Some(expression), "HostRegexp") => Test::HostRegexp(compiled(&expression, at)?),
            (Some(expression), _) => Test::PathRegexp(compiled(&expression, at)?),
            // Without braces it is a name.
            (None, "HostRegexp") => Test::Host(value.to_ascii_lowercase()),
            // `*` is a letter there, and no host has it.
            (None, "Host") if value.starts_with('*') => {
                Test::HostRegexp(compiled(&format!("^{}$", regex::escape(value)), at)?)
            }
            (None, _) => test(new, std::slice::from_ref(one))?,
        };
        rules.push(leaf(test));
    }
    Ok(one_or(rules, Rule::Any))
}

fn compiled(expression: &str, at: &Range<usize>) -> Result<Pattern, Fault> {
    Pattern::compile(expression).map_err(|reason| Fault::new(at.clone(), reason))
}

/// The expression for a template such as `/a/{id:[0-9]+}`; none without
/// braces. A placeholder without expression stands for one segment
/// (`github.com/gorilla/mux`).
fn template(name: &str, value: &str) -> Option<String> {
    let host = match name {
        "HostRegexp" => true,
        "Path" | "PathPrefix" => false,
        _ => return None,
    };
    if !value.contains('{') {
        return None;
    }
    let mut expression = String::from(if host { "(?i)^" } else { "^" });
    let mut rest = value;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        expression.push_str(&regex::escape(before));
        let mut depth = 0_usize;
        let close = after.char_indices().find_map(|(index, character)| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(index)
        })?;
        let inner = after.get(1..close)?;
        let pattern = inner.split_once(':').map(|(_, pattern)| pattern);
        let pattern = pattern.unwrap_or(if host { "[^.]+" } else { "[^/]+" });
        if pattern.is_empty() {
            return None;
        }
        // Alone it needs no parentheses.
        if pattern.contains('|') {
            expression.push_str("(?:");
            expression.push_str(pattern);
            expression.push(')');
        } else {
            expression.push_str(pattern);
        }
        rest = after.get(close + 1..)?;
    }
    expression.push_str(&regex::escape(rest));
    if name != "PathPrefix" {
        expression.push('$');
    }
    Pattern::compile(&expression).ok()?;
    Some(expression)
}

/// Why no request matches it, though Traefik accepts it.
pub(super) fn idle(rule: &Rule, matcher: &Matcher) -> Option<Fault> {
    let fault = |reason: String| Fault::new(matcher.span.clone(), reason);
    let old = |name: &str, value: &str, wrap: &dyn Fn(Pattern) -> Test| {
        let expression = template(name, value)?;
        let new = wrap(Pattern::compile(&expression).ok()?);
        let mut fault = fault(format!(
            "`{{…}}` in `{value}` is a placeholder only in Traefik v2, and v3 takes it letter by letter"
        ));
        let new = Rule::Matcher(Matcher { test: new, span: matcher.span.clone() });
        fault.instead = Some(replaced(rule, matcher, &new).to_string());
        Some(fault)
    };
    match &matcher.test {
        Test::Host(host) => host_fault(host).map(fault),
        Test::HostRegexp(pattern) => {
            // A quantifier such as `{2}` is none, nor a class such as `\p{L}`.
            let source = pattern.source();
            let named = source.match_indices('{').any(|(at, _)| {
                let (before, rest) = source.split_at(at);
                let is_class = [r"\p", r"\P", r"\x"].iter().any(|class| before.ends_with(class));
                !is_class
                    && rest.get(1..).is_some_and(|rest| {
                        rest.starts_with(|first: char| first.is_ascii_alphabetic())
                    })
            });
            if named { old("HostRegexp", source, &Test::HostRegexp) } else { None }
        }
        Test::Query(key, value) if key.contains('=') => {
            let mut values = vec![(key.clone(), 0..0)];
            values.extend((!value.is_empty()).then(|| (value.clone(), 0..0)));
            let mut fault = fault(format!(
                "`Query` takes key and value apart: `{key}` as one text is of Traefik v2"
            ));
            fault.instead = Some(
                replaced(rule, matcher, &pairs(&values, &matcher.span, Test::Query)).to_string(),
            );
            Some(fault)
        }
        Test::Path(path) => old("Path", path, &Test::PathRegexp),
        Test::PathPrefix(path) => old("PathPrefix", path, &Test::PathRegexp),
        _ => None,
    }
}

/// The rule with something else in one place.
pub(super) fn replaced(rule: &Rule, matcher: &Matcher, new: &Rule) -> Rule {
    let all = |rules: &[Rule]| rules.iter().map(|rule| replaced(rule, matcher, new)).collect();
    match rule {
        Rule::All(rules) => Rule::All(all(rules)),
        Rule::Any(rules) => Rule::Any(all(rules)),
        Rule::Not(rule) => Rule::Not(Box::new(replaced(rule, matcher, new))),
        Rule::Matcher(one) if one.span == matcher.span && one == matcher => new.clone(),
        Rule::Matcher(one) => Rule::Matcher(one.clone()),
    }
}
