//! Parameters of paths, queries, headers and cookies.

use super::{Comparer, Flow, Severity, flag, text};
use crate::source::{Entry, Node, Position, Value};

/// A parameter, and where it stands: in the list, not where a reference leads.
struct Found<'n> {
    at: Position,
    place: &'n str,
    name: String,
    node: &'n Node,
}

impl<'n> Comparer<'n> {
    pub(super) fn parameters(
        &mut self,
        operation: &str,
        (old_path, old): (&'n Node, &'n Node),
        (new_path, new): (&'n Node, &'n Node),
    ) {
        let before = found(self.old, old_path, old);
        let now = found(self.new, new_path, new);
        for was in &before {
            let shown = format!("{operation}, {} parameter `{}`", was.place, was.name);
            let same = |is: &&Found<'_>| is.place == was.place && is.name == was.name;
            match now.iter().find(same) {
                Some(is) => self.parameter(&shown, was, is),
                None => self.gone(Severity::Breaking, was.at, format!("{shown}: is removed")),
            }
        }
        for is in &now {
            let same = |was: &Found<'_>| is.place == was.place && is.name == was.name;
            if !before.iter().any(same) {
                let (severity, kind) = if flag(is.node, "required") {
                    (Severity::Breaking, "is new and required")
                } else {
                    (Severity::Compatible, "is new")
                };
                let what = format!("{operation}, {} parameter `{}`: {kind}", is.place, is.name);
                self.now(severity, is.at, what);
            }
        }
    }

    fn parameter(&mut self, shown: &str, was: &Found<'n>, is: &Found<'n>) {
        if !self.seen.insert((was.node.at, is.node.at, None)) {
            return;
        }
        self.texts(shown, was.node, is.node);
        self.deprecation(shown, was.node, is.node);
        match (flag(was.node, "required"), flag(is.node, "required")) {
            (false, true) => {
                let what = format!("{shown}: is required now");
                self.now(Severity::Breaking, is.node.at, what);
            }
            (true, false) => {
                let what = format!("{shown}: is optional now");
                self.now(Severity::Compatible, is.node.at, what);
            }
            _ => {}
        }
        for name in ["style", "explode", "allowReserved"] {
            let value = |node: &Node| node.get(name).map(Node::to_json);
            if value(was.node) != value(is.node) {
                let what = format!("{shown}: another `{name}`");
                self.now(Severity::Breaking, is.node.at, what);
            }
        }
        if let (Some(old), Some(new)) = (was.node.get("schema"), is.node.get("schema")) {
            self.schema(shown, Flow::Request, old, new);
        }
    }

    /// Response headers.
    pub(super) fn headers(&mut self, place: &str, old: &'n Node, new: &'n Node) {
        let empty: &[Entry] = &[];
        let before = old.get("headers").map_or(empty, Node::entries);
        let now = new.get("headers").map_or(empty, Node::entries);
        let same = |a: &Entry, b: &Entry| a.key.eq_ignore_ascii_case(&b.key);
        for was in before {
            let shown = format!("{place}, header `{}`", was.key);
            let Some(is) = now.iter().find(|is| same(was, is)) else {
                self.gone(
                    Severity::Breaking,
                    was.key_at,
                    format!("{shown}: is removed"),
                );
                continue;
            };
            let (old, new) = (self.in_old(&was.value), self.in_new(&is.value));
            if !self.seen.insert((old.at, new.at, None)) {
                continue;
            }
            self.texts(&shown, old, new);
            match (flag(old, "required"), flag(new, "required")) {
                (true, false) => {
                    let what = format!("{shown}: may be missing now");
                    self.now(Severity::Breaking, new.at, what);
                }
                (false, true) => {
                    let what = format!("{shown}: is always there now");
                    self.now(Severity::Compatible, new.at, what);
                }
                _ => {}
            }
            if let (Some(old), Some(new)) = (old.get("schema"), new.get("schema")) {
                self.schema(&shown, Flow::Response, old, new);
            }
        }
        for is in now {
            if !before.iter().any(|was| same(was, is)) {
                let what = format!("{place}, header `{}`: is new", is.key);
                self.now(Severity::Compatible, is.key_at, what);
            }
        }
    }
}

/// The parameters of an operation: its own, and those of its path that it does not redefine.
fn found<'n>(root: &'n Node, path: &'n Node, operation: &'n Node) -> Vec<Found<'n>> {
    let mut all: Vec<Found<'n>> = Vec::new();
    for owner in [operation, path] {
        let Some(Value::List(items)) = owner.get("parameters").map(|node| &node.value) else {
            continue;
        };
        for item in items {
            let node = super::follow(root, item);
            let (Some(place), Some(name)) = (text(node, "in"), text(node, "name")) else {
                continue;
            };
            // Header names are case-insensitive (RFC 9110, section 5.1).
            let name = if place == "header" {
                name.to_lowercase()
            } else {
                name.to_owned()
            };
            if !all
                .iter()
                .any(|other| other.place == place && other.name == name)
            {
                all.push(Found {
                    at: item.at,
                    place,
                    name,
                    node,
                });
            }
        }
    }
    all
}
