//! Version numbers.

use std::fmt;

use super::{Refusal, TextKind};

/// Three numbers and what follows them, as in `3.6.0rc1` or `3.6.0+dev`.
///
/// Ordered by the numbers alone, so that a pre-release belongs to the dialect
/// of the release it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl Version {
    /// A version, from its numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads two or three numbers, joined by dots, and ignores what follows.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (numbers, suffix) = text.split_at_checked(end).unwrap_or((text, ""));
        if !suffix.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_'))
        {
            return Err(Refusal::because(
                "only letters, digits, `.`, `+` and `-` may follow the numbers",
            ));
        }
        let mut parts = numbers.trim_end_matches('.').split('.').map(str::parse::<u32>);
        let mut next = || match parts.next() {
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(Refusal::because("a part of it is not a number")),
            None => Ok(None),
        };
        let (Some(major), Some(minor)) = (next()?, next()?) else {
            return Err(Refusal::because("it needs at least two numbers, as in 3.6"));
        };
        let patch = next()?.unwrap_or(0);
        if next()?.is_some() {
            return Err(Refusal::because("it has more than three numbers"));
        }
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What may have been meant by fewer than three numbers: which patch is not
/// known.
fn three(text: &str) -> Refusal {
    Refusal::because("it needs three numbers").offer(format!("{text}.0"))
}

fn three_numbers(text: &str) -> Result<(), Refusal> {
    Version::parse(text)?;
    if text.starts_with('v') {
        // Other places may use the name as it is, and are not mended with it.
        return Err(Refusal::because("it starts with `v`").offer(text.trim_start_matches('v')));
    }
    if text
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .next()
        .unwrap_or("")
        .split('.')
        .count()
        < 3
    {
        return Err(three(text));
    }
    Ok(())
}

/// A release of Jobmon's server.
pub static JOBMON_VERSION: TextKind = TextKind {
    name: "Jobmon version",
    rule: "three numbers joined by dots; letters, `+` and `-` may follow",
    example: "3.6.0",
    pattern: Some("^[0-9]+\\.[0-9]+\\.[0-9]+([A-Za-z+._-][A-Za-z0-9+._-]*)?$"),
    check: three_numbers,
};

/// A release of the Elastic stack.
pub static ELASTIC_VERSION: TextKind = TextKind {
    name: "Elastic version",
    rule: "three numbers joined by dots",
    example: "8.19.3",
    pattern: Some("^[0-9]+\\.[0-9]+\\.[0-9]+$"),
    check: three_numbers,
};

/// A release of Traefik.
pub static TRAEFIK_VERSION: TextKind = TextKind {
    name: "Traefik version",
    rule: "two or three numbers joined by dots",
    example: "3.7.13",
    pattern: Some("^[0-9]+\\.[0-9]+(\\.[0-9]+)?$"),
    check: |text| {
        Version::parse(text)?;
        if text.starts_with('v') {
            return Err(Refusal::because("it starts with `v`").mend(text.trim_start_matches('v')));
        }
        Ok(())
    },
};

/// A Kubernetes minor release.
pub static KUBERNETES_VERSION: TextKind = TextKind {
    name: "Kubernetes version",
    rule: "two numbers joined by a dot",
    example: "1.34",
    pattern: Some("^1\\.[0-9]+$"),
    check: |text| {
        let version = Version::parse(text)?;
        let plain = format!("{}.{}", version.major, version.minor);
        if plain == text {
            Ok(())
        } else {
            Err(Refusal::because("only two numbers are needed").mend(plain))
        }
    },
};
