//! JSON Schema, as far as the schemas of `data/` use it (draft 2020-12). The schemas are our own and compiled in, so a
//! keyword that is not known here is a fault of the build, which a test looks for.

use super::escaped;
use regex::Regex;
use serde_json::Value;

/// Where a document differs from its schema, at most 100 places.
pub(super) fn faults(schema: &str, document: &Value) -> Vec<(String, String)> {
    let Ok(root) = serde_json::from_str::<Value>(schema) else {
        return vec![(String::new(), "the schema of this build cannot be read".to_owned())];
    };
    let mut judge = Judge {
        root: &root,
        faults: Vec::new(),
    };
    judge.value(&root, document, "", 0);
    judge.faults
}

const MOST_FAULTS: usize = 100;
/// Schemas nest no deeper; a document that does has failed by then.
const DEEPEST: usize = 64;

struct Judge<'a> {
    root: &'a Value,
    faults: Vec<(String, String)>,
}

impl<'a> Judge<'a> {
    fn fault(&mut self, at: &str, message: impl Into<String>) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((at.to_owned(), message.into()));
        }
    }

    fn value(&mut self, schema: &'a Value, value: &Value, at: &str, depth: usize) {
        if depth > DEEPEST || self.faults.len() >= MOST_FAULTS {
            return;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
            && let Some(target) = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
        {
            return self.value(target, value, at, depth + 1);
        }
        if let Some(wanted) = schema.get("type").and_then(Value::as_str)
            && !is_of(wanted, value)
        {
            return self.fault(at, format!("must be of type {wanted}, is {}", shown(value)));
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            let allowed: Vec<String> = allowed.iter().map(shown).collect();
            return self.fault(
                at,
                format!("must be one of {}, is {}", allowed.join(", "), shown(value)),
            );
        }
        match value {
            Value::String(text) => self.text(schema, text, at),
            Value::Number(_) => self.number(schema, value, at),
            Value::Array(items) => self.array(schema, items, at, depth),
            Value::Object(fields) => self.object(schema, fields, at, depth),
            _ => {}
        }
        if let Some(forbidden) = schema.get("not") {
            let mut other = Judge {
                root: self.root,
                faults: Vec::new(),
            };
            other.value(forbidden, value, at, depth + 1);
            if other.faults.is_empty() {
                self.fault(at, format!("must not fulfil {forbidden}"));
            }
        }
    }

    fn text(&mut self, schema: &Value, text: &str, at: &str) {
        let length = text.chars().count() as u64;
        self.bounds(schema, ("minLength", "maxLength"), length, "characters", at);
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text))
        {
            self.fault(at, format!("must match {pattern}, is {}", shown(&Value::from(text))));
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, at: &str) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let number = value.as_f64().unwrap_or(f64::NAN);
        if let Some(least) = bound("minimum").filter(|least| number < *least) {
            self.fault(at, format!("must be at least {least}, is {value}"));
        }
        if let Some(most) = bound("maximum").filter(|most| number > *most) {
            self.fault(at, format!("must be at most {most}, is {value}"));
        }
    }

    fn array(&mut self, schema: &'a Value, items: &[Value], at: &str, depth: usize) {
        self.bounds(schema, ("minItems", "maxItems"), items.len() as u64, "items", at);
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
            // Only short lists of words are unique by our schemas.
            let twice = items
                .iter()
                .enumerate()
                .take(200)
                .find(|(index, item)| items[..*index].contains(item));
            if let Some((index, item)) = twice {
                self.fault(
                    &format!("{at}/{index}"),
                    format!("must not stand twice: {}", shown(item)),
                );
            }
        }
        if let Some(each) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.value(each, item, &format!("{at}/{index}"), depth + 1);
            }
        }
    }

    fn object(&mut self, schema: &'a Value, fields: &serde_json::Map<String, Value>, at: &str, depth: usize) {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required
            .filter_map(Value::as_str)
            .filter(|name| !fields.contains_key(*name))
        {
            self.fault(at, format!("lacks the field {name}"));
        }
        let dependent = schema
            .get("dependentRequired")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        for (name, needs) in dependent.filter(|(name, _)| fields.contains_key(*name)) {
            for need in needs.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(need) {
                    self.fault(at, format!("has {name} and lacks {need}"));
                }
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, value) in fields {
            match properties.and_then(|known| known.get(name)) {
                Some(field) => self.value(field, value, &format!("{at}/{}", escaped(name)), depth + 1),
                None if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                    let known: Vec<&str> = properties
                        .into_iter()
                        .flatten()
                        .map(|(name, _)| name.as_str())
                        .collect();
                    let message = format!("is no field that is known; there are {}", known.join(", "));
                    self.fault(&format!("{at}/{}", escaped(name)), message);
                }
                None => {}
            }
        }
    }

    fn bounds(&mut self, schema: &Value, (least, most): (&str, &str), count: u64, unit: &str, at: &str) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        if let Some(least) = bound(least).filter(|least| count < *least) {
            self.fault(at, format!("must have at least {least} {unit}, has {count}"));
        }
        if let Some(most) = bound(most).filter(|most| count > *most) {
            self.fault(at, format!("must have at most {most} {unit}, has {count}"));
        }
    }
}

fn is_of(wanted: &str, value: &Value) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// A value for people, cut where it is long.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        _ => {
            let text = value.to_string();
            match text.char_indices().nth(60) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}
