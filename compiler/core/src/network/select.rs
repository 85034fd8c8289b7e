//! Labels and selectors.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// Labels of an object.
pub type Labels = BTreeMap<String, String>;

/// What labels must be like; without requirements it selects everything
/// (Kubernetes, "Labels and Selectors").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    wants: Wants,
}

#[derive(Clone, Debug, PartialEq, Eq)]
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
        let labels = selector.match_labels.iter().flatten();
        let labels = labels
            .map(|(key, value)| Requirement { key: key.clone(), wants: Wants::Is(value.clone()) });
        let expressions = selector.match_expressions.iter().flatten().map(|expression| {
            let values = expression.values.clone().unwrap_or_default();
            let wants = match expression.operator.as_str() {
                "In" => Wants::In(values),
                "NotIn" => Wants::NotIn(values),
                "Exists" => Wants::Exists,
                "DoesNotExist" => Wants::Absent,
                _ => Wants::Nothing,
            };
            Requirement { key: expression.key.clone(), wants }
        });
        Self(labels.chain(expressions).collect())
    }

    /// Whether it selects whatever there is.
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something with these labels is selected.
    pub fn selects(&self, labels: &Labels) -> bool {
        self.0.iter().all(|Requirement { key, wants }| {
            let value = labels.get(key);
            match wants {
                Wants::Is(wanted) => value == Some(wanted),
                Wants::In(wanted) => value.is_some_and(|value| wanted.contains(value)),
                Wants::NotIn(unwanted) => value.is_none_or(|value| !unwanted.contains(value)),
                Wants::Exists => value.is_some(),
                Wants::Absent => value.is_none(),
                Wants::Nothing => false,
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
