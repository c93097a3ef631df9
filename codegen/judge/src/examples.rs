//! The examples in a contract.

use serde_json::Value;

use crate::member;

/// An example and what it is one of.
#[derive(Debug, Clone)]
pub struct Example<'c> {
    /// Where in the contract it stands: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The schema that it follows.
    pub schema: &'c Value,
    /// The example.
    pub value: &'c Value,
}

/// Every `example` and each of the `examples` of a contract: of schemas and their parts, of media
/// types, parameters and headers.
#[must_use]
pub fn examples(contract: &Value) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    walk(contract, "", &mut found);
    found
}

fn walk<'c>(value: &'c Value, pointer: &str, found: &mut Vec<Example<'c>>) {
    match value {
        Value::Object(members) => {
            // A media type, parameter or header has its schema in a member, a schema is one.
            let schema = members.get("schema").unwrap_or(value);
            let mut add = |pointer: String, value: &'c Value| {
                found.push(Example {
                    pointer,
                    schema,
                    value,
                });
            };
            if let Some(example) = members.get("example") {
                add(member(pointer, "example"), example);
            }
            if let Some(Value::Object(examples)) = members.get("examples") {
                let pointer = member(pointer, "examples");
                for (name, example) in examples {
                    if let Some(value) = example.get("value") {
                        add(format!("{}/value", member(&pointer, name)), value);
                    }
                }
            }
            for (name, part) in members {
                let pointer = member(pointer, name);
                match (name.as_str(), part) {
                    // Values, which may have members of any name.
                    ("example" | "examples" | "default" | "enum" | "links", _) => {}
                    // Names that the contract chose: none of them is a keyword.
                    ("properties", Value::Object(properties)) => {
                        for (name, schema) in properties {
                            walk(schema, &member(&pointer, name), found);
                        }
                    }
                    _ => walk(part, &pointer, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &member(pointer, &index.to_string()), found);
            }
        }
        _ => {}
    }
}
