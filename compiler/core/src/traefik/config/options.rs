//! What options Traefik's command line has, and what their values are: a table
//! that `cargo xtask crds` takes from the pinned module.

use std::collections::{BTreeMap, BTreeSet};
use std::str::Split;
use std::sync::OnceLock;

use super::flags::{Flags, Value};
use super::{Config, ConfigFault, valid};
use crate::diagnostics::suggest;
use crate::text::Version;
use crate::traefik::duration::is_time;
use crate::traefik::rule::Network;
use crate::traefik_crds::PINNED;

/// A line for each: its name, `*` for one of the user's choice, and its [`Kind`].
const TABLE: &str = include_str!("../../../data/traefik/options.txt");

/// The release that the table is of.
pub(super) fn release() -> Version {
    static RELEASE: OnceLock<Version> = OnceLock::new();
    *RELEASE.get_or_init(|| {
        let version = PINNED.lines().find_map(|line| line.strip_prefix("version "));
        version.and_then(|version| Version::parse(version).ok()).unwrap_or(Version::new(0, 0, 0))
    })
}

/// What a value is, by the type of the field that it goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There as soon as it is named, unless its value is another than `true`.
    Section,
    /// `true` or `false`.
    Switch,
    /// A whole number, of so many bits.
    Whole(u32),
    /// A time, or a whole number.
    Time,
    /// A number.
    Number,
    /// Numbers with commas between them.
    Numbers,
    /// Texts with commas between them.
    List,
    /// Anything.
    Text,
}

impl Kind {
    /// By its word in the table.
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "section" => Self::Section,
            "switch" => Self::Switch,
            "int32" => Self::Whole(32),
            "int64" => Self::Whole(64),
            "duration" => Self::Time,
            "float" => Self::Number,
            "list-of-float" => Self::Numbers,
            "list" => Self::List,
            "text" => Self::Text,
            _ => return None,
        })
    }

    /// Whether an argument without `=` takes no value from the next.
    pub(super) fn stands_alone(self) -> bool {
        matches!(self, Self::Section | Self::Switch)
    }

    /// Whether what is given twice is joined.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::List | Self::Numbers)
    }

    /// What a value must be, if it isn't (`setInt`, `setFloat` and so on, paerser,
    /// `parser/element_fill.go`).
    fn refuses(self, value: &Value<'_>) -> Option<String> {
        let text = &*value.text;
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        Some(match self {
            Self::Switch if value.is_on().is_none() => "`true` or `false`".to_owned(),
            Self::Whole(32) if text.parse::<i32>().is_err() => {
                format!("a whole number, at most {}", i32::MAX)
            }
            Self::Whole(_) if text.parse::<i64>().is_err() => "a whole number".to_owned(),
            Self::Time if !is_time(text) => "a time, as `30s`".to_owned(),
            Self::Number if !is_number(text) => "a number".to_owned(),
            Self::Numbers if !text.is_empty() && !text.split(',').map(str::trim).all(is_number) => {
                "numbers with commas between them".to_owned()
            }
            _ => return None,
        })
    }
}

/// The options, sorted by name.
fn all() -> &'static [(&'static str, Kind)] {
    static ALL: OnceLock<Vec<(&str, Kind)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = TABLE.lines().filter_map(|line| line.split_once(' '));
        let mut all: Vec<(&str, Kind)> =
            lines.map(|(name, kind)| (name, Kind::named(kind).unwrap_or(Kind::Text))).collect();
        // An option of the program, and not of its configuration.
        all.push(("configfile", Kind::Text));
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    })
}

/// The options that share the beginning of their names, part by part: they are
/// asked for by each argument of each Traefik.
#[derive(Default)]
struct Section {
    kind: Option<Kind>,
    parts: BTreeMap<&'static str, Self>,
}

impl Section {
    fn tree() -> &'static Self {
        static TREE: OnceLock<Section> = OnceLock::new();
        TREE.get_or_init(|| {
            let mut tree = Self::default();
            for (name, kind) in all() {
                let end =
                    name.split('.').fold(&mut tree, |own, part| own.parts.entry(part).or_default());
                end.kind = Some(*kind);
            }
            tree
        })
    }

    fn find(&self, mut rest: Split<'_, char>) -> Option<Kind> {
        let Some(part) = rest.next() else { return self.kind };
        let below = |part: &str| self.parts.get(part)?.find(rest.clone());
        let counted = || {
            let (list, index) = part.split_once('[')?;
            index.strip_suffix(']')?.parse::<u32>().ok()?;
            below(&format!("{list}[0]"))
        };
        // What stands below a name of one's own may be called as one likes.
        let free = || self.parts.get("*")?.kind.filter(|kind| *kind == Kind::Text);
        below(part).or_else(|| below("*")).or_else(counted).or_else(free)
    }
}

/// The options below a section.
fn below(section: &str) -> impl Iterator<Item = &'static str> {
    let start = all().partition_point(|(own, _)| **own < *section);
    let rest = all().get(start..).unwrap_or_default().iter().map(|(name, _)| *name);
    let own = section.to_owned();
    rest.map_while(move |name| name.strip_prefix(&*own)).filter_map(|rest| rest.strip_prefix('.'))
}

/// What the value of an option is, by its name in small letters; nothing where
/// Traefik has none of this name.
pub(super) fn find(name: &str) -> Option<Kind> {
    Section::tree().find(name.split('.'))
}

/// What Traefik says of a name that it doesn't know.
fn unknown(name: &str) -> String {
    // The longest beginning that is known, with `*` for names of one's own.
    let mut known = String::new();
    let mut spelt = String::new();
    for part in name.split('.') {
        let under = |known: &str, part: &str| match known {
            "" => part.to_owned(),
            known => format!("{known}.{part}"),
        };
        let mut next = under(&known, part);
        if below(&next).next().is_none() {
            next = under(&known, "*");
        }
        if below(&next).next().is_some() {
            known = next;
            spelt = under(&spelt, part);
            continue;
        }
        let parts: BTreeSet<&str> = if known.is_empty() {
            all().iter().filter_map(|(name, _)| name.split('.').next()).collect()
        } else {
            below(&known).filter_map(|rest| rest.split('.').next()).collect()
        };
        let near = suggest(part, parts.into_iter().filter(|part| *part != "*"))
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return format!("Traefik has no option `--{name}`{near}");
    }
    let first = below(&known).find(|rest| !rest.contains('*')).unwrap_or_default();
    format!("`--{name}` has no value: it is a section, as in `--{spelt}.{first}`")
}

impl Config {
    /// Whether Traefik has these options, and can read their values.
    pub(super) fn check_options(&mut self, flags: &Flags<'_>) {
        for (name, value) in &flags.values {
            let text = &*value.text;
            // Kubernetes puts a variable in before Traefik reads it.
            let is_said = !text.contains("$(");
            let reason = match find(name) {
                // A value of a section counts for nothing beside what it has.
                None if flags.has_below(name) => continue,
                None => {
                    let reason = unknown(name);
                    self.unknown.push(ConfigFault { arg: Some(value.arg), reason });
                    continue;
                }
                Some(_) if !is_said => continue,
                Some(kind) if let Some(what) = kind.refuses(value) => {
                    format!("`--{name}` is {what}, and never `{text}`")
                }
                Some(_) if name.ends_with(".trustedips") && !text.is_empty() => {
                    let ranges = text.split(',').map(str::trim);
                    let mut strange = ranges.filter(|range| Network::parse(range).is_none());
                    let Some(strange) = strange.next() else { continue };
                    format!("`{strange}` is no address and no range, as `10.0.0.0/8`")
                }
                Some(_) => match valid::alone(name, value) {
                    Some(reason) => reason,
                    None => continue,
                },
            };
            self.faults.push(ConfigFault { arg: Some(value.arg), reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, TABLE, all, find, release, unknown};
    use crate::text::Version;

    #[test]
    fn options_are_found_by_their_names() {
        assert!(all().len() > 500);
        assert!(release() > Version::new(3, 7, 0));
        assert!(all().is_sorted_by_key(|(name, _)| *name));
        for line in TABLE.lines() {
            let kind = line.split_once(' ').and_then(|(_, kind)| Kind::named(kind));
            assert!(kind.is_some(), "{line}");
        }
        for (name, kind) in [
            ("ping", Some(Kind::Section)),
            ("entrypoints.web.address", Some(Kind::Text)),
            ("entrypoints.web.http.tls.domains[0].main", Some(Kind::Text)),
            ("entrypoints.web.http.tls.domains[12].sans", Some(Kind::List)),
            ("api.insecure", Some(Kind::Switch)),
            ("log.maxage", Some(Kind::Whole(64))),
            ("entrypoints.web.http2.maxconcurrentstreams", Some(Kind::Whole(32))),
            ("ping.terminatingstatuscode", Some(Kind::Whole(64))),
            ("entrypoints.web.udp.timeout", Some(Kind::Time)),
            ("tracing.samplerate", Some(Kind::Number)),
            ("metrics.prometheus.buckets", Some(Kind::Numbers)),
            ("entrypoints.web.http.middlewares", Some(Kind::List)),
            ("providers.plugin.own.of.any.depth", Some(Kind::Text)),
            ("experimental.plugins.own.version", Some(Kind::Text)),
            ("configfile", Some(Kind::Text)),
            ("global", None),
            ("entrypoints.web.transport", None),
            ("log.levl", None),
            ("x[0].y[0]", None),
            ("", None),
        ] {
            assert_eq!(find(name), kind, "{name}");
        }
    }

    #[test]
    fn what_is_not_found_is_told_with_what_is_near() {
        for (name, told) in [
            ("log.levl", "did you mean `level`"),
            ("entrypoints.web.adress", "did you mean `address`"),
            ("global", "as in `--global.checknewversion`"),
            ("entrypoints.web.transport", "as in `--entrypoints.web.transport."),
            ("pong", "did you mean `ping`"),
        ] {
            assert!(unknown(name).contains(told), "{name}: {}", unknown(name));
        }
    }
}
