//! Times as Go reads them.

/// Each stands before what it begins with.
const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];

/// Whether `time.ParseDuration` takes a text: numbers with units.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut any = false;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = rest.strip_suffix(digits).unwrap_or_default();
        let is_one = number.bytes().any(|byte| byte.is_ascii_digit())
            && number.bytes().filter(|byte| *byte == b'.').count() < 2;
        let unit = UNITS.iter().find_map(|unit| digits.strip_prefix(unit));
        match unit {
            Some(after) if is_one => rest = after,
            _ => return false,
        }
        any = true;
    }
    any
}

/// Whether `strconv.ParseInt` takes a text, or `time.ParseDuration`, as for a
/// `Duration` of paerser, of which a number is seconds (`types/duration.go`).
pub(super) fn is_time(text: &str) -> bool {
    text.parse::<i64>().is_ok() || is_duration(text)
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn numbers_with_units() {
        for text in ["0", "-0", "10s", "1h30m", ".5s", "1.s", "+3ms", "2µs", "-1m"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "10", "s", "1.2.3s", "1d", "10s ", "-", ".s", "1h30"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
