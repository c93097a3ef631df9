//! A value made of another one by a series of changes that bytes name: for fuzzing, where one byte is to make one
//! difference.

use serde_json::{Value, json};

/// Bytes that name one change: what is done, two places of two bytes each, and a word of the vocabulary, of two.
pub const BYTES: usize = 7;

/// Changes that are looked at.
const MOST: usize = 64;

/// How much a value may grow, in values.
const GROWTH: usize = 2_000;

/// Names and values that changes put in: what the readers of the value may know.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary(pub Vec<(String, Value)>);

impl Vocabulary {
    /// Reads a JSON list of lists, each a name and a value.
    ///
    /// # Panics
    ///
    /// If it is something else.
    #[must_use]
    pub fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap())
    }

    fn word(&self, number: usize) -> Option<&(String, Value)> {
        self.0.get(number % self.0.len().max(1))
    }
}

/// `value` after the changes that `bytes` name, [`BYTES`] each; a rest is left over. All bytes name something.
#[must_use]
pub fn edited(value: &Value, vocabulary: &Vocabulary, bytes: &[u8]) -> Value {
    let mut value = value.clone();
    let most = size(&value) + GROWTH;
    for edit in bytes.chunks_exact(BYTES).take(MOST) {
        if size(&value) > most {
            break;
        }
        let place = |at: usize| usize::from(u16::from_be_bytes([edit[at], edit[at + 1]]));
        change(
            &mut value,
            vocabulary,
            edit[0],
            [place(1), place(3)],
            place(5),
        );
    }
    value
}

fn change(
    root: &mut Value,
    vocabulary: &Vocabulary,
    kind: u8,
    [place, other]: [usize; 2],
    word: usize,
) {
    let Some((name, new)) = vocabulary.word(word) else {
        return;
    };
    let path = path(root, place);
    let source = at(root, &self::path(root, other)).clone();
    match kind % 10 {
        0 => {
            take(root, &path);
        }
        1 => {
            let copy = at(root, &path).clone();
            put_beside(root, &path, name, copy);
        }
        2 => {
            if let Some(moved) = take(root, &path) {
                put_beside(root, &path, name, moved);
            }
        }
        3 => *at_mut(root, &path) = new.clone(),
        4 => *at_mut(root, &path) = source,
        5 => put_in(at_mut(root, &path), name, new.clone()),
        6 => {
            let name = self::path(root, other).pop().unwrap_or_default();
            put_in(at_mut(root, &path), &name, source);
        }
        7 => {
            let copy = std::mem::replace(at_mut(root, &path), source);
            // The place may lie in what was replaced, and be gone.
            let there = self::path(root, other);
            *at_mut(root, &there) = copy;
        }
        8 => shift(at_mut(root, &path), other, new),
        _ => {
            let inner = at_mut(root, &path);
            let whole = match other % 3 {
                0 => json!([inner.take()]),
                1 => json!({ name: inner.take() }),
                _ => json!({ "allOf": [inner.take()] }),
            };
            *inner = whole;
        }
    }
}

/// Names or indices, from the root on.
type Path = Vec<String>;

/// What is directly in a value, in the order of the names: a map's own order differs between builds.
fn children(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(index, item)| (index.to_string(), item))
                .collect()
        }
        Value::Object(members) => {
            let members = members.iter();
            let mut members: Vec<_> = members.map(|(name, value)| (name.clone(), value)).collect();
            members.sort_by(|(one, _), (two, _)| one.cmp(two));
            members
        }
        _ => Vec::new(),
    }
}

/// How many values there are in a value, itself included.
fn size(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    };
    1 + inner
}

/// Where the value with this number is, counted from the root on and around.
fn path(root: &Value, number: usize) -> Path {
    let mut left = number % size(root);
    let (mut value, mut path) = (root, Path::new());
    while left > 0 {
        left -= 1;
        for (name, child) in children(value) {
            let inner = size(child);
            if left < inner {
                path.push(name);
                value = child;
                break;
            }
            left -= inner;
        }
    }
    path
}

fn child<'v>(value: &'v Value, name: &str) -> &'v Value {
    match value {
        Value::Array(items) => &items[name.parse::<usize>().unwrap()],
        value => &value[name],
    }
}

fn at<'v>(root: &'v Value, path: &[String]) -> &'v Value {
    path.iter().fold(root, |value, name| child(value, name))
}

fn at_mut<'v>(root: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter().fold(root, |value, name| match value {
        Value::Array(items) => &mut items[name.parse::<usize>().unwrap()],
        value => &mut value[name],
    })
}

/// Removes a value, which the root cannot be.
fn take(root: &mut Value, path: &[String]) -> Option<Value> {
    let (name, parent) = path.split_last()?;
    match at_mut(root, parent) {
        Value::Array(items) => Some(items.remove(name.parse().unwrap())),
        Value::Object(members) => members.remove(name),
        _ => None,
    }
}

/// Puts a value where one is or was: before it in a list, under a name in an object.
fn put_beside(root: &mut Value, path: &[String], name: &str, value: Value) {
    let Some((place, parent)) = path.split_last() else {
        return;
    };
    match at_mut(root, parent) {
        Value::Array(items) => items.insert(place.parse().unwrap(), value),
        parent => put_in(parent, name, value),
    }
}

/// Puts a value at the end of a list, or into an object.
fn put_in(parent: &mut Value, name: &str, value: Value) {
    match parent {
        Value::Array(items) => items.push(value),
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        _ => {}
    }
}

/// Another value of the same type, nearby.
fn shift(value: &mut Value, by: usize, word: &Value) {
    *value = match &*value {
        Value::Bool(truth) => json!(!truth),
        Value::Number(number) => match (number.as_i64(), by % 4) {
            (Some(number), 0) => json!(number.wrapping_add(1)),
            (Some(number), 1) => json!(number.wrapping_neg()),
            (Some(number), 2) => json!(number as f64 + 0.5),
            (Some(number), _) => json!(number.wrapping_mul(1_000_003)),
            (None, _) => json!(number.as_f64().unwrap_or_default() * 1e9),
        },
        Value::String(text) => {
            let place = text.char_indices().map(|(at, _)| at);
            let place = place
                .cycle()
                .nth(by % text.chars().count().max(1))
                .unwrap_or(0);
            let (before, after) = text.split_at(place);
            let word = word.as_str().unwrap_or_default();
            match by % 3 {
                0 => json!(format!("{before}{word}{after}")),
                1 => json!(after),
                _ => json!(before),
            }
        }
        Value::Array(items) => items.iter().rev().cloned().collect(),
        other => other.clone(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Value {
        json!({"b": [1, "x", {"c": true}], "a": null})
    }

    fn vocabulary() -> Vocabulary {
        Vocabulary::read(r#"[["n", 7], ["m", "é"]]"#)
    }

    #[test]
    fn each_kind_of_change_is_made() {
        // The root is 0, then a, b, b/0, b/1, b/2 and b/2/c.
        for (edit, expected) in [
            ([0, 0, 1, 0, 0, 0, 0], json!({"b": [1, "x", {"c": true}]})),
            (
                [1, 0, 3, 0, 0, 0, 0],
                json!({"a": null, "b": [1, 1, "x", {"c": true}]}),
            ),
            (
                [2, 0, 1, 0, 0, 0, 0],
                json!({"b": [1, "x", {"c": true}], "n": null}),
            ),
            ([3, 0, 2, 0, 0, 0, 0], json!({"a": null, "b": 7})),
            (
                [4, 0, 1, 0, 5, 0, 0],
                json!({"a": {"c": true}, "b": [1, "x", {"c": true}]}),
            ),
            (
                [5, 0, 5, 0, 0, 0, 1],
                json!({"a": null, "b": [1, "x", {"c": true, "m": "é"}]}),
            ),
            (
                [6, 0, 0, 0, 6, 0, 0],
                json!({"a": null, "b": [1, "x", {"c": true}], "c": true}),
            ),
            (
                [7, 0, 3, 0, 4, 0, 0],
                json!({"a": null, "b": ["x", 1, {"c": true}]}),
            ),
            (
                [8, 0, 6, 0, 0, 0, 0],
                json!({"a": null, "b": [1, "x", {"c": false}]}),
            ),
            (
                [8, 0, 4, 0, 0, 0, 1],
                json!({"a": null, "b": [1, "éx", {"c": true}]}),
            ),
            (
                [9, 0, 1, 0, 0, 0, 0],
                json!({"a": [null], "b": [1, "x", {"c": true}]}),
            ),
            // Counted around: 7 is the root again.
            ([0, 0, 8, 0, 0, 0, 0], json!({"b": [1, "x", {"c": true}]})),
        ] {
            assert_eq!(edited(&base(), &vocabulary(), &edit), expected, "{edit:?}");
        }
    }

    #[test]
    fn all_bytes_name_something_and_nothing_grows_without_end() {
        let mut random = 7_u32;
        for length in (0..300).map(|round| round * 3 % 400) {
            let mut bytes = vec![0; length];
            for byte in &mut bytes {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (random >> 24) as u8;
            }
            let changed = edited(&base(), &vocabulary(), &bytes);
            assert!(size(&changed) <= 2 * (GROWTH + 10));
            assert_eq!(changed, edited(&base(), &vocabulary(), &bytes));
        }
    }

    #[test]
    fn no_bytes_change_nothing() {
        assert_eq!(edited(&base(), &vocabulary(), b"123456"), base());
    }
}
