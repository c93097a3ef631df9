//! What eventually consistent reads were answered, so that one can be answered so once more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::dispatch::Answer;
use super::faults::Call;

/// Operations that read what may be behind, unless they ask for consistency.
const READS: [&str; 3] = ["BatchGetItem", "GetItem", "Query"];

/// Reads whose answers are remembered: more than any test makes that looks at them.
const MOST: usize = 4_096;

/// A read that may miss the latest writes: its operation and its body, equal whatever order the SDK wrote members in.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Read(String, Value);

impl Read {
    pub(super) fn of(call: &Call<'_>) -> Option<Self> {
        if !READS.contains(&call.operation) {
            return None;
        }
        let body: Value = serde_json::from_slice(call.body).ok()?;
        let consistent = |part: &Value| part["ConsistentRead"] == true;
        let mut tables = body["RequestItems"].as_object().into_iter().flatten();
        let eventual = !consistent(&body) && !tables.any(|(_, table)| consistent(table));
        eventual.then(|| Self(call.operation.to_owned(), body))
    }
}

/// The last answer to each read, of up to [`MOST`].
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<HashMap<Read, Answer>>);

impl Past {
    /// What the same read was answered the last time.
    pub(super) fn answer(&self, read: &Read) -> Option<Answer> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(read).cloned()
    }

    /// Remembers what a read was answered just now. Before there are too many, all others are forgotten: the next of each
    /// is a first one again.
    pub(super) fn keep(&self, read: Read, answer: &Answer) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() == MOST && !answers.contains_key(&read) {
            answers.clear();
        }
        answers.insert(read, answer.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_answers_are_remembered() {
        let past = Past::default();
        let read = |number: usize| {
            let body = serde_json::json!({ "Key": number }).to_string();
            Read::of(&Call {
                operation: "GetItem",
                body: body.as_bytes(),
            })
            .unwrap()
        };
        let answer = |status| Answer {
            status,
            body: Vec::new(),
        };
        for number in 0..MOST {
            past.keep(read(number), &answer(200));
        }
        // One that is known takes no room.
        past.keep(read(0), &answer(201));
        assert_eq!(past.answer(&read(0)).unwrap().status, 201);
        assert!(past.answer(&read(MOST - 1)).is_some());
        past.keep(read(MOST), &answer(200));
        assert!(past.answer(&read(MOST)).is_some() && past.answer(&read(0)).is_none());
        assert_eq!(past.0.lock().unwrap().len(), 1);
    }
}
