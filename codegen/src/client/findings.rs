//! What the client cannot express, found in a document that does not know its lines.

use crate::diagnostic::{Code, Diagnostics, Sink};
use crate::source::{self, Node, Position};

/// Findings so far, each with the keys that lead to its place.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<(Vec<String>, String)>,
}

impl Findings {
    /// Adds one. `place` are the keys from the contract's root on; a place that does not exist counts as its nearest parent.
    pub(super) fn add(&mut self, place: &[&str], message: impl Into<String>) {
        let place = place.iter().map(|key| (*key).to_owned()).collect();
        self.list.push((place, message.into()));
    }

    /// The findings as diagnostics, each where it is in the contract's text.
    pub(super) fn finish(self, source: &str, file: &str) -> Result<(), Diagnostics> {
        let mut sink = Sink::default();
        if self.list.is_empty() {
            return Ok(());
        }
        // The text was read without a mistake before: whatever this sink finds, it has been reported.
        let root = source::parse(source, &mut Sink::default());
        for (place, message) in self.list {
            sink.add(position(root.as_ref(), &place), Code::Client, message);
        }
        sink.finish(file)
    }

    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|(place, message)| format!("{}: {message}", place.join("/")))
            .collect()
    }
}

fn position(root: Option<&Node>, place: &[String]) -> Position {
    let mut at = Position { line: 1, column: 1 };
    let mut node = root;
    for key in place {
        let Some(entry) =
            node.and_then(|node| node.entries().iter().find(|entry| entry.key == *key))
        else {
            break;
        };
        at = entry.key_at;
        node = Some(&entry.value);
    }
    at
}
