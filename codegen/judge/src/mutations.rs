//! Values like a valid one, most of them not valid.

mod bounds;

use serde_json::{Value, json};

pub use bounds::at_the_bounds;

use crate::member;

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
        " ",
        "\t\r\n",
        "\u{a0}",
        "\u{2028}",
        "\u{feff}",
        "\u{85}",
        "\u{180e}",
        "\u{200b}",
        " http://example.com/",
        "HTTP://EXAMPLE.COM/",
        "https://example.com/ä",
        "name@exämple.com",
        "\"a b\"@example.com",
        "name@[127.0.0.1]",
        "name@localhost",
        "name@example.com ",
        "2026-01-31T12:00:00z",
        "2016-12-31T23:59:60Z",
        "2026-06-30T12:00:60Z",
        "2017-01-01T01:59:60+02:00",
        "2017-01-01T23:59:60+02:00",
        "2026-01-15T23:59:60Z",
        "2026-01-31T12:00:61Z",
        "2026-01-31T12:00:00-00:00",
        "01890A5D-AC96-774B-BCCE-B302099A8057",
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
        let here = member("", name);
        all.extend(places(part).into_iter().map(|rest| format!("{here}{rest}")));
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

/// A value with every change of one place: other values, some of them of other types, members and
/// items removed and added. The value itself comes first.
#[must_use]
pub fn mutations(valid: &Value) -> Vec<Value> {
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
