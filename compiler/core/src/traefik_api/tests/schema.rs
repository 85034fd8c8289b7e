//! As much of the API server's validation as Traefik's definitions use. A
//! construct that is not understood counts as a violation, so that a new
//! release of the definitions cannot weaken the tests.

use serde_json::{Map, Value};

/// What is wrong with `value`, each with the path of its field.
pub(super) fn violations(value: &Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, schema, "$", &mut found);
    found
}

fn walk(value: &Value, schema: &Value, path: &str, found: &mut Vec<String>) {
    let empty = Map::new();
    let int_or_string = schema["x-kubernetes-int-or-string"] == true;
    let fits = match (schema["type"].as_str(), value) {
        (None, Value::Number(_) | Value::String(_)) => int_or_string,
        (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) => true,
        (Some("integer"), Value::Number(number)) => number.is_i64(),
        (Some("array"), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &schema["items"], &format!("{path}[{index}]"), found);
            }
            true
        }
        (Some("object"), Value::Object(fields)) => {
            let properties = schema["properties"].as_object().unwrap_or(&empty);
            for (name, field) in fields {
                let path = format!("{path}.{name}");
                match properties.get(name).or(schema.get("additionalProperties")) {
                    Some(schema) => walk(field, schema, &path, found),
                    // The server itself knows what belongs there.
                    None if path.starts_with("$.metadata.") => {}
                    None => found.push(format!("{path} is not in the schema")),
                }
            }
            for name in
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
                if !fields.contains_key(name) {
                    found.push(format!("{path}.{name} is required"));
                }
            }
            true
        }
        _ => false,
    };
    if !fits {
        found.push(format!("{path} has the wrong type"));
        return;
    }
    for (key, bound) in schema.as_object().unwrap_or(&empty) {
        let kept = match key.as_str() {
            "enum" => bound.as_array().is_some_and(|values| values.contains(value)),
            "minimum" => value.as_i64() >= as_the_server_reads(bound),
            "maximum" => value.as_i64() <= as_the_server_reads(bound),
            "pattern" => value.as_str().is_none_or(|text| matches_pattern(text, bound)),
            "x-kubernetes-validations" => obeys_rules(value, bound),
            "anyOf" => int_or_string,
            "additionalProperties"
            | "default"
            | "items"
            | "properties"
            | "required"
            | "type"
            | "x-kubernetes-int-or-string" => true,
            _ => false,
        };
        if !kept {
            found.push(format!("{path} = {value} breaks {key} {bound}"));
        }
    }
}

/// Bounds are floating-point numbers on the server, values are not: 2⁶³ − 1001
/// is too high for a maximum that was written as 2⁶³ − 1000.
#[expect(clippy::cast_possible_truncation, reason = "the server truncates the same way")]
fn as_the_server_reads(bound: &Value) -> Option<i64> {
    bound.as_f64().map(|bound| bound as i64)
}

/// The two patterns of the definitions, without a regex engine.
fn matches_pattern(text: &str, pattern: &Value) -> bool {
    match pattern.as_str() {
        Some("^([0-9]+(ns|us|µs|ms|s|m|h)?)+$") => {
            let units = ["", "ns", "us", "µs", "ms", "s", "m", "h"];
            let is_digit = |c: char| c.is_ascii_digit();
            text.starts_with(is_digit) && text.split(is_digit).all(|unit| units.contains(&unit))
        }
        Some("^([1-5][0-9]{2}[,-]?)+$") => {
            let codes = text.trim_end_matches([',', '-']);
            let is_code = |code: &str| matches!(code.parse(), Ok(100..=599_u16));
            !codes.is_empty() && codes.split([',', '-']).all(is_code)
        }
        _ => false,
    }
}

/// The CEL rules of the definitions, by their text.
fn obeys_rules(value: &Value, rules: &Value) -> bool {
    rules.as_array().is_some_and(|rules| {
        rules.iter().all(|rule| match rule["rule"].as_str() {
            Some("self.startsWith('/')") => {
                value.as_str().is_some_and(|text| text.starts_with('/'))
            }
            Some("!has(self.secret) || !has(self.configMap)") => {
                value.get("secret").is_none() || value.get("configMap").is_none()
            }
            _ => false,
        })
    })
}
