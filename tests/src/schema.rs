//! JSON against the contract's schemas, read independently of the code that was generated from them.

use std::collections::HashSet;

use regress::Regex;
use serde_json::{Map, Value};

use crate::contract::resolved;

/// What is wrong with `value` as `schema` has it: `pointer: sentence`. Members that the schema does not name are wrong
/// too, although a client must put up with them.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, value, "", &mut faults);
    faults
}

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolved(schema);
    if value.is_null() {
        if schema["nullable"] != true {
            faults.push(format!("{at}: is null"));
        }
        return;
    }
    let kind = schema["type"]
        .as_str()
        .unwrap_or_else(|| panic!("{at}: a schema without a type: {schema}"));
    if !schema["enum"].is_null() && !schema["enum"].as_array().unwrap().contains(value) {
        faults.push(format!("{at}: {value} is not one of {}", schema["enum"]));
    }
    match (kind, value) {
        ("object", Value::Object(members)) => object(schema, members, at, faults),
        ("array", Value::Array(items)) => {
            bounds(
                schema,
                "minItems",
                "maxItems",
                items.len() as f64,
                at,
                faults,
            );
            let distinct: HashSet<String> = items.iter().map(Value::to_string).collect();
            if schema["uniqueItems"] == true && distinct.len() < items.len() {
                faults.push(format!("{at}: repeats an item"));
            }
            for (index, item) in items.iter().enumerate() {
                check(&schema["items"], item, &format!("{at}/{index}"), faults);
            }
        }
        ("string", Value::String(text)) => string(schema, text, at, faults),
        ("integer", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            bounds(
                schema,
                "minimum",
                "maximum",
                number.as_f64().unwrap(),
                at,
                faults,
            );
        }
        ("boolean", Value::Bool(_)) => {}
        _ => faults.push(format!("{at}: {value} is not of type {kind}")),
    }
}

fn object(schema: &Value, members: &Map<String, Value>, at: &str, faults: &mut Vec<String>) {
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            faults.push(format!("{at}: has no {name}"));
        }
    }
    for (name, value) in members {
        let at = format!("{at}/{name}");
        match (
            schema["properties"].get(name),
            &schema["additionalProperties"],
        ) {
            (Some(property), _) => check(property, value, &at, faults),
            (None, Value::Bool(true)) => {}
            (None, other @ Value::Object(_)) => check(other, value, &at, faults),
            (None, _) => faults.push(format!("{at}: is not in the contract")),
        }
    }
}

fn string(schema: &Value, text: &str, at: &str, faults: &mut Vec<String>) {
    bounds(
        schema,
        "minLength",
        "maxLength",
        text.chars().count() as f64,
        at,
        faults,
    );
    if let Some(pattern) = schema["pattern"].as_str()
        && Regex::new(pattern).unwrap().find(text).is_none()
    {
        faults.push(format!("{at}: {text:?} does not match {pattern}"));
    }
    let format = match schema["format"].as_str() {
        Some("uuid") => "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$",
        Some("date") => "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        // In UTC, with milliseconds: one form for all times.
        Some("date-time") => r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        Some("email") => "^[^@ ]+@[^@ ]+$",
        Some("uri") => "^[a-z]+://",
        _ => return,
    };
    if Regex::new(format).unwrap().find(text).is_none() {
        faults.push(format!("{at}: {text:?} is not a {}", schema["format"]));
    }
}

fn bounds(
    schema: &Value,
    least: &str,
    most: &str,
    number: f64,
    at: &str,
    faults: &mut Vec<String>,
) {
    let below = schema[least].as_f64().is_some_and(|least| number < least);
    let above = schema[most].as_f64().is_some_and(|most| number > most);
    if below || above {
        faults.push(format!(
            "{at}: {number} is out of the bounds {least} and {most}"
        ));
    }
}
