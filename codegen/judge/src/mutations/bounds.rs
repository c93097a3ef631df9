//! Values on both sides of every bound.

use serde_json::{Value, json};

use crate::component;

/// A valid value of a schema, with each part in turn as long or as large as each of its bounds, and
/// by one less and more, and with each choice of an enumeration.
#[must_use]
pub fn at_the_bounds(contract: &Value, schema: &Value, valid: &Value) -> Vec<Value> {
    let mut parts = Vec::new();
    walk(contract, schema, valid, &mut parts, "");
    parts
        .into_iter()
        .map(|(pointer, part)| {
            let mut changed = valid.clone();
            *changed.pointer_mut(&pointer).unwrap() = part;
            changed
        })
        .collect()
}

fn walk(
    contract: &Value,
    schema: &Value,
    valid: &Value,
    parts: &mut Vec<(String, Value)>,
    pointer: &str,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        return walk(
            contract,
            component(contract, reference).1,
            valid,
            parts,
            pointer,
        );
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        walk(contract, part, valid, parts, pointer);
    }
    let mut add = |part: Value| parts.push((pointer.to_owned(), part));
    for choice in schema["enum"].as_array().into_iter().flatten() {
        add(choice.clone());
    }
    match valid {
        Value::String(text) => {
            add(text.to_uppercase().into());
            for length in around(schema, "minLength", "maxLength") {
                // As it begins, so that a pattern or format may still hold; then by characters
                // that have one, two and four bytes.
                let long = text.chars().chain(std::iter::repeat('a'));
                add(long.take(length).collect::<String>().into());
                for letter in ["b", "ß", "😀", " "] {
                    add(letter.repeat(length).into());
                }
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                for length in around(schema, "minItems", "maxItems") {
                    add(vec![first.clone(); length].into());
                }
                walk(
                    contract,
                    &schema["items"],
                    first,
                    parts,
                    &format!("{pointer}/0"),
                );
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let declared = schema["properties"].get(name);
                if let Some(part) = declared.or_else(|| schema.get("additionalProperties")) {
                    walk(contract, part, value, parts, &crate::member(pointer, name));
                }
            }
        }
        Value::Number(_) => {
            for bound in ["minimum", "maximum", "multipleOf"] {
                if let Some(bound) = schema[bound].as_i64() {
                    for number in [bound.checked_sub(1), Some(bound), bound.checked_add(1)] {
                        add(json!(number));
                    }
                }
                if let Some(bound) = schema[bound].as_f64() {
                    for number in [bound - 0.5, bound, bound + 0.5] {
                        add(json!(number));
                    }
                }
            }
        }
        _ => {}
    }
}

/// Lengths around two bounds.
fn around(schema: &Value, least: &str, most: &str) -> Vec<usize> {
    let bounds = [least, most]
        .into_iter()
        .filter_map(|name| schema[name].as_u64());
    let lengths = bounds.flat_map(|bound| [bound.saturating_sub(1), bound, bound + 1]);
    let mut lengths: Vec<usize> = lengths.map(|length| length as usize).collect();
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}
