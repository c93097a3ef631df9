//! What the crate `jsonschema` says of values.

use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use crate::conversion::{converted, definitions};

/// Reads values as a contract's schemas have them, formats included.
#[derive(Debug)]
pub struct Judge {
    definitions: Map<String, Value>,
}

/// One schema, ready to read values.
#[derive(Debug)]
pub struct Reading {
    validator: Validator,
}

impl Judge {
    /// A judge of a contract.
    #[must_use]
    pub fn new(contract: &Value) -> Self {
        Self {
            definitions: definitions(contract),
        }
    }

    /// A component schema.
    #[must_use]
    pub fn component(&self, name: &str) -> Reading {
        self.schema(&json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    /// Any schema out of the contract.
    #[must_use]
    pub fn schema(&self, schema: &Value) -> Reading {
        // In draft 4 nothing counts beside a reference.
        let schema = json!({
            "allOf": [converted(schema)],
            "definitions": self.definitions,
        });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .with_format("uuid", |text: &str| UUID.is_valid(&text.into()))
            .with_format("date", |text: &str| DATE.is_valid(&text.into()))
            .build(&schema)
            .unwrap();
        Reading { validator }
    }
}

impl Reading {
    /// What is wrong with a value, `None` if nothing is.
    #[must_use]
    pub fn objection(&self, value: &Value) -> Option<String> {
        let error = self.validator.iter_errors(value).next()?;
        Some(format!("{error} at {}", error.instance_path()))
    }
}

// Formats that OpenAPI has and draft 4 has not, as a later draft understands them.
static UUID: LazyLock<Validator> = LazyLock::new(|| format("uuid"));
static DATE: LazyLock<Validator> = LazyLock::new(|| format("date"));

fn format(name: &str) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&json!({"format": name}))
        .unwrap()
}
