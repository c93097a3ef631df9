//! JSON against the contract's schemas, as the crate `jsonschema` reads them: independent of the code that was generated
//! from them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use contract_judge::{Judge, Reading};
use serde_json::{Value, json};

use crate::contract::CONTRACT;

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(&strict(&CONTRACT)));

/// Schemas that were read before, by their address in the contract.
static READINGS: LazyLock<Mutex<HashMap<usize, Arc<Reading>>>> = LazyLock::new(Mutex::default);

/// What is wrong with `value` as `schema`, a part of the contract, has it.
pub(crate) fn objection(schema: &'static Value, value: &Value) -> Option<String> {
    let address = std::ptr::from_ref(schema).addr();
    let mut readings = READINGS.lock().unwrap();
    let reading = readings
        .entry(address)
        .or_insert_with(|| Arc::new(JUDGE.schema(&strict(schema))))
        .clone();
    drop(readings);
    reading.objection(value)
}

/// The same without what the contract leaves open for other servers, and for this one in years to come: members that it
/// does not name, times in another form than all others, ids in capitals.
fn strict(value: &Value) -> Value {
    let mut strict: Value = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), self::strict(member)))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn objections(name: &str, value: Value) -> bool {
        let schema = &CONTRACT["components"]["schemas"][name];
        objection(schema, &value).is_some()
    }

    #[test]
    fn what_differs_is_not_good() {
        let user = &CONTRACT["components"]["schemas"]["User"]["example"];
        assert!(!objections("User", user.clone()));
        for (name, value) in [
            ("id", json!("019B8D2B-8C00-7F42-A3D6-58B90C17E2F4")),
            ("id", json!("019b8d2b")),
            ("email", json!("ada")),
            ("email", json!(null)),
            ("role", json!("admin")),
            ("other", json!(1)),
        ] {
            let mut other = user.clone();
            other[name] = value;
            assert!(objections("User", other.clone()), "{other}");
        }
        let mut post = CONTRACT["components"]["schemas"]["BlogPost"]["example"].clone();
        post["publishedAt"] = json!(null);
        post["createdAt"] = json!("2026-03-02T09:14:07.000Z");
        post["updatedAt"] = json!("2026-03-02T09:14:07.000Z");
        assert!(!objections("BlogPost", post.clone()));
        for time in [
            "2026-03-02T09:14:07Z",
            "2026-03-02T10:14:07.000+01:00",
            "2026-02-30T09:14:07.000Z",
        ] {
            post["createdAt"] = json!(time);
            assert!(objections("BlogPost", post.clone()), "{time}");
        }
    }
}
