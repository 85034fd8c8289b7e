//! Texts that a regular expression takes, as examples.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look};

use super::pattern::Pattern;

/// How many texts are made of one expression.
const MOST: u32 = 3;

/// How long a text may become.
const LONGEST: usize = 256;

/// What is known of an expression before it is run.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// A few texts that it may match, each to be tried: what looks around isn't taken
    /// into account.
    pub(super) samples: Vec<String>,
    /// What all that it matches begins with, and ends with, backwards.
    edges: [Vec<u8>; 2],
}

impl Facts {
    /// Of an expression in the syntax of the crate `regex`.
    pub(super) fn of(translated: &str) -> Self {
        let Ok(hir) = regex_syntax::parse(translated) else { return Self::default() };
        Self { samples: samples(&hir), edges: [edge(&hir, false), edge(&hir, true)] }
    }

    /// Whether no text fits both, as they begin or end otherwise.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        let differ = |(one, other): (&Vec<u8>, &Vec<u8>)| {
            one.iter().zip(other).any(|(one, other)| one != other)
        };
        self.edges.iter().zip(&other.edges).any(differ)
    }
}

/// The letters at the start of all texts of an expression that is bound to it, or at the
/// end, backwards; none where it isn't bound.
fn edge(hir: &Hir, last: bool) -> Vec<u8> {
    let HirKind::Concat(parts) = hir.kind() else { return Vec::new() };
    let mut parts: Vec<&Hir> = parts.iter().collect();
    if last {
        parts.reverse();
    }
    let look = if last { Look::End } else { Look::Start };
    match parts.as_slice() {
        [first, second, ..] if *first.kind() == HirKind::Look(look) => match second.kind() {
            HirKind::Literal(literal) if last => literal.0.iter().rev().copied().collect(),
            HirKind::Literal(literal) => literal.0.to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn samples(hir: &Hir) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for turn in 0..MOST {
        let mut bytes = Vec::new();
        if write(hir, turn, &mut bytes)
            && let Ok(text) = String::from_utf8(bytes)
            && !samples.contains(&text)
        {
            samples.push(text);
        }
    }
    samples
}

impl Pattern {
    /// Whether no text fits both, certainly.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        self.facts.is_apart(&other.facts)
    }

    /// Whether all that it matches begins with something else than a slash.
    pub(super) fn is_no_path(&self) -> bool {
        let [start, _] = &self.facts.edges;
        start.first().is_some_and(|first| *first != b'/')
    }

    /// Whether all that it matches ends in the port of a host.
    pub(super) fn is_with_port(&self) -> bool {
        let is_port = |text: &String| {
            let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
            host.contains('.')
                && !host.contains(':')
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit())
        };
        let all = self.samples();
        self.needs(|one| one == ':').is_some() && !all.is_empty() && all.iter().all(is_port)
    }

    /// A character that all texts have which it matches, of those that `is_alien`.
    pub(super) fn needs(&self, is_alien: impl Fn(char) -> bool) -> Option<char> {
        needed(&regex_syntax::parse(self.regex.as_str()).ok()?, &is_alien)
    }
}

fn needed(hir: &Hir, is_alien: &dyn Fn(char) -> bool) -> Option<char> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => None,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).ok()?.chars().find(|one| is_alien(*one))
        }
        HirKind::Class(Class::Unicode(class)) => {
            // Larger classes have something else among them.
            const FEW: usize = 64;
            let all = || class.iter().flat_map(|range| range.start()..=range.end());
            let is_few = class.iter().map(ClassUnicodeRange::len).sum::<usize>() <= FEW;
            all().next().filter(|_| is_few && all().all(is_alien))
        }
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => needed(&repetition.sub, is_alien),
        HirKind::Capture(capture) => needed(&capture.sub, is_alien),
        HirKind::Concat(all) => all.iter().find_map(|one| needed(one, is_alien)),
        HirKind::Alternation(all) => {
            let first = needed(all.first()?, is_alien)?;
            all.iter().all(|one| needed(one, is_alien).is_some()).then_some(first)
        }
    }
}

/// Writes a text; false where there is none, or only a very long one. Other
/// turns take other branches.
fn write(hir: &Hir, turn: u32, out: &mut Vec<u8>) -> bool {
    if out.len() > LONGEST {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            out.extend_from_slice(&literal.0);
            true
        }
        HirKind::Class(class) => match character(class, turn) {
            Some(character) => {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                true
            }
            None => false,
        },
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let times = repetition.min.max(turn.min(1)).min(most);
            (0..times).all(|_| write(&repetition.sub, turn, out))
        }
        HirKind::Capture(capture) => write(&capture.sub, turn, out),
        HirKind::Concat(all) => all.iter().all(|one| write(one, turn, out)),
        HirKind::Alternation(all) => {
            let at = usize::try_from(turn).unwrap_or(0) % all.len().max(1);
            all.get(at).is_some_and(|one| write(one, turn, out))
        }
    }
}

/// A character of a class, rather a plain one.
fn character(class: &Class, turn: u32) -> Option<char> {
    const PLAIN: [&str; 3] = [
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789",
        "xyz_-./~ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ];
    let has = |one: char| match class {
        Class::Unicode(class) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&one))
        }
        Class::Bytes(class) => u8::try_from(u32::from(one)).is_ok_and(|one| {
            class.iter().any(|range| (range.start()..=range.end()).contains(&one))
        }),
    };
    let first = usize::try_from(turn).unwrap_or(0) % PLAIN.len();
    let lists = PLAIN.iter().cycle().skip(first).take(PLAIN.len());
    lists.flat_map(|list| list.chars()).find(|one| has(*one)).or_else(|| match class {
        Class::Unicode(class) => class.iter().next().map(ClassUnicodeRange::start),
        Class::Bytes(_) => None,
    })
}
