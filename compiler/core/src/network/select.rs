//! Labels and selectors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::read::NAMESPACE_NAME;

/// Labels of an object, in the order of their names. There are few, so that
/// going through all takes less time and memory than a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Labels {
    /// Names and values, one after the other.
    text: String,
    /// The lengths of each name and its value.
    lengths: Vec<(u32, u32)>,
}

impl Labels {
    /// The value of a label.
    pub fn get(&self, name: &str) -> Option<&str> {
        // Asked for most of all, so bytes are compared.
        let bytes = self.text.as_bytes();
        let mut start = 0;
        for (own, value) in &self.lengths {
            let middle = start + usize::try_from(*own).ok()?;
            let end = middle + usize::try_from(*value).ok()?;
            if bytes.get(start..middle) == Some(name.as_bytes()) {
                return self.text.get(middle..end);
            }
            start = end;
        }
        None
    }

    /// Sets labels.
    pub fn set<'l>(&mut self, labels: impl IntoIterator<Item = (&'l str, &'l str)>) {
        let mut all: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, value) in self.iter() {
            all.insert(name, value);
        }
        for (name, value) in labels {
            all.insert(name, value);
        }
        let all = Self::of(&all);
        *self = all;
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.text.as_str();
        let mut take = move |length: u32| {
            let (part, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            rest = after;
            Some(part)
        };
        self.lengths.iter().filter_map(move |(name, value)| Some((take(*name)?, take(*value)?)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Whether all of these are labels of something that has `others`.
    pub fn are_of(&self, others: &Self) -> bool {
        self.iter().all(|(name, value)| others.get(name) == Some(value))
    }

    fn of<K: AsRef<str>, V: AsRef<str>>(labels: &BTreeMap<K, V>) -> Self {
        let length = |part: &str| u32::try_from(part.len()).unwrap_or(u32::MAX);
        let parts: Vec<(&str, &str)> =
            labels.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        let count = parts.iter().map(|(name, value)| name.len() + value.len()).sum();
        let mut text = String::with_capacity(count);
        for (name, value) in &parts {
            text.push_str(name);
            text.push_str(value);
        }
        let lengths = parts.iter().map(|(name, value)| (length(name), length(value))).collect();
        Self { text, lengths }
    }
}

impl From<&BTreeMap<String, String>> for Labels {
    fn from(labels: &BTreeMap<String, String>) -> Self {
        Self::of(labels)
    }
}

/// What labels must be like; without requirements it selects everything
/// (Kubernetes, "Labels and Selectors").
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Requirement {
    key: Key,
    wants: Wants,
}

/// The name of a label.
type Key = Cow<'static, str>;

/// Names of labels by which nearly all selectors select: they needn't be kept.
const COMMON: [&str; 2] = ["app", NAMESPACE_NAME];

fn key(name: &str) -> Key {
    let common = COMMON.iter().find(|common| **common == name);
    common.map_or_else(|| Cow::Owned(name.to_owned()), |common| Cow::Borrowed(*common))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Wants {
    Is(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Absent,
    /// An operator that there isn't: the API server refuses it.
    Nothing,
}

impl Selector {
    /// Reads a selector.
    pub fn new(selector: &LabelSelector) -> Self {
        let count = selector.match_labels.as_ref().map_or(0, BTreeMap::len)
            + selector.match_expressions.as_ref().map_or(0, Vec::len);
        let labels = selector.match_labels.iter().flatten();
        let labels = labels
            .map(|(name, value)| Requirement { key: key(name), wants: Wants::Is(value.clone()) });
        let expressions = selector.match_expressions.iter().flatten().map(|expression| {
            let values = expression.values.clone().unwrap_or_default();
            let wants = match expression.operator.as_str() {
                "In" => Wants::In(values),
                "NotIn" => Wants::NotIn(values),
                "Exists" => Wants::Exists,
                "DoesNotExist" => Wants::Absent,
                _ => Wants::Nothing,
            };
            Requirement { key: key(&expression.key), wants }
        });
        let mut requirements = Vec::with_capacity(count);
        requirements.extend(labels.chain(expressions));
        Self(requirements)
    }

    /// Whether it selects whatever there is.
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something with these labels is selected.
    pub fn selects(&self, labels: &Labels) -> bool {
        self.takes(|key| labels.get(key))
    }

    /// As [`Selector::selects`], by what each label is.
    pub fn takes<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.0.iter().all(|Requirement { key, wants }| {
            let value = label(key);
            match wants {
                Wants::Is(wanted) => value == Some(wanted.as_str()),
                Wants::In(wanted) => {
                    value.is_some_and(|value| wanted.iter().any(|wanted| wanted == value))
                }
                Wants::NotIn(unwanted) => {
                    value.is_none_or(|value| unwanted.iter().all(|unwanted| unwanted != value))
                }
                Wants::Exists => value.is_some(),
                Wants::Absent => value.is_none(),
                Wants::Nothing => false,
            }
        })
    }

    /// The values of which it wants one for a label, where it names them.
    pub fn named(&self, key: &str) -> Option<&[String]> {
        self.0.iter().filter(|requirement| requirement.key == key).find_map(|requirement| {
            match &requirement.wants {
                Wants::Is(value) => Some(std::slice::from_ref(value)),
                Wants::In(values) => Some(values.as_slice()),
                _ => None,
            }
        })
    }

    /// The value that it wants for a label, where it wants just one.
    pub fn wanted(&self, key: &str) -> Option<&str> {
        self.0.iter().filter(|requirement| requirement.key == key).find_map(|requirement| {
            match &requirement.wants {
                Wants::Is(value) => Some(value.as_str()),
                Wants::In(values) => match values.as_slice() {
                    [value] => Some(value),
                    _ => None,
                },
                _ => None,
            }
        })
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("everything");
        }
        for (index, Requirement { key, wants }) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match wants {
                Wants::Is(value) => write!(f, "{key}={value}")?,
                Wants::In(values) => write!(f, "{key} in ({})", values.join(", "))?,
                Wants::NotIn(values) => write!(f, "{key} not in ({})", values.join(", "))?,
                Wants::Exists => write!(f, "{key}")?,
                Wants::Absent => write!(f, "!{key}")?,
                Wants::Nothing => write!(f, "{key} by an operator that there isn't")?,
            }
        }
        Ok(())
    }
}
