//! What an operation answers.

use super::{Comparer, Flow, Severity, component};
use crate::source::{Entry, Node};

impl<'n> Comparer<'n> {
    pub(super) fn responses(&mut self, operation: &str, old: &'n Entry, new: &'n Entry) {
        let empty: &[Entry] = &[];
        let before = old.value.get("responses").map_or(empty, Node::entries);
        let now = new.value.get("responses").map_or(empty, Node::entries);
        for was in before {
            match now.iter().find(|is| is.key == was.key) {
                Some(is) => self.response(operation, was, is),
                None => {
                    let what = format!("{operation}: the status {} is removed", was.key);
                    self.gone(Severity::Breaking, was.key_at, what);
                }
            }
        }
        for is in now {
            if !before.iter().any(|was| was.key == is.key) {
                let what = format!("{operation}: the status {} is new", is.key);
                self.now(Severity::Compatible, is.key_at, what);
            }
        }
    }

    fn response(&mut self, operation: &str, was: &'n Entry, is: &'n Entry) {
        let (old, new) = (self.in_old(&was.value), self.in_new(&is.value));
        if !self.seen.insert((old.at, new.at, Some(Flow::Response))) {
            return;
        }
        let place = match component(&is.value) {
            Some(name) => format!("the response `{name}`"),
            None => format!("{operation}, status {}", is.key),
        };
        self.texts(&place, old, new);
        self.headers(&place, old, new);
        self.content(&place, Flow::Response, old, new);
    }
}
