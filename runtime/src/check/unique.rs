//! `uniqueItems`, in time that grows with the list and not with its square: a body of half a
//! megabyte can hold a hundred thousand items.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use serde::Serialize;
use serde_json::Value;

use crate::violation::{At, Report};

/// Lists of up to this many items are compared item by item, without any allocation.
const FEW: usize = 32;

/// `uniqueItems`.
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
    fn a_hundred_thousand_items_take_no_time() {
        let items: Vec<u32> = (0..100_000).collect();
        let start = std::time::Instant::now();
        assert_eq!(repeated(&items), None);
        assert!(start.elapsed().as_secs() < 5);
    }
}
