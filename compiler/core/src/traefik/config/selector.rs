//! Label selectors as Kubernetes writes them: `a=b,c!=d,e in (f,g),!h`.

use crate::traefik::objects::Text;

/// Which labels an object must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Requirement {
    key: Text,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Test {
    In(Vec<Text>),
    /// Also when there is no such label.
    NotIn(Vec<Text>),
    Exists,
    Absent,
    Above(i64),
    Below(i64),
}

impl Selector {
    /// Reads one.
    ///
    /// # Errors
    /// What can't be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (requirement, after) = requirement(rest)?;
            requirements.push(requirement);
            rest = after.trim_start();
            match rest.strip_prefix(',') {
                // What follows a comma must be there.
                Some(more) if !more.trim().is_empty() => rest = more.trim_start(),
                Some(_) => return Err("it ends with a comma".to_owned()),
                None if rest.is_empty() => break,
                None => return Err(format!("`{rest}` is not expected")),
            }
        }
        Ok(Self(requirements))
    }

    /// Whether it takes every object.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an object with these labels is taken.
    pub fn matches(&self, labels: &[(Text, Text)]) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.iter().find(|(key, _)| *key == requirement.key);
            let value = value.map(|(_, value)| &**value);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match &requirement.test {
                Test::In(values) => value.is_some_and(|value| values.iter().any(|v| &**v == value)),
                Test::NotIn(values) => {
                    value.is_none_or(|value| values.iter().all(|v| &**v != value))
                }
                Test::Exists => value.is_some(),
                Test::Absent => value.is_none(),
                Test::Above(limit) => number().is_some_and(|number| number > *limit),
                Test::Below(limit) => number().is_some_and(|number| number < *limit),
            }
        })
    }
}

fn requirement(text: &str) -> Result<(Requirement, &str), String> {
    let (absent, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let (key, rest) = word(text);
    if key.is_empty() {
        return Err(format!("`{text}` begins with no key"));
    }
    let key: Text = key.into();
    let rest = rest.trim_start();
    if absent {
        return Ok((Requirement { key, test: Test::Absent }, rest));
    }
    let one = |rest: &str| -> (Text, usize) {
        let trimmed = rest.trim_start();
        let (value, _) = word(trimmed);
        (value.into(), rest.len() - trimmed.len() + value.len())
    };
    for (sign, negative) in [("!=", true), ("==", false), ("=", false)] {
        if let Some(after) = rest.strip_prefix(sign) {
            let (value, length) = one(after);
            let test = if negative { Test::NotIn(vec![value]) } else { Test::In(vec![value]) };
            return Ok((Requirement { key, test }, after.get(length..).unwrap_or("")));
        }
    }
    for (sign, above) in [(">", true), ("<", false)] {
        if let Some(after) = rest.strip_prefix(sign) {
            let (value, length) = one(after);
            let number =
                value.parse::<i64>().map_err(|_| format!("`{value}` is no whole number"))?;
            let test = if above { Test::Above(number) } else { Test::Below(number) };
            return Ok((Requirement { key, test }, after.get(length..).unwrap_or("")));
        }
    }
    let (operator, after) = word(rest);
    if operator == "in" || operator == "notin" {
        let inner = after.trim_start().strip_prefix('(');
        let (list, after) = inner
            .and_then(|inner| inner.split_once(')'))
            .ok_or_else(|| format!("`{operator}` needs values in parentheses"))?;
        let values = list.split(',').map(|value| value.trim().into()).collect();
        let test = if operator == "in" { Test::In(values) } else { Test::NotIn(values) };
        return Ok((Requirement { key, test }, after));
    }
    Ok((Requirement { key, test: Test::Exists }, rest))
}

/// The characters up to the first that means something.
fn word(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | '!' | '(' | ')' | '<' | '>'))
        .unwrap_or(text.len());
    text.split_at(end)
}
