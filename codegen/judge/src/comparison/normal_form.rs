//! One way to write each schema, whoever wrote it.
//!
//! Equal schemas are equal values in it. What it takes away from either side says nothing about
//! values; each of the few real differences that it lets pass is a function below that says why.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Number, Value, json};

use crate::component;
use crate::conversion::ANNOTATIONS;

pub(super) struct Normalizer<'c> {
    contract: &'c Value,
}

impl<'c> Normalizer<'c> {
    pub(super) fn new(contract: &'c Value) -> Self {
        Self { contract }
    }

    /// Whether a component has no type of its own: it is neither an object with properties nor an
    /// enumeration, so that its uses contain what it says.
    pub(super) fn is_alias(&self, schema: &Value) -> bool {
        let parts = schema["allOf"].as_array();
        let decorated = parts.is_some_and(|parts| parts.len() == 1)
            && !schema["allOf"][0]["$ref"].is_null()
            && schema.get("properties").is_none();
        let own = ["properties", "enum", "allOf"]
            .iter()
            .any(|keyword| schema.get(keyword).is_some())
            || schema["additionalProperties"] == false;
        !own || decorated
    }

    /// A schema of the contract.
    pub(super) fn contract(&self, schema: &Value) -> Value {
        let mut schema = self.composed(schema);
        number_formats(&mut schema);
        password(&mut schema);
        self.normal(schema, &|part| self.contract(part))
    }

    /// A derived schema.
    pub(super) fn derived(&self, schema: &Value) -> Value {
        let Value::Object(schema) = schema else {
            panic!("{schema} is no schema");
        };
        let mut schema = schema.clone();
        optional_reference(&mut schema);
        self.normal(schema, &|part| self.derived(part))
    }

    /// What holds for both sides.
    fn normal(&self, mut schema: Map<String, Value>, part: &dyn Fn(&Value) -> Value) -> Value {
        // The default is a promise here, unlike for a judge of values.
        schema.retain(|name, _| {
            name == "default" || !(ANNOTATIONS.contains(&name.as_str()) || name.starts_with("x-"))
        });
        // What is so anyway.
        for (name, value) in [
            ("nullable", false),
            ("uniqueItems", false),
            ("exclusiveMinimum", false),
            ("exclusiveMaximum", false),
            ("additionalProperties", true),
        ] {
            if schema.get(name) == Some(&value.into()) {
                schema.remove(name);
            }
        }
        self.beside_reference(&mut schema);
        for name in ["items", "additionalProperties"] {
            if let Some(inner @ Value::Object(_)) = schema.get_mut(name) {
                *inner = part(inner);
            }
        }
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for property in properties.values_mut() {
                *property = part(property);
            }
            if properties.is_empty() {
                schema.remove("properties");
            }
        }
        // The order of names means nothing.
        if let Some(Value::Array(names)) = schema.get_mut("required") {
            names.sort_by_key(Value::to_string);
        }
        // OpenAPI 3.0.3 wants null in the list as well, schemars adds it, contracts often forget it.
        if schema.get("nullable") == Some(&true.into())
            && let Some(Value::Array(values)) = schema.get_mut("enum")
        {
            values.retain(|value| !value.is_null());
        }
        time_default(&mut schema);
        for number in schema.values_mut() {
            whole(number);
        }
        schema.into()
    }

    /// That a component may be null, and its default, hold wherever it is referred to, said there or
    /// not.
    fn beside_reference(&self, schema: &mut Map<String, Value>) {
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let (_, target) = component(self.contract, reference);
            for keyword in ["nullable", "default"] {
                if schema.contains_key(keyword) && schema.get(keyword) == target.get(keyword) {
                    schema.remove(keyword);
                }
            }
        }
    }

    /// One object in the place of references and `allOf`: what is beside a single reference stays
    /// beside it, objects become one object, and aliases become what they say.
    fn composed(&self, schema: &Value) -> Map<String, Value> {
        let mut schema = schema.as_object().unwrap().clone();
        if let Some(Value::Array(parts)) = schema.remove("allOf") {
            if let ([part], None) = (parts.as_slice(), schema.get("properties"))
                && let Some(reference) = part.get("$ref")
            {
                schema.insert("$ref".to_owned(), reference.clone());
            } else {
                for part in &parts {
                    merge(&mut schema, self.part(part));
                }
            }
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let (_, target) = component(self.contract, reference);
            if self.is_alias(target) {
                schema.remove("$ref");
                for (name, value) in self.composed(target) {
                    schema.entry(name).or_insert(value);
                }
            }
        }
        schema
    }

    /// A schema of an `allOf`.
    fn part(&self, part: &Value) -> Map<String, Value> {
        let target = match part["$ref"].as_str() {
            Some(reference) => component(self.contract, reference).1,
            None => part,
        };
        self.composed(target)
    }
}

/// Adds the properties of one object to another.
fn merge(schema: &mut Map<String, Value>, part: Map<String, Value>) {
    for (name, value) in part {
        match (schema.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
            (Some(_), _) => {}
            (None, value) => {
                schema.insert(name, value);
            }
        }
    }
}

/// Real difference: the server holds every integer in 64 bits, and every number as a double, if the
/// contract does not say how. It says so in the format.
fn number_formats(schema: &mut Map<String, Value>) {
    let format = schema.get("format").and_then(Value::as_str);
    let known = match (schema.get("type").and_then(Value::as_str), format) {
        (Some("integer"), None) => "int64",
        (Some("number"), None | Some("float")) => "double",
        _ => return,
    };
    schema.insert("format".to_owned(), known.into());
}

/// Real difference: `format: password` is for those who draw forms (OpenAPI 3.0.3, Data Types). The
/// server does not keep it.
fn password(schema: &mut Map<String, Value>) {
    if schema.get("format") == Some(&"password".into()) {
        schema.remove("format");
    }
}

/// Real difference: the server writes times in UTC with milliseconds, also those of defaults.
fn time_default(schema: &mut Map<String, Value>) {
    if schema.get("format") == Some(&"date-time".into())
        && let Some(Value::String(time)) = schema.get_mut("default")
        && let Ok(utc) = time.parse::<DateTime<Utc>>()
    {
        *time = utc.to_rfc3339_opts(SecondsFormat::Millis, true);
    }
}

/// schemars writes an optional reference as one of two, and anything beside a reference with `allOf`.
fn optional_reference(schema: &mut Map<String, Value>) {
    let null = json!({"nullable": true, "enum": [null]});
    let part = match (schema.get("anyOf"), schema.get("allOf")) {
        (Some(Value::Array(parts)), None) if parts.len() == 2 && parts[1] == null => {
            let part = parts[0].clone();
            schema.insert("nullable".to_owned(), true.into());
            part
        }
        (None, Some(Value::Array(parts))) if parts.len() == 1 => parts[0].clone(),
        _ => return,
    };
    schema.remove("anyOf");
    schema.remove("allOf");
    schema.extend(part.as_object().cloned().unwrap_or_default());
}

/// `1.0` is `1` in JSON.
fn whole(value: &mut Value) {
    if let Value::Number(number) = value
        && let Some(float) = number.as_f64().filter(|_| number.is_f64())
        && float.fract() == 0.0
        && float.abs() < 9_007_199_254_740_992.0
    {
        *number = Number::from(float as i64);
    }
}
