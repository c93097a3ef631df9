//! An independent judge: the contract's own schemas, read by the crate `jsonschema`.

use contract_runtime::serde_json::{Map, Value, json};
use jsonschema::{Draft, Validator};

/// Says whether a value follows a component schema.
pub(crate) struct Judge {
    validator: Validator,
}

impl Judge {
    /// A judge of one component of a contract.
    pub(crate) fn new(contract: &str, component: &str) -> Self {
        let generated = contract_codegen::generate(contract, "openapi.yml").unwrap();
        let contract: Value = contract_runtime::serde_json::from_str(&generated.json).unwrap();
        let schemas = contract["components"]["schemas"].as_object().unwrap();
        let definitions: Map<String, Value> = schemas
            .iter()
            .map(|(name, schema)| (name.clone(), converted(schema)))
            .collect();
        let schema = json!({
            "$ref": format!("#/definitions/{component}"),
            "definitions": definitions,
        });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .with_format("uuid", |text: &str| is_of_format("uuid", text))
            .with_format("date", |text: &str| is_of_format("date", text))
            .build(&schema)
            .unwrap();
        Self { validator }
    }

    /// What is wrong with a value, `None` if nothing is.
    pub(crate) fn objection(&self, value: &Value) -> Option<String> {
        let error = self.validator.iter_errors(value).next()?;
        Some(format!("{error} at {}", error.instance_path()))
    }
}

/// Formats that OpenAPI has and draft 4 has not, as a later draft understands them.
fn is_of_format(format: &str, text: &str) -> bool {
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&json!({"format": format}))
        .unwrap();
    validator.is_valid(&text.into())
}

/// A schema of OpenAPI 3.0 as one of JSON Schema, draft 4: they differ in `nullable`, in the places
/// of references, and in the sizes of integers.
fn converted(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut plain = Map::new();
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("nullable" | "example" | "default" | "description" | "title", _) => {}
                    ("$ref", Value::String(target)) => {
                        let target = target.replace("#/components/schemas/", "#/definitions/");
                        plain.insert(name.clone(), target.into());
                    }
                    ("properties", Value::Object(properties)) => {
                        let properties = properties.iter();
                        let properties: Map<_, _> = properties
                            .map(|(name, schema)| (name.clone(), converted(schema)))
                            .collect();
                        plain.insert(name.clone(), properties.into());
                    }
                    _ => {
                        plain.insert(name.clone(), converted(value));
                    }
                }
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
        Value::Array(items) => items.iter().map(converted).collect(),
        other => other.clone(),
    }
}
