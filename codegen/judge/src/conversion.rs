//! Schemas of OpenAPI 3.0 as schemas of JSON Schema, draft 4.
//!
//! The two differ in `nullable`, in the places of references and in the sizes of integers; later
//! drafts also differ in exclusive bounds.

use serde_json::{Map, Value, json};

/// Keywords that say nothing about values.
pub(crate) const ANNOTATIONS: [&str; 6] = [
    "title",
    "description",
    "example",
    "externalDocs",
    "deprecated",
    "default",
];

/// All component schemas of a contract, for the keyword `definitions`.
#[must_use]
pub fn definitions(contract: &Value) -> Map<String, Value> {
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), converted(schema)))
        .collect()
}

/// A schema whose references lead to [`definitions`] beside it.
#[must_use]
pub fn converted(schema: &Value) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut plain = Map::new();
    for (name, value) in members {
        let converted = match (name.as_str(), value) {
            ("nullable", _) => continue,
            (name, _) if ANNOTATIONS.contains(&name) => continue,
            ("$ref", Value::String(target)) => target
                .replace("#/components/schemas/", "#/definitions/")
                .into(),
            ("properties", Value::Object(properties)) => properties
                .iter()
                .map(|(name, schema)| (name.clone(), converted(schema)))
                .collect(),
            ("allOf", Value::Array(parts)) => parts.iter().map(converted).collect(),
            ("items" | "additionalProperties", part) => converted(part),
            (_, value) => value.clone(),
        };
        plain.insert(name.clone(), converted);
    }
    if plain.get("type") == Some(&json!("integer")) {
        let (least, most) = if plain.get("format") == Some(&json!("int32")) {
            (i64::from(i32::MIN), i64::from(i32::MAX))
        } else {
            (i64::MIN, i64::MAX)
        };
        plain.entry("minimum").or_insert(least.into());
        plain.entry("maximum").or_insert(most.into());
    }
    if members.get("nullable") == Some(&json!(true)) {
        json!({"anyOf": [{"type": "null"}, plain]})
    } else {
        plain.into()
    }
}
