//! Three readings of one contract: typed values, the tolerant walk, and an independent judge. Valid
//! bodies are changed in every member, in many ways; all three must say the same of each.

use std::collections::HashSet;

use contract_judge::Judge;
use contract_judge::mutations::mutations;
use contract_runtime::body;
use contract_runtime::inspect::Inspect;
use contract_runtime::serde_json::{self, Value, json};
use contract_runtime::violation::{At, Report};

use crate::services::{everything, notes};

const EVERYTHING: &str = include_str!("../golden/everything/openapi.yml");
const NOTES: &str = include_str!("../golden/notes/openapi.yml");

/// A contract as JSON.
fn parsed(contract: &str) -> Value {
    let generated = contract_codegen::generate(contract, "openapi.yml").unwrap();
    serde_json::from_str(&generated.json).unwrap()
}

fn agree<T: Inspect>(contract: &str, component: &str, valid: &Value) {
    let judge = Judge::new(&parsed(contract)).component(component);
    let mut known = HashSet::new();
    let (mut accepted, mut refused, mut differences) = (0, 0, Vec::new());
    for value in mutations(valid) {
        let text = value.to_string();
        if !known.insert(text.clone()) {
            continue;
        }
        let mut report = Report::new();
        let read: Option<T> = body::required(text.as_bytes(), &mut report);
        let typed = read.is_some() && report.is_empty();
        let mut walked = Report::new();
        T::inspect(&value, &At::Body, &mut walked);
        let objection = judge.objection(&value);
        if typed != walked.is_empty() || typed != objection.is_none() {
            differences.push(format!(
                "{text}\n  typed: {:?}\n  walked: {:?}\n  judge: {objection:?}",
                report.into_violations(),
                walked.into_violations()
            ));
        }
        if typed {
            accepted += 1;
        } else {
            refused += 1;
        }
    }
    assert!(
        differences.is_empty(),
        "{} differences, such as\n{}",
        differences.len(),
        differences[..differences.len().min(20)].join("\n")
    );
    // The mutations are worth something only if both verdicts are common.
    assert!(
        accepted > 50 && refused > 500,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn all_three_readings_agree_on_every_keyword() {
    let valid = json!({
        "type": "red", "requiredNullable": "abc", "optional": "abc", "optionalNullable": 3,
        "self": "s", "gen": "g", "m²": "m", "größe": "x", "2fa": true, "snake_case": "s",
        "kebab-case": "k", "text": "abc", "email": "name@example.com",
        "uri": "https://example.com/", "password": "long enough",
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "day": "2026-01-31",
        "time": "2026-01-31T12:00:00Z", "integer": 1, "exclusive": 5, "even": 4, "int32": 5,
        "int64": 7, "number": 0.5, "above": 0.5, "tenths": 0.3, "flag": true, "nullableFlag": null,
        "choice": "two words", "nullableChoice": "x", "inline": {"deep": {"deeper": "abc"}},
        "list": ["a", "b"], "numbers": [1, 2.5], "nullables": ["a", null], "matrix": [[1, 2], [3]],
        "objects": [{"name": "a"}, {"name": "b"}], "anything": {"a": [1]}, "anythings": [1, "a"],
        "free": {"a": 1}, "bounded": {"a": 1}, "map": {"a": 1}, "maps": {"a": {"b": "cc"}},
        "named": {"name": "n", "mood": "good"}, "dated": {"name": "n", "day": "2026-01-31"},
        "decorated": {"name": "n"},
        "tree": {"value": 1, "left": {"value": 2}, "right": null, "children": [{"value": 3}], "byName": {"a": {"value": 4}}},
        "closed": {"a": "x", "b": null}, "empty": {}, "open": {"x": 1}, "withDefault": "x",
        "defaultInteger": 1, "defaultNumber": 0.5, "defaultFlag": false, "defaultChoice": "red",
        "defaultDay": "2026-01-31", "defaultTime": "2026-01-31T12:00:00Z",
        "defaultId": "01890a5d-ac96-774b-bcce-b302099a8057", "defaultList": [3],
        "defaultNull": "x", "defaultNullable": "ab",
    });
    // A few members at a time: what is checked does not depend on its neighbours.
    let required = ["type", "requiredNullable", "list"];
    let members = valid.as_object().unwrap();
    let names: Vec<&String> = members.keys().collect();
    for few in names.chunks(6) {
        let part = members
            .iter()
            .filter(|(name, _)| few.contains(name) || required.contains(&name.as_str()))
            .map(|(name, member)| (name.clone(), member.clone()));
        agree::<everything::types::Value>(EVERYTHING, "Value", &part.collect());
    }
}

#[test]
fn all_three_readings_agree_on_notes() {
    let valid = json!({
        "title": "Bread", "text": "Flour, water, salt.", "tags": ["baking", "a"], "pinned": true,
        "priority": 2, "source": "https://example.com/bread",
    });
    agree::<notes::types::NoteCreate>(NOTES, "NoteCreate", &valid);
    let valid = json!({"title": "Bread", "text": "Flour.", "tags": ["baking"], "source": null});
    agree::<notes::types::NoteUpdate>(NOTES, "NoteUpdate", &valid);
}
