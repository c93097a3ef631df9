//! Schemas that say something else: what a comparison must notice.

use serde_json::{Map, Value, json};

use crate::conversion::ANNOTATIONS;
use crate::member;

/// A schema with one change.
#[derive(Debug, Clone)]
pub struct Change {
    /// What was changed, and where.
    pub what: String,
    /// The changed schema.
    pub schema: Value,
}

/// A schema with every change of one of its keywords, at any depth: removed, another value, a
/// property renamed or added, null allowed. Keywords that say nothing about values stay.
#[must_use]
pub fn changes(schema: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    walk(schema, "", &|part| part, &mut found);
    found
}

/// `whole` puts a changed part in its place.
fn walk(schema: &Value, pointer: &str, whole: &dyn Fn(Value) -> Value, found: &mut Vec<Change>) {
    let Value::Object(members) = schema else {
        return;
    };
    let mut add = |what: String, members: Map<String, Value>| {
        found.push(Change {
            what,
            schema: whole(members.into()),
        });
    };
    // Beside a reference nothing counts (OpenAPI 3.0.3, Reference Object). One of several may be null
    // in their list.
    if members.contains_key("$ref") {
        let members = Map::from_iter([("allOf".to_owned(), json!([schema]))]);
        add(
            format!("{pointer}: nullable"),
            with(&members, "nullable", true.into()),
        );
    } else if !["nullable", "anyOf"]
        .iter()
        .any(|name| members.contains_key(*name))
    {
        add(
            format!("{pointer}: nullable"),
            with(members, "nullable", true.into()),
        );
    }
    for (name, value) in members {
        if ANNOTATIONS.contains(&name.as_str()) && name != "default" || name.starts_with("x-") {
            continue;
        }
        let pointer = member(pointer, name);
        // These are removed one by one.
        if name != "properties" {
            let mut without = members.clone();
            without.remove(name);
            add(format!("{pointer}: {value} removed"), without);
        }
        for other in others(name, value) {
            let what = format!("{pointer}: {other} for {value}");
            add(what, with(members, name, other));
        }
    }
    for (name, value) in members {
        let pointer = member(pointer, name);
        match (name.as_str(), value) {
            ("items" | "additionalProperties", part) => {
                let inner = |part| whole(with(members, name, part).into());
                walk(part, &pointer, &inner, found);
            }
            ("properties", Value::Object(properties)) => {
                for (property, part) in properties {
                    let inner = |part| {
                        let properties = with(properties, property, part);
                        whole(with(members, name, properties.into()).into())
                    };
                    walk(part, &member(&pointer, property), &inner, found);
                }
            }
            ("allOf" | "anyOf", Value::Array(parts)) => {
                for (index, part) in parts.iter().enumerate() {
                    let pointer = member(&pointer, &index.to_string());
                    let inner = |part| {
                        let mut parts = parts.clone();
                        parts[index] = part;
                        whole(with(members, name, parts.into()).into())
                    };
                    if part.get("$ref").is_some() {
                        let schema = inner(json!({"$ref": "#/components/schemas/Error"}));
                        let what = format!("{pointer}: another reference");
                        found.push(Change { what, schema });
                    } else {
                        walk(part, &pointer, &inner, found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Other values of a keyword.
fn others(name: &str, value: &Value) -> Vec<Value> {
    match (name, value) {
        ("properties", Value::Object(properties)) => {
            let mut others = vec![with(properties, "another", json!({"type": "string"})).into()];
            for (property, part) in properties {
                let mut without = properties.clone();
                without.remove(property);
                others.push(without.clone().into());
                without.insert(format!("{property}2"), part.clone());
                others.push(without.into());
            }
            others
        }
        ("required" | "enum", Value::Array(items)) => {
            let mut others: Vec<Value> = (0..items.len())
                .map(|index| {
                    let mut items = items.clone();
                    items.remove(index);
                    items.into()
                })
                .collect();
            others.push(items.iter().cloned().chain([json!("another")]).collect());
            others
        }
        ("default", _) => vec![json!("another")],
        ("$ref", Value::String(_)) => vec![json!("#/components/schemas/Error")],
        (_, Value::Bool(truth)) => vec![json!(!truth)],
        (_, Value::String(text)) => vec![json!(format!("{text}2"))],
        (_, Value::Number(number)) => vec![json!(number.as_f64().unwrap() + 1.0)],
        _ => Vec::new(),
    }
}

fn with(members: &Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    members
}
