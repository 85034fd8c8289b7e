//! What the API server refuses of an object, by the structural schema of its
//! definition: as much of that as Traefik's definitions use
//! (`apiextensions.k8s.io/v1`, Kubernetes' API reference).

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;

/// A value that a definition refuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation<'s> {
    /// Its field, as in `spec.routes[0].kind`.
    pub path: String,
    /// What is wrong with it.
    pub wrong: Wrong<'s>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong<'s> {
    /// There is no such field, but these.
    Unknown(Vec<&'s str>),
    /// It has to be there.
    Missing,
    /// It has another type than this, as in `string`; whether it is a number or a
    /// truth value.
    Type(&'s str, bool),
    /// It is none of these.
    NotOneOf(Vec<&'s str>),
    /// It is less than this.
    Less(i64),
    /// It is more than this.
    More(i64),
    /// It doesn't match this expression.
    Pattern(&'s str),
    /// It breaks this rule of the Common Expression Language.
    Rule(&'s str),
}

/// A schema that has been read.
#[derive(Clone, Debug)]
pub struct Schema {
    root: Value,
    /// Its patterns, by their texts.
    patterns: BTreeMap<String, Regex>,
}

impl Schema {
    /// Reads an `openAPIV3Schema`.
    pub fn new(root: Value) -> Self {
        let mut patterns = BTreeMap::new();
        each(&root, &mut |schema| {
            if let Some(text) = schema["pattern"].as_str()
                && let Ok(pattern) = Regex::new(text)
            {
                patterns.insert(text.to_owned(), pattern);
            }
        });
        Self { root, patterns }
    }

    /// What is wrong with an object.
    pub fn violations(&self, object: &Value) -> Vec<Violation<'_>> {
        let mut found = Vec::new();
        self.walk(object, &self.root, "", &mut found);
        found
    }

    /// Whether a text matches; other values do, as the server matches texts alone.
    fn matches(&self, value: &Value, pattern: &str) -> bool {
        let Value::String(text) = value else { return true };
        self.patterns.get(pattern).is_none_or(|pattern| pattern.is_match(text))
    }

    fn walk<'s>(
        &'s self,
        value: &Value,
        schema: &'s Value,
        path: &str,
        found: &mut Vec<Violation<'s>>,
    ) {
        let int_or_string = schema["x-kubernetes-int-or-string"] == true;
        if schema["x-kubernetes-preserve-unknown-fields"] == true {
            return;
        }
        let wanted = schema["type"].as_str();
        let fits = match (wanted, value) {
            (None, Value::Number(_)) => int_or_string && whole(value).is_some(),
            (None, Value::String(_)) => int_or_string,
            (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) => true,
            (Some("integer"), Value::Number(_)) => whole(value).is_some(),
            (Some("array"), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &schema["items"], &format!("{path}[{index}]"), found);
                }
                true
            }
            (Some("object"), Value::Object(fields)) => {
                let known = schema["properties"].as_object();
                let below = |name: &str| {
                    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
                };
                for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
                    let own = known.and_then(|known| known.get(name));
                    match own.or(schema.get("additionalProperties")) {
                        Some(schema) => self.walk(field, schema, &below(name), found),
                        // The server itself knows what belongs there.
                        None if path == "metadata" => {}
                        None => {
                            let known = known.into_iter().flatten().map(|(name, _)| &**name);
                            let mut known: Vec<&str> = known.collect();
                            known.sort_unstable();
                            let wrong = Wrong::Unknown(known);
                            found.push(Violation { path: below(name), wrong });
                        }
                    }
                }
                let required = schema["required"].as_array().into_iter().flatten();
                for name in required.filter_map(Value::as_str) {
                    if fields.get(name).is_none_or(Value::is_null) {
                        found.push(Violation { path: below(name), wrong: Wrong::Missing });
                    }
                }
                true
            }
            _ => false,
        };
        let mut add = |wrong| found.push(Violation { path: path.to_owned(), wrong });
        if !fits {
            return add(Wrong::Type(
                wanted.unwrap_or("integer or string"),
                value.is_number() || value.is_boolean(),
            ));
        }
        for (key, bound) in schema.as_object().into_iter().flatten() {
            match (key.as_str(), bound) {
                ("enum", Value::Array(values)) if !values.contains(value) => {
                    add(Wrong::NotOneOf(values.iter().filter_map(Value::as_str).collect()));
                }
                ("minimum", _) if whole(value) < as_the_server_reads(bound) => {
                    add(Wrong::Less(bound.as_i64().unwrap_or_default()));
                }
                ("maximum", _) if whole(value) > as_the_server_reads(bound) => {
                    add(Wrong::More(bound.as_i64().unwrap_or_default()));
                }
                ("pattern", Value::String(pattern)) if !self.matches(value, pattern) => {
                    add(Wrong::Pattern(pattern));
                }
                ("x-kubernetes-validations", Value::Array(rules)) => {
                    let rules = rules.iter().filter_map(|rule| rule["rule"].as_str());
                    for rule in rules.filter(|rule| obeys(value, rule) == Some(false)) {
                        add(Wrong::Rule(rule));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Calls `see` with each schema within a schema.
fn each(schema: &Value, see: &mut impl FnMut(&Value)) {
    see(schema);
    for (_, field) in schema["properties"].as_object().into_iter().flatten() {
        each(field, see);
    }
    for key in ["items", "additionalProperties"] {
        schema.get(key).into_iter().for_each(|below| each(below, see));
    }
}

/// A whole number; 1.0 and 1e3 are some as well, for `kubectl` writes them so.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there is no fraction, and what is too large stays so"
)]
fn whole(value: &Value) -> Option<i64> {
    let float =
        || value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
    value.as_i64().or_else(float)
}

/// Bounds are floating-point numbers on the server, values are not: 2⁶³ − 1001
/// is too high for a maximum that was written as 2⁶³ − 1000.
#[expect(clippy::cast_possible_truncation, reason = "the server truncates the same way")]
fn as_the_server_reads(bound: &Value) -> Option<i64> {
    bound.as_f64().map(|bound| bound as i64)
}

/// Whether a value obeys a rule, for those that the definitions have.
fn obeys(value: &Value, rule: &str) -> Option<bool> {
    match rule {
        "self.startsWith('/')" => Some(value.as_str().is_some_and(|text| text.starts_with('/'))),
        "!has(self.secret) || !has(self.configMap)" => {
            let lacks = |name| value.get(name).is_none_or(Value::is_null);
            Some(lacks("secret") || lacks("configMap"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Schema, Wrong, each, obeys};
    use crate::traefik_crds::CRDS;

    #[test]
    fn nothing_in_the_definitions_is_left_out() {
        const READ: [&str; 13] = [
            "additionalProperties",
            "enum",
            "items",
            "maximum",
            "minimum",
            "pattern",
            "properties",
            "required",
            "type",
            "x-kubernetes-int-or-string",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations",
            // A value that is left out is right by itself.
            "default",
        ];
        for crd in CRDS {
            let read = crd.schema();
            each(&read.root, &mut |schema| {
                for (key, value) in schema.as_object().expect("a schema") {
                    let as_type = key == "anyOf" && schema["x-kubernetes-int-or-string"] == true;
                    assert!(as_type || READ.contains(&key.as_str()), "{}: {key}", crd.name);
                    if key == "pattern" {
                        let pattern = value.as_str().expect("a text");
                        assert!(!read.matches(&json!("soon"), pattern), "{pattern}");
                    }
                }
                for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
                    let rule = rule["rule"].as_str().expect("a rule");
                    assert!(obeys(&Value::Null, rule).is_some(), "{rule}");
                }
            });
        }
    }

    #[test]
    fn each_refusal_is_at_its_field() {
        let schema = Schema::new(json!({
            "type": "object",
            "required": ["n"],
            "properties": {
                "n": {"type": "integer", "minimum": 0, "maximum": 9},
                "s": {"type": "string", "enum": ["a", "b"]},
                "l": {"type": "array", "items": {"type": "string", "pattern": "^[0-9]+s$"}},
                "p": {"x-kubernetes-int-or-string": true, "anyOf": []},
                "any": {"type": "object", "additionalProperties": {
                    "x-kubernetes-preserve-unknown-fields": true
                }},
            }
        }));
        let cases = [
            (json!({"n": 3, "s": "a", "l": ["10s"], "p": 80, "any": {"x": {"y": 1.5}}}), None),
            (json!({"n": 3, "p": "web", "s": null}), None),
            (json!({}), Some(("n", Wrong::Missing))),
            (json!({"n": null}), Some(("n", Wrong::Missing))),
            (json!({"n": -1}), Some(("n", Wrong::Less(0)))),
            (json!({"n": 10}), Some(("n", Wrong::More(9)))),
            (json!({"n": 1.0}), None),
            (json!({"n": 1e1}), Some(("n", Wrong::More(9)))),
            (json!({"n": 1.5}), Some(("n", Wrong::Type("integer", true)))),
            (json!({"n": 1, "s": "c"}), Some(("s", Wrong::NotOneOf(vec!["a", "b"])))),
            (json!({"n": 1, "s": true}), Some(("s", Wrong::Type("string", true)))),
            (json!({"n": 1, "l": "10s"}), Some(("l", Wrong::Type("array", false)))),
            (json!({"n": 1, "l": ["1s", "s"]}), Some(("l[1]", Wrong::Pattern("^[0-9]+s$")))),
            (json!({"n": 1, "p": 1.5}), Some(("p", Wrong::Type("integer or string", true)))),
            (json!({"n": 1, "m": 1}), Some(("m", Wrong::Unknown(vec!["any", "l", "n", "p", "s"])))),
        ];
        for (object, wanted) in cases {
            let found = schema.violations(&object);
            let found: Vec<_> = found.iter().map(|own| (&*own.path, own.wrong.clone())).collect();
            assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{object}");
        }
    }
}
