//! Three readings of one contract: typed values, the tolerant walk, and an independent judge. Valid
//! bodies are changed in every member, in many ways; all three must say the same of each.

use std::collections::HashSet;

use contract_runtime::body;
use contract_runtime::inspect::Inspect;
use contract_runtime::serde_json::{Value, json};
use contract_runtime::violation::{At, Report};

use crate::judge::Judge;
use crate::services::{everything, notes};

const EVERYTHING: &str = include_str!("../golden/everything/openapi.yml");
const NOTES: &str = include_str!("../golden/notes/openapi.yml");

/// Values to put in the place of others.
fn replacements() -> Vec<Value> {
    let texts = [
        "",
        "a",
        "ab",
        "abc",
        "abcd",
        "abcde",
        "abcdef",
        "äöüß",
        "b-c",
        "B",
        "😀😀",
        "red",
        "dark blue",
        "one",
        "3",
        "x",
        "good",
        "a b",
        "1",
        "null",
        "a\u{0}b",
        "line\nbreak",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a805z",
        "2026-01-31",
        "2026-02-29",
        "2024-02-29",
        "2026-1-31",
        "2026-13-01",
        "0000-01-01",
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123456+05:30",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00Z",
        "2026-02-30T12:00:00Z",
        "name@example.com",
        "name",
        "@example.com",
        "a@b@c.example",
        "name@",
        "https://example.com/a?b#c",
        "urn:isbn:1",
        "/relative",
        "https://exa mple.com",
        "//example.com",
        "mailto:name@example.com",
        "http://[::1]/",
        "http://[::1",
        "a%zz:b",
    ];
    let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(2),
        json!(3),
        json!(4),
        json!(5),
        json!(6),
        json!(9),
        json!(10),
        json!(11),
        json!(100),
        json!(-3),
        json!(-4),
        json!(-5),
        json!(-10),
        json!(0.5),
        json!(-1.5),
        json!(-1.6),
        json!(1.5),
        json!(1.6),
        json!(0.1),
        json!(0.3),
        json!(0.35),
        json!(99.99),
        json!(1.0),
        json!(2147483647),
        json!(2147483648_i64),
        json!(-2147483648_i64),
        json!(-2147483649_i64),
        json!(9007199254740993_i64),
        json!(9007199254740994_i64),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!([1]),
        json!([1, 1]),
        json!([1, 2, 3, 4]),
        json!(["a"]),
        json!(["a", "a"]),
        json!(["a", "b"]),
        json!(["a", "b", "c", "d"]),
        json!([""]),
        json!([null]),
        json!([[]]),
        json!([[1]]),
        json!([{}]),
        json!([{"name": "a"}]),
        json!([{"name": "a"}, {"name": "a"}]),
        json!([{"name": "a"}, {"name": "b"}]),
        json!([0.5, 5, 6]),
        json!([true, false, true]),
        json!({}),
        json!({"a": "b"}),
        json!({"a": 1}),
        json!({"a": 4}),
        json!({"a": null}),
        json!({"b": null}),
        json!({"a": "b", "b": null, "c": 1}),
        json!({"name": "n"}),
        json!({"name": ""}),
        json!({"name": "n", "day": "2026-01-31"}),
        json!({"value": 1}),
        json!({"value": -1}),
        json!({"value": 1, "left": null}),
        json!({"value": 1, "right": null}),
        json!({"value": 1, "children": [{"value": -1}]}),
        json!({"a": {"b": "cc"}}),
        json!({"a": {"b": "c"}}),
        json!({"a": {"b": null}}),
        json!({"x": 1, "y": 2}),
        json!({"x": 1, "y": 2, "z": 3}),
        json!({"deep": {"deeper": "abcd"}}),
        json!({"deep": {"deeper": "abc"}}),
        json!({"deep": {}}),
        json!({"name": "n", "mood": null}),
        json!({"name": "n", "mood": "bad"}),
        json!({"name": "n", "mood": "x"}),
    ]);
    values
}

/// The pointers of all values inside a value, itself included.
fn places(value: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut add = |name: &str, part: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        all.extend(
            places(part)
                .into_iter()
                .map(|rest| format!("/{name}{rest}")),
        );
    };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                add(&index.to_string(), item);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                add(name, member);
            }
        }
        _ => {}
    }
    all
}

/// Every change of one place.
fn mutations(valid: &Value) -> Vec<Value> {
    let replacements = replacements();
    let mut all = vec![valid.clone()];
    for place in places(valid) {
        for replacement in &replacements {
            let mut changed = valid.clone();
            *changed.pointer_mut(&place).unwrap() = replacement.clone();
            all.push(changed);
        }
        match valid.pointer(&place).unwrap() {
            Value::Object(members) => {
                for name in members.keys() {
                    let mut changed = valid.clone();
                    let object = changed.pointer_mut(&place).unwrap();
                    object.as_object_mut().unwrap().remove(name);
                    all.push(changed);
                }
                for more in ["unknown", "type"] {
                    let mut changed = valid.clone();
                    changed.pointer_mut(&place).unwrap()[more] = json!(1);
                    all.push(changed);
                }
            }
            Value::Array(items) => {
                for more in items.iter().chain([&json!(null), &json!("new"), &json!(5)]) {
                    let mut changed = valid.clone();
                    let list = changed.pointer_mut(&place).unwrap();
                    list.as_array_mut().unwrap().push(more.clone());
                    all.push(changed);
                }
            }
            _ => {}
        }
    }
    all
}

fn agree<T: Inspect>(contract: &str, component: &str, valid: &Value) {
    let judge = Judge::new(contract, component);
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
