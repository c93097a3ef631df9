//! Words for libFuzzer to put into inputs (its documentation, "Dictionaries").

use std::collections::BTreeSet;

use serde_json::Value;

/// Longer texts are no words.
const LONGEST: usize = 64;

/// Every name and text in JSON documents, a line each.
pub(super) fn of(documents: &[Value]) -> String {
    let mut words = BTreeSet::new();
    for document in documents {
        collect(document, &mut words);
    }
    let words = words
        .into_iter()
        .filter(|word| (1..=LONGEST).contains(&word.len()));
    words.map(|word| line(&word)).collect()
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(members) => {
            for (name, member) in members {
                words.insert(name.clone());
                collect(member, words);
            }
        }
        _ => {}
    }
}

fn line(word: &str) -> String {
    let mut line = String::from("\"");
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' => line.extend(['\\', char::from(byte)]),
            b' '..=b'~' => line.push(char::from(byte)),
            _ => line.push_str(&format!("\\x{byte:02X}")),
        }
    }
    line + "\"\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_texts_are_words() {
        let document = json!({"a": ["é\"\\", 1, "a", ""], "b": "x".repeat(65)});
        assert_eq!(of(&[document]), "\"a\"\n\"b\"\n\"\\xC3\\xA9\\\"\\\\\"\n");
    }
}
