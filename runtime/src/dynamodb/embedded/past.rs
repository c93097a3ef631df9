//! What eventually consistent reads were answered, so that one can be answered so once more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::dispatch::Answer;
use super::faults::Call;

/// Operations that read what may be behind, unless they ask for consistency.
const READS: [&str; 3] = ["BatchGetItem", "GetItem", "Query"];

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

/// The last answer to each read.
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<HashMap<Read, Answer>>);

impl Past {
    /// What the same read was answered the last time.
    pub(super) fn answer(&self, read: &Read) -> Option<Answer> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(read).cloned()
    }

    /// Remembers what a read was answered just now.
    pub(super) fn keep(&self, read: Read, answer: &Answer) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(read, answer.clone());
    }
}
