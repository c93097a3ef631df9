//! `uniqueItems`, in time that grows with the list and not with its square: a body of half a
//! megabyte can hold a hundred thousand items.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use serde::Serialize;
use serde_json::Value;

use crate::violation::{At, Report};

/// Lists of up to this many items are compared item by item, without any allocation.
const FEW: usize = 32;

/// `uniqueItems` of values that were read, which is what an operation gets. It is stricter than JSON Schema, which compares what was
/// sent: two spellings of one UUID or of one instant are a repetition here, and items that differ only in members that their
/// schema does not name, or in whether a default was written out, are one.
pub fn unique<T: PartialEq + Serialize>(items: &[T], at: &At<'_>, report: &mut Report) {
    let repeated = if items.len() <= FEW {
        (1..items.len()).find(|index| items[..*index].contains(&items[*index]))
    } else {
        first_repeated(items)
    };
    if let Some(index) = repeated {
        report.add(&at.index(index), "must not repeat an earlier item");
    }
}

/// `uniqueItems` of JSON values: numbers are equal if they are worth the same, however written
/// (JSON Schema draft 4, core, section 3.6).
pub fn unique_values(items: &[Value], at: &At<'_>, report: &mut Report) {
    let items: Vec<Worth<'_>> = items.iter().map(Worth).collect();
    unique(&items, at, report);
}

/// A value that is equal to those worth the same.
#[derive(Serialize)]
struct Worth<'v>(&'v Value);

impl PartialEq for Worth<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Value::Number(one), Value::Number(two)) => {
                one == two
                    // Integers that differ may have one floating-point form.
                    || ((one.is_f64() || two.is_f64()) && one.as_f64() == two.as_f64())
            }
            (Value::Array(one), Value::Array(two)) => {
                let mut pairs = one.iter().zip(two);
                one.len() == two.len() && pairs.all(|(one, two)| Worth(one) == Worth(two))
            }
            (Value::Object(one), Value::Object(two)) => {
                let same = |(name, member): (&String, &Value)| {
                    two.get(name)
                        .is_some_and(|other| Worth(member) == Worth(other))
                };
                one.len() == two.len() && one.iter().all(same)
            }
            (one, two) => one == two,
        }
    }
}

/// Compares only items whose JSON has the same hash.
fn first_repeated<T: PartialEq + Serialize>(items: &[T]) -> Option<usize> {
    let hasher = RandomState::new();
    let mut known: HashMap<u64, Vec<usize>> = HashMap::with_capacity(items.len());
    (0..items.len()).find(|index| {
        let item = &items[*index];
        let hash = serde_json::to_value(item).map_or(0, |value| hash(&value, &hasher));
        let alike = known.entry(hash).or_default();
        let repeated = alike.iter().any(|earlier| items[*earlier] == *item);
        alike.push(*index);
        repeated
    })
}

/// A hash that equal values share, whatever the order of their members. (Randomly keyed, so that
/// nobody can choose items of one hash.)
fn hash(value: &Value, hasher: &RandomState) -> u64 {
    match value {
        Value::Null => 0,
        Value::Bool(truth) => hasher.hash_one(truth),
        Value::Number(number) => hasher.hash_one(number.as_f64().map(|number| {
            // Zero is zero, with a sign or without.
            if number == 0.0 { 0 } else { number.to_bits() }
        })),
        Value::String(text) => hasher.hash_one(text),
        Value::Array(items) => {
            let parts: Vec<u64> = items.iter().map(|item| hash(item, hasher)).collect();
            hasher.hash_one(parts)
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| hasher.hash_one((name, hash(member, hasher))))
            .fold(1, u64::wrapping_add),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn repeated<T: PartialEq + Serialize>(items: &[T]) -> Option<String> {
        let mut report = Report::new();
        unique(items, &At::Body, &mut report);
        let violations = report.into_violations();
        violations.first().map(|first| first.pointer.clone())
    }

    #[test]
    fn names_the_repeated_item() {
        assert_eq!(repeated(&["a", "b", "a"]), Some("/2".to_owned()));
        assert_eq!(repeated::<i64>(&[]), None);
        assert_eq!(repeated(&[0.0, -0.0]), Some("/1".to_owned()));
    }

    #[test]
    fn spellings_of_one_value_are_a_repetition() {
        let ids = [
            "01890A5D-AC96-774B-BCCE-B302099A8057",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ];
        let ids = ids.map(|text| text.parse::<uuid::Uuid>().unwrap());
        assert_eq!(repeated(&ids), Some("/1".to_owned()));
        let times = ["2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00"];
        let times = times.map(|text| text.parse::<crate::format::DateTime>().unwrap());
        assert_eq!(repeated(&times), Some("/1".to_owned()));
        // In a long list too.
        let many = (0..40).map(|minute| format!("2026-01-31T11:{minute:02}:00Z"));
        let mut many: Vec<crate::format::DateTime> =
            many.map(|text| text.parse().unwrap()).collect();
        many.extend(times);
        assert_eq!(repeated(&many), Some("/41".to_owned()));
    }

    #[test]
    fn long_lists_are_compared_alike() {
        let mut items: Vec<Value> = (0..100).map(|number| json!({"a": [number, "x"]})).collect();
        assert_eq!(repeated(&items), None);
        items.push(json!({"a": [7, "x"]}));
        assert_eq!(repeated(&items), Some("/100".to_owned()));
        let mut numbers: Vec<f64> = (0..100).map(f64::from).collect();
        numbers.push(-0.0);
        assert_eq!(repeated(&numbers), Some("/100".to_owned()));
    }

    #[test]
    fn numbers_are_what_they_are_worth() {
        let repeated = |items: Value| {
            let mut report = Report::new();
            unique_values(items.as_array().unwrap(), &At::Body, &mut report);
            !report.is_empty()
        };
        assert!(repeated(json!([1, 1.0])));
        assert!(repeated(json!([{"a": [1]}, {"a": [1.0]}])));
        assert!(!repeated(json!([
            9007199254740993_i64,
            9007199254740992_i64
        ])));
        assert!(!repeated(json!([1, true, "1", [1]])));
        let mut many: Vec<Value> = (0..100).map(Value::from).collect();
        many.push(json!(5.0));
        assert!(repeated(many.into()));
    }

    #[test]
    fn a_hundred_thousand_items_take_no_time() {
        let items: Vec<u32> = (0..100_000).collect();
        let start = std::time::Instant::now();
        assert_eq!(repeated(&items), None);
        assert!(start.elapsed().as_secs() < 5);
    }
}
