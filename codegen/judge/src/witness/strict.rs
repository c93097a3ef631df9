//! Schemas as a server of this generator keeps them, narrower than a contract has to be.

use serde_json::{Map, Value, json};

use super::operation::resolved;

/// A part of a document, without what the contract leaves open for other servers, and for this one in years to come:
/// members that it does not name, times in another form than all others, ids in capitals.
pub(super) fn strict(document: &'static Value, value: &'static Value) -> Value {
    let mut strict: Value = match value {
        Value::Object(members) => match whole(document, members) {
            Some(whole) => whole,
            None => members
                .iter()
                .map(|(name, member)| (name.clone(), self::strict(document, member)))
                .collect(),
        },
        Value::Array(items) => items
            .iter()
            .map(|item| self::strict(document, item))
            .collect(),
        other => return other.clone(),
    };
    if strict["properties"].is_object() && strict["additionalProperties"].is_null() {
        strict["additionalProperties"] = json!(false);
    }
    match (strict["type"].as_str(), strict["format"].as_str()) {
        (Some("string"), Some("date-time")) => strict["pattern"] = json!(r"T[0-9:]{8}\.[0-9]{3}Z$"),
        (Some("string"), Some("uuid")) => strict["pattern"] = json!("^[0-9a-f-]{36}$"),
        _ => {}
    }
    strict
}

/// An object that `allOf` puts together, as one: a part alone does not know what the others name. None for another schema.
fn whole(document: &'static Value, members: &'static Map<String, Value>) -> Option<Value> {
    let parts = members.get("allOf")?.as_array()?;
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let mut whole: Map<String, Value> = members.clone();
    whole.remove("allOf");
    let mut add = |part: &Value| {
        let named = part["properties"].as_object().into_iter().flatten();
        properties.extend(named.map(|(name, schema)| (name.clone(), schema.clone())));
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
    };
    for part in parts {
        let part = strict(document, resolved(document, part));
        part["properties"].as_object()?;
        add(&part);
    }
    if let Some(own) = members.get("properties") {
        let required = members.get("required");
        add(&json!({"properties": strict(document, own), "required": required}));
    }
    whole.insert("type".to_owned(), json!("object"));
    whole.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        whole.insert("required".to_owned(), Value::Array(required));
    }
    Some(Value::Object(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_of_several_parts_is_closed_as_a_whole() {
        let document: &'static Value = Box::leak(Box::new(json!({
            "components": {"schemas": {
                "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "format": "uuid"}}},
                "Name": {"type": "string"},
                "Whole": {"allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/components/schemas/Name"}}},
                ]},
                "Decorated": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Name"}]},
            }},
        })));
        let strict = strict(document, document);
        let schemas = &strict["components"]["schemas"];
        assert_eq!(
            schemas["Whole"],
            json!({
                "type": "object",
                "required": ["a", "b"],
                "properties": {
                    "a": {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"},
                    "b": {"$ref": "#/components/schemas/Name"},
                },
                "additionalProperties": false,
            })
        );
        assert_eq!(schemas["Base"]["additionalProperties"], false);
        assert_eq!(
            schemas["Decorated"],
            document["components"]["schemas"]["Decorated"]
        );
    }
}
