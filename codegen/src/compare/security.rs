//! Who may call an operation, and how often.

use std::collections::BTreeSet;

use super::{Comparer, Severity, entry, text};
use crate::source::{Entry, Node, Position, Value};

/// Schemes that are all needed; none of them: anybody.
type Alternative<'n> = BTreeSet<&'n str>;

impl<'n> Comparer<'n> {
    pub(super) fn access(&mut self, place: &str, old: &'n Entry, new: &'n Entry) {
        let before = alternatives(self.old, &old.value);
        let now = alternatives(self.new, &new.value);
        let own = entry(&new.value, "security").or_else(|| entry(self.new, "security"));
        let at = own.map_or(new.key_at, |entry| entry.key_at);
        for alternative in &before {
            if !now.iter().any(|other| other.is_subset(alternative)) {
                let what = match credentials(alternative) {
                    Some(names) => format!("{place}: {names} is no longer enough"),
                    None => format!("{place}: needs credentials now"),
                };
                self.now(Severity::Breaking, at, what);
            }
        }
        for alternative in &now {
            if !before.iter().any(|other| other.is_subset(alternative)) {
                let what = match credentials(alternative) {
                    Some(names) => format!("{place}: {names} is enough now"),
                    None => format!("{place}: needs no credentials any more"),
                };
                self.now(Severity::Compatible, at, what);
            }
        }
        self.role(place, &old.value, &new.value);
        self.idempotence(place, &old.value, &new.value);
        self.rate_limit(place, old, new);
    }

    fn role(&mut self, place: &str, old: &'n Node, new: &'n Node) {
        let name = "x-required-role";
        match (entry(old, name), entry(new, name)) {
            (Some(before), None) => {
                let what = format!("{place}: needs no role any more");
                self.gone(Severity::Compatible, before.key_at, what);
            }
            (before, Some(now)) => {
                let (was, is) = (before.map(|before| roles(&before.value)), roles(&now.value));
                let what = format!("{place}: needs the role {} now", is.join(" or "));
                match was {
                    Some(was) if was.iter().all(|role| is.contains(role)) => {
                        if was.len() < is.len() {
                            self.now(Severity::Compatible, now.key_at, what);
                        }
                    }
                    _ => self.now(Severity::Breaking, now.key_at, what),
                }
            }
            (None, None) => {}
        }
    }

    /// Clients repeat what is idempotent.
    fn idempotence(&mut self, place: &str, old: &'n Node, new: &'n Node) {
        let name = "x-idempotent";
        let (before, now) = (super::flag(old, name), super::flag(new, name));
        if let Some(entry) = entry(new, name).filter(|_| now && !before) {
            let what = format!("{place}: may be repeated now");
            self.now(Severity::Compatible, entry.key_at, what);
        }
        if let Some(entry) = entry(old, name).filter(|_| before && !now) {
            let what = format!("{place}: may not be repeated any more");
            self.gone(Severity::Breaking, entry.key_at, what);
        }
    }

    /// Limits may change at any time: whoever meets one is told so in the answer, by a status that is declared anyway.
    fn rate_limit(&mut self, place: &str, old: &'n Entry, new: &'n Entry) {
        let name = "x-rate-limit";
        let (before, now) = (text(&old.value, name), text(&new.value, name));
        if before != now {
            let what = format!("{place}: another rate limit");
            self.now(Severity::Compatible, at(new, name), what);
        } else if let Some(limit) = now {
            let numbers = |root: &'n Node| root.get("x-rate-limits")?.get(limit);
            let (was, is) = (numbers(self.old), numbers(self.new));
            if was.map(Node::to_json) != is.map(Node::to_json) {
                let at = is.map_or(new.key_at, |node| node.at);
                let what = format!("the rate limit `{limit}`: other numbers");
                self.now(Severity::Compatible, at, what);
            }
        }
    }

    /// How credentials are sent.
    pub(super) fn schemes(&mut self) {
        let schemes = |root: &'n Node| {
            root.get("components")
                .and_then(|components| components.get("securitySchemes"))
                .map(Node::entries)
                .unwrap_or_default()
        };
        let before = schemes(self.old);
        for now in schemes(self.new) {
            let Some(old) = before.iter().find(|old| old.key == now.key) else {
                continue;
            };
            let place = format!("the security scheme `{}`", now.key);
            for part in ["type", "scheme", "in", "name"] {
                let (was, is) = (text(&old.value, part), entry(&now.value, part));
                let is_text = is.and_then(|entry| entry.value.as_str());
                // Schemes are case-insensitive (RFC 9110, section 11.1).
                if was.map(str::to_lowercase) != is_text.map(str::to_lowercase) {
                    let at = is.map_or(now.key_at, |entry| entry.key_at);
                    self.now(Severity::Breaking, at, format!("{place}: another `{part}`"));
                }
            }
            self.texts(&place, &old.value, &now.value);
        }
    }
}

fn alternatives<'n>(root: &'n Node, operation: &'n Node) -> Vec<Alternative<'n>> {
    let security = operation.get("security").or_else(|| root.get("security"));
    let found: Vec<_> = match security.map(|node| &node.value) {
        Some(Value::List(items)) => items
            .iter()
            .map(|item| {
                item.entries()
                    .iter()
                    .map(|entry| entry.key.as_str())
                    .collect()
            })
            .collect(),
        _ => Vec::new(),
    };
    if found.is_empty() {
        vec![Alternative::new()]
    } else {
        found
    }
}

/// The roles of which one is enough, as they are shown.
fn roles(node: &Node) -> Vec<String> {
    let words = match &node.value {
        Value::List(words) => words.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let words = words.iter().filter_map(Node::as_str);
    words.map(|word| format!("`{word}`")).collect()
}

/// The names of the schemes; none if none is needed.
fn credentials(alternative: &Alternative<'_>) -> Option<String> {
    let names: Vec<_> = alternative.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| names.join(" with "))
}

/// Where a member stands, or else its owner.
pub(super) fn at(owner: &Entry, name: &str) -> Position {
    entry(&owner.value, name).map_or(owner.key_at, |entry| entry.key_at)
}
