//! What people read: texts, examples, links and other people's extensions.

use super::{Comparer, Severity, entry};
use crate::source::{EXTENSIONS, Node};

const TEXTS: [&str; 10] = [
    "bearerFormat",
    "contact",
    "description",
    "example",
    "examples",
    "externalDocs",
    "license",
    "links",
    "summary",
    "title",
];

pub(super) fn is_text(name: &str) -> bool {
    TEXTS.contains(&name) || (name.starts_with("x-") && !EXTENSIONS.contains(&name))
}

impl<'n> Comparer<'n> {
    /// The texts beside one another in an object.
    pub(super) fn texts(&mut self, place: &str, old: &'n Node, new: &'n Node) {
        for now in new.entries().iter().filter(|now| is_text(&now.key)) {
            match old.get(&now.key) {
                Some(before) if before.to_json() == now.value.to_json() => {}
                Some(_) => {
                    let what = format!("{place}: another `{}`", now.key);
                    self.now(Severity::Documentation, now.key_at, what);
                }
                None => {
                    let what = format!("{place}: `{}` added", now.key);
                    self.now(Severity::Documentation, now.key_at, what);
                }
            }
        }
        for before in old.entries().iter().filter(|before| is_text(&before.key)) {
            if entry(new, &before.key).is_none() {
                let what = format!("{place}: `{}` removed", before.key);
                self.gone(Severity::Documentation, before.key_at, what);
            }
        }
    }

    /// What is said about the contract as a whole.
    pub(super) fn about(&mut self) {
        let (old, new) = (self.old, self.new);
        self.texts("the contract", old, new);
        if let (Some(old), Some(new)) = (old.get("info"), new.get("info")) {
            self.texts("info", old, new);
        }
        for name in ["tags", "servers"] {
            let before = old.get(name).map(Node::to_json);
            if let Some(now) = entry(new, name)
                && before != Some(now.value.to_json())
            {
                self.now(
                    Severity::Documentation,
                    now.key_at,
                    format!("the contract: other `{name}`"),
                );
            }
        }
    }
}
