//! The options that arguments name, before anybody asks what they mean.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::options::{Kind, find};
use super::{Config, ConfigFault};
use crate::traefik::objects::Text;

/// The value of an option.
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    /// The argument that says it: its index.
    pub(super) arg: usize,
}

/// A name in small letters, and the value.
type Named<'a> = (Cow<'a, str>, Value<'a>);

/// All options.
#[derive(Default)]
pub(super) struct Flags<'a> {
    /// By name, in order, each once.
    pub(super) values: Vec<Named<'a>>,
    /// How the name of an entrypoint is spelt first.
    pub(super) spelt: BTreeMap<String, Text>,
    /// The same of plugins.
    pub(super) plugins: BTreeMap<String, Text>,
}

/// The options below a name, without it: `address` of `entrypoints.web.`.
pub(super) struct Below<'f> {
    prefix: String,
    values: &'f [Named<'f>],
}

impl Value<'_> {
    fn text(&self) -> Option<&str> {
        Some(&*self.text).filter(|text| !text.is_empty())
    }

    /// A list: its values are joined by commas.
    pub(super) fn list(&self) -> Vec<Text> {
        let items = self.text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(Arc::from).collect()
    }

    /// `strconv.ParseBool`.
    pub(super) fn is_on(&self) -> Option<bool> {
        match &*self.text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        }
    }

    /// Whether a section that is named by itself is there.
    fn opens(&self) -> bool {
        self.text.is_empty() || self.text.eq_ignore_ascii_case("true")
    }
}

impl<'a> Flags<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        let at = self.values.binary_search_by(|(own, _)| (**own).cmp(name)).ok()?;
        self.values.get(at).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.get(name)?.is_on()
    }

    /// The argument that sets an option, or the first of a section.
    pub(super) fn argument(&self, name: &str) -> Option<usize> {
        let first = || self.beginning(name).iter().find(|(own, _)| below(own, name));
        self.get(name).or_else(|| Some(&first()?.1)).map(|value| value.arg)
    }

    /// Those whose names begin with this.
    fn beginning(&self, prefix: &str) -> &[Named<'a>] {
        let start = self.values.partition_point(|(own, _)| **own < *prefix);
        let rest = self.values.get(start..).unwrap_or_default();
        let end = rest.partition_point(|(own, _)| own.starts_with(prefix));
        rest.get(..end).unwrap_or_default()
    }

    /// Whether a section is there: by itself and not `false`, or with anything
    /// below it.
    pub(super) fn section(&self, name: &str) -> bool {
        match self.get(name) {
            Some(value) => value.opens(),
            // Names that go on without a dot may come first, as in `ping-x`.
            None => self.has_below(name),
        }
    }

    /// Whether anything of a section is set.
    pub(super) fn has_below(&self, section: &str) -> bool {
        self.beginning(section).iter().any(|(own, _)| below(own, section))
    }

    /// The options whose names begin with this.
    pub(super) fn below(&self, prefix: String) -> Below<'_> {
        Below { values: self.beginning(&prefix), prefix }
    }
}

impl<'f> Below<'f> {
    fn named(&self) -> impl Iterator<Item = (&'f str, &'f Value<'f>)> {
        let before = self.prefix.len();
        self.values.iter().map(move |(own, value)| (own.get(before..).unwrap_or_default(), value))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'f Value<'f>> {
        self.named().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'f str> {
        self.get(name)?.text()
    }

    pub(super) fn list(&self, name: &str) -> Option<Vec<Text>> {
        Some(self.get(name)?.list())
    }

    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.get(name)?.is_on()
    }

    /// As [`Flags::section`].
    pub(super) fn section(&self, name: &str) -> bool {
        match self.get(name) {
            Some(value) => value.opens(),
            None => self.named().any(|(own, _)| below(own, name)),
        }
    }

    /// Whether anything begins so.
    pub(super) fn any(&self, prefix: &str) -> bool {
        self.named().any(|(own, _)| own.starts_with(prefix))
    }
}

/// Whether an option is one of a section.
fn below(name: &str, section: &str) -> bool {
    name.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// Reads arguments, as far as they can be read.
pub(super) fn flags<'a>(args: impl IntoIterator<Item = &'a str>, config: &mut Config) -> Flags<'a> {
    let mut flags = Flags::default();
    let args: Vec<&str> = args.into_iter().collect();
    let start = first(&args);
    let mut args = args.into_iter().enumerate().skip(start);
    while let Some((index, arg)) = args.next() {
        let Some(name) = arg.strip_prefix('-').filter(|name| !name.is_empty()) else {
            config.unread = Some(arg.into());
            break;
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        if name.is_empty() {
            break;
        }
        if name.starts_with(['-', '=']) {
            let reason = format!("`{arg}` can't be read");
            config.faults.push(ConfigFault { arg: Some(index), reason });
            break;
        }
        let (name, text) = match name.split_once('=') {
            Some((name, text)) => (name, text),
            None if stands_alone(&lowercase(name)) => (name, "true"),
            None => {
                let Some((_, text)) = args.next() else {
                    let reason = format!("`{arg}` has no value");
                    config.faults.push(ConfigFault { arg: Some(index), reason });
                    break;
                };
                (name, text)
            }
        };
        let lower = lowercase(name);
        let plugin = ["experimental.plugins.", "experimental.localplugins."];
        if let Some(rest) = plugin.iter().find_map(|section| lower.strip_prefix(section)) {
            let own = rest.split('.').next().unwrap_or(rest);
            let spelt = name.split('.').nth(2).unwrap_or(own);
            flags.plugins.entry(own.to_owned()).or_insert_with(|| spelt.into());
        }
        if let Some(rest) = lower.strip_prefix("entrypoints.") {
            let own = rest.split('.').next().unwrap_or(rest);
            let spelt = name.split('.').nth(1).unwrap_or(own);
            if !flags.spelt.contains_key(own) {
                flags.spelt.insert(own.to_owned(), spelt.into());
            }
        }
        flags.values.push((lower, Value { text: text.into(), arg: index }));
    }
    // What stands later comes later among those of one name.
    flags.values.sort_by(|(one, _), (other, _)| one.cmp(other));
    flags.values.dedup_by(|(name, later), (same, first)| {
        if name != same {
            return false;
        }
        if find(name).is_some_and(Kind::is_list) {
            config.check_repeated(name);
            let all = first.text.to_mut();
            all.push(',');
            all.push_str(&later.text);
        } else {
            std::mem::swap(first, later);
        }
        true
    });
    flags
}

/// In small letters, as most names are from the start.
fn lowercase(name: &str) -> Cow<'_, str> {
    let small = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { name.into() } else { name.to_lowercase().into() }
}

/// Where the arguments begin: behind the name of the program, before which
/// another may stand that starts it, as in `tini -- traefik`.
fn first(args: &[&str]) -> usize {
    let is_program = |at: usize, arg: &str| {
        let before = at.checked_sub(1).and_then(|at| args.get(at));
        let is_value = before.is_some_and(|before| before.starts_with('-') && *before != "--");
        !is_value && (arg == "traefik" || arg.ends_with("/traefik"))
    };
    let program = args.iter().enumerate().position(|(at, arg)| is_program(at, arg));
    match program {
        Some(at) => at + 1,
        None => usize::from(args.first().is_some_and(|arg| !arg.starts_with('-'))),
    }
}

/// Whether an argument without `=` takes no value from the next. Patterns for
/// names of one's own aren't anchored in `getFlagType` (paerser, `flag/flagparser.go`),
/// so that everything below a section with such a name stands alone, and maps
/// of what is no section don't.
fn stands_alone(name: &str) -> bool {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        ["entrypoints", _, ..] | ["certificatesresolvers", _, _, ..] => true,
        ["certificatesresolvers", _] | ["experimental", "localplugins" | "plugins", _] => false,
        _ => find(name).is_some_and(Kind::stands_alone),
    }
}
