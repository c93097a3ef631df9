//! Sound contracts with one change: a line or a value less, twice, or of another kind.

use serde_json::{Value, json};

use super::{EVERYTHING, NOTES, ROOT, every, survives};

/// Every contract without, and with twice, each `step`-th line.
fn lines(source: &str, step: usize) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let mut accepted = 0;
    for index in (0..lines.len()).step_by(step) {
        let mut without = lines.clone();
        without.remove(index);
        accepted += usize::from(survives(&without.join("\n")));
        let mut twice = lines.clone();
        twice.insert(index, lines[index]);
        accepted += usize::from(survives(&twice.join("\n")));
        let mut moved = lines.clone();
        let shifted = format!("  {}", lines[index]);
        moved[index] = &shifted;
        accepted += usize::from(survives(&moved.join("\n")));
    }
    accepted
}

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), all);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{at}/{name}"), all);
            }
        }
        _ => {}
    }
}

/// Every contract with each `step`-th value replaced by others, removed, or named otherwise.
fn values(source: &str, step: usize) -> usize {
    let generated = contract_codegen::generate(source, "openapi.yml").unwrap();
    let contract: Value = serde_json::from_str(&generated.json).unwrap();
    let mut all = Vec::new();
    pointers(&contract, "", &mut all);
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(i64::MIN),
        json!("x"),
        json!(""),
        json!("#/components/schemas/Problem"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"$ref": "#/components/schemas/Problem"}),
        json!({"type": "string"}),
    ];
    let mut accepted = 0;
    for pointer in all.iter().step_by(step) {
        for other in &others {
            let mut changed = contract.clone();
            *changed.pointer_mut(pointer).unwrap() = other.clone();
            accepted += usize::from(survives(&changed.to_string()));
        }
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            continue;
        };
        let mut without = contract.clone();
        let Value::Object(members) = without.pointer_mut(parent).unwrap() else {
            continue;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        let value = members.remove(&name).unwrap();
        accepted += usize::from(survives(&without.to_string()));
        let mut renamed = without;
        renamed.pointer_mut(parent).unwrap()[format!("{name}x")] = value;
        accepted += usize::from(survives(&renamed.to_string()));
    }
    accepted
}

#[test]
fn a_line_less_or_twice() {
    assert!(lines(NOTES, every(3)) > 0);
    lines(EVERYTHING, every(19));
    lines(ROOT, every(131));
}

#[test]
fn a_value_of_another_kind() {
    assert!(values(NOTES, every(29)) > 0);
    values(EVERYTHING, every(149));
    values(ROOT, every(997));
}
