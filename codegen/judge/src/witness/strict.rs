//! Schemas as a server of this generator keeps them, narrower than a contract has to be.

use serde_json::{Value, json};

/// The same without what the contract leaves open for other servers, and for this one in years to come: members that it
/// does not name, times in another form than all others, ids in capitals.
pub(super) fn strict(value: &Value) -> Value {
    let mut strict: Value = match value {
        Value::Object(members) => members
            .iter()
            // A part of `allOf` does not know what the others name.
            .map(|(name, member)| match name.as_str() {
                "allOf" => (name.clone(), member.clone()),
                _ => (name.clone(), self::strict(member)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(self::strict).collect(),
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
