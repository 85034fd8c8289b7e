//! Expressions of `circuitBreaker` and `buffering`: those of Go, with few
//! functions, of which each has a type that the other side of a comparison must
//! have (`github.com/vulcand/predicate`, `parse.go`, and
//! `github.com/vulcand/oxy/v2`, `cbreaker/predicates.go` and
//! `buffer/threshold.go`).

/// What a part of an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A whole number, as `500`.
    Whole,
    /// A number with a point, as `0.5`.
    Pointed,
    /// A text.
    Text,
    /// What can be compared with one of these.
    Measured(Measure),
    /// What holds or doesn't.
    Test,
}

/// What a function measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Whole,
    Pointed,
    Text,
}

/// A function: its name, what it is given, and what it is.
type Function = (&'static str, &'static [Kind], Kind);

/// Those of `circuitBreaker`.
const OF_BREAKER: [Function; 3] = [
    ("LatencyAtQuantileMS", &[Kind::Pointed], Kind::Measured(Measure::Whole)),
    ("NetworkErrorRatio", &[], Kind::Measured(Measure::Pointed)),
    ("ResponseCodeRatio", &[Kind::Whole; 4], Kind::Measured(Measure::Pointed)),
];

/// Those of `buffering`.
const OF_BUFFER: [Function; 4] = [
    ("RequestMethod", &[], Kind::Measured(Measure::Text)),
    ("IsNetworkError", &[], Kind::Test),
    ("Attempts", &[], Kind::Measured(Measure::Whole)),
    ("ResponseCode", &[], Kind::Measured(Measure::Whole)),
];

/// Why, as what is said of a middleware.
type Why = &'static str;

const UNREADABLE: Why = "its expression can't be read: it is comparisons, as `NetworkErrorRatio() > 0.5`, with `&&`, `||` and parentheses between them";
const NOTHING: Why =
    "its expression compares nothing: a function stands on the left, and a value on the right";
const QUANTILE: Why =
    "`LatencyAtQuantileMS` is given one number with a point, as `LatencyAtQuantileMS(50.0)`";
const CODES: Why =
    "`ResponseCodeRatio` is given four whole numbers, as `ResponseCodeRatio(500, 600, 0, 600)`";
const EMPTY: Why = "a function of its expression is given something, which it doesn't take";
const WANTS_WHOLE: Why = "its expression compares a whole number with something else: write it without a point, as `100`";
const WANTS_POINT: Why =
    "its expression compares a ratio with something else: write a number with a point, as `0.5`";
const WANTS_TEXT: Why = "its expression compares `RequestMethod()` with something else than a text";
const NO_ORDER: Why = "its expression puts `RequestMethod()` in an order: write `==` or `!=`";

/// Parentheses within each other, at most: each takes stack here.
const DEPTH: usize = 64;

/// What is wrong with the expression of a `circuitBreaker`.
pub(super) fn of_breaker(text: &str) -> Option<Why> {
    const NAMES: Why = "its expression has other names than `LatencyAtQuantileMS(…)`, `NetworkErrorRatio()` and `ResponseCodeRatio(…)`";
    check(text, &OF_BREAKER, NAMES)
}

/// What is wrong with the expression of a `buffering`.
pub(super) fn of_buffer(text: &str) -> Option<Why> {
    const NAMES: Why = "its `retryExpression` has other names than `Attempts()`, `ResponseCode()`, `RequestMethod()` and `IsNetworkError()`";
    check(text, &OF_BUFFER, NAMES)
}

fn check(text: &str, functions: &'static [Function], names: Why) -> Option<Why> {
    let mut reader = Reader { rest: text, functions, names, depth: 0 };
    let kind = match reader.any_of() {
        Ok(kind) => kind,
        Err(why) => return Some(why),
    };
    if !reader.next().is_empty() {
        return Some(UNREADABLE);
    }
    (kind != Kind::Test).then_some(NOTHING)
}

struct Reader<'t> {
    rest: &'t str,
    functions: &'static [Function],
    /// What is said of other names.
    names: Why,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// What comes next, without blanks.
    fn next(&mut self) -> &'t str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    /// Takes a sign, if it comes next.
    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.next().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `a || b`
    fn any_of(&mut self) -> Result<Kind, Why> {
        self.joined("||", Self::all_of)
    }

    /// `a && b`
    fn all_of(&mut self) -> Result<Kind, Why> {
        self.joined("&&", Self::compared)
    }

    fn joined(
        &mut self,
        sign: &str,
        part: fn(&mut Self) -> Result<Kind, Why>,
    ) -> Result<Kind, Why> {
        let mut kind = part(self)?;
        while self.takes(sign) {
            if (kind, part(self)?) != (Kind::Test, Kind::Test) {
                return Err(NOTHING);
            }
            kind = Kind::Test;
        }
        Ok(kind)
    }

    /// `a > b`
    fn compared(&mut self) -> Result<Kind, Why> {
        let mut kind = self.single()?;
        loop {
            let equal = self.takes("==") || self.takes("!=");
            if !equal && !["<=", ">=", "<", ">"].iter().any(|sign| self.takes(sign)) {
                return Ok(kind);
            }
            let Kind::Measured(measure) = kind else { return Err(NOTHING) };
            match (measure, self.single()?) {
                (Measure::Text, _) if !equal => return Err(NO_ORDER),
                (Measure::Whole, Kind::Whole)
                | (Measure::Pointed, Kind::Pointed)
                | (Measure::Text, Kind::Text) => kind = Kind::Test,
                (Measure::Whole, _) => return Err(WANTS_WHOLE),
                (Measure::Pointed, _) => return Err(WANTS_POINT),
                (Measure::Text, _) => return Err(WANTS_TEXT),
            }
        }
    }

    fn single(&mut self) -> Result<Kind, Why> {
        if self.takes("(") {
            self.depth += 1;
            if self.depth > DEPTH {
                return Err(UNREADABLE);
            }
            let kind = self.any_of()?;
            self.depth -= 1;
            return if self.takes(")") { Ok(kind) } else { Err(UNREADABLE) };
        }
        let start = self.next();
        let name = start.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let name = start.strip_suffix(name).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return self.literal();
        }
        self.rest = start.get(name.len()..).unwrap_or_default();
        let function = self.functions.iter().find(|(own, ..)| *own == name).ok_or(self.names)?;
        if !self.takes("(") {
            return Err(UNREADABLE);
        }
        let (_, wanted, kind) = function;
        let mut given = Vec::new();
        while !self.takes(")") {
            given.push(self.literal()?);
            if !self.takes(",") && !self.next().starts_with(')') {
                return Err(UNREADABLE);
            }
        }
        match (given == *wanted, wanted.len()) {
            (true, _) => Ok(*kind),
            (false, 0) => Err(EMPTY),
            (false, 1) => Err(QUANTILE),
            (false, _) => Err(CODES),
        }
    }

    /// A number or a text.
    fn literal(&mut self) -> Result<Kind, Why> {
        let start = self.next();
        if let Some(quote @ ('"' | '`')) = start.chars().next() {
            let inner = start.get(1..).unwrap_or_default();
            let mut is_escaped = false;
            let end = inner.find(|c: char| {
                let ends = c == quote && !is_escaped;
                is_escaped = c == '\\' && quote == '"' && !is_escaped;
                ends
            });
            self.rest = end.and_then(|end| inner.get(end + 1..)).ok_or(UNREADABLE)?;
            return Ok(Kind::Text);
        }
        let after = start.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = start.strip_suffix(after).unwrap_or_default();
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let points = number.len() - digits;
        if digits == 0 || points > 1 || after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            return Err(UNREADABLE);
        }
        self.rest = after;
        Ok(if points == 0 { Kind::Whole } else { Kind::Pointed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_those_that_traefik_takes() {
        for text in [
            "NetworkErrorRatio() > 0.5",
            "LatencyAtQuantileMS(50.0) > 100",
            "ResponseCodeRatio(500, 600, 0, 600) > 0.25",
            "ResponseCodeRatio(500,600,0,600,)>=.25",
            "NetworkErrorRatio() > 0.30 || (LatencyAtQuantileMS(99.9) >= 100 && NetworkErrorRatio() != 1.)",
        ] {
            assert_eq!(of_breaker(text), None, "{text}");
        }
        for (text, why) in [
            ("NetworkErrorRatio() > 1", WANTS_POINT),
            ("LatencyAtQuantileMS(50) > 100", QUANTILE),
            ("LatencyAtQuantileMS(50.0) > 100.0", WANTS_WHOLE),
            ("LatencyAtQuantileMS() > 100", QUANTILE),
            ("ResponseCodeRatio(500, 600) > 0.5", CODES),
            ("NetworkErrorRatio(1) > 0.5", EMPTY),
            ("0.5 < NetworkErrorRatio()", NOTHING),
            ("NetworkErrorRatio()", NOTHING),
            ("NetworkErrorRatio() > 0.5 && NetworkErrorRatio()", NOTHING),
            ("!(NetworkErrorRatio() > 0.5)", UNREADABLE),
            ("NetworkErrorRatio() > -0.5", UNREADABLE),
            ("NetworkErrorRatio > 0.5", UNREADABLE),
            ("NetworkErrorRatio() > 0.5)", UNREADABLE),
            ("(NetworkErrorRatio() > 0.5", UNREADABLE),
            ("NetworkErrorRatio() > 0.5.1", UNREADABLE),
            ("NetworkErrorRatio() > 5e", UNREADABLE),
            ("", UNREADABLE),
        ] {
            assert_eq!(of_breaker(text), Some(why), "{text}");
        }
        assert!(of_breaker("ErrorRatio() > 0.5").is_some_and(|why| why.contains("other names")));
        assert_eq!(of_breaker(&"(".repeat(100_000)), Some(UNREADABLE));
    }

    #[test]
    fn what_is_tried_again_is_said_by_others() {
        for text in [
            "IsNetworkError() && Attempts() <= 2",
            "Attempts() < 2 && (ResponseCode() == 502 || RequestMethod() == \"GE\\\"T\")",
            "RequestMethod() != `GET`",
        ] {
            assert_eq!(of_buffer(text), None, "{text}");
        }
        for (text, why) in [
            ("RequestMethod() == 1", WANTS_TEXT),
            ("RequestMethod() < \"GET\"", NO_ORDER),
            ("RequestMethod() == \"GET", UNREADABLE),
            ("Attempts() > 1.5", WANTS_WHOLE),
            ("IsNetworkError() == 1", NOTHING),
        ] {
            assert_eq!(of_buffer(text), Some(why), "{text}");
        }
        assert!(
            of_buffer("NetworkErrorRatio() > 0.5").is_some_and(|why| why.contains("`Attempts()`"))
        );
    }
}
