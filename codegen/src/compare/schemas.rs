//! Schemas: members, then constraints.

use super::{Comparer, Flow, Severity, Turn, component, follow};
use crate::source::{Entry, Node, Position, Value};

/// A schema with what its references and its `allOf` add.
pub(super) struct View<'n> {
    /// Every keyword but those below; the first one of a name counts.
    pub(super) words: Vec<&'n Entry>,
    pub(super) at: Position,
    properties: Vec<&'n Entry>,
    required: Vec<(&'n str, Position)>,
}

impl<'n> View<'n> {
    fn of(root: &'n Node, node: &'n Node) -> Self {
        let mut view = Self {
            words: Vec::new(),
            at: node.at,
            properties: Vec::new(),
            required: Vec::new(),
        };
        view.add(root, node, 0);
        view
    }

    fn add(&mut self, root: &'n Node, node: &'n Node, depth: usize) {
        // A schema whose `allOf` leads back to itself ends here.
        if depth > 16 {
            return;
        }
        for entry in node.entries() {
            match (entry.key.as_str(), &entry.value.value) {
                ("properties", Value::Map(members)) => self.properties.extend(members),
                ("required", Value::List(names)) => {
                    let names = names.iter();
                    self.required
                        .extend(names.filter_map(|name| Some((name.as_str()?, name.at))));
                }
                ("allOf", Value::List(parts)) => {
                    for part in parts {
                        self.add(root, follow(root, part), depth + 1);
                    }
                }
                _ if self.word(&entry.key).is_none() => self.words.push(entry),
                _ => {}
            }
        }
    }

    pub(super) fn word(&self, name: &str) -> Option<&'n Entry> {
        self.words.iter().find(|word| word.key == name).copied()
    }

    fn property(&self, name: &str) -> Option<&'n Entry> {
        self.properties.iter().find(|one| one.key == name).copied()
    }

    fn requires(&self, name: &str) -> Option<Position> {
        let found = self.required.iter().find(|(one, _)| *one == name);
        found.map(|(_, at)| *at)
    }

    fn is_closed(&self) -> bool {
        let more = self.word("additionalProperties");
        more.is_some_and(|more| matches!(more.value.value, Value::Bool(false)))
    }
}

impl<'n> Comparer<'n> {
    pub(super) fn schema(&mut self, place: &str, flow: Flow, old: &'n Node, new: &'n Node) {
        let place = component(new).unwrap_or(place);
        let (old, new) = (self.in_old(old), self.in_new(new));
        if !self.seen.insert((old.at, new.at, Some(flow))) {
            return;
        }
        self.texts(place, old, new);
        self.deprecation(place, old, new);
        let before = View::of(self.old, old);
        let now = View::of(self.new, new);
        self.properties(place, flow, &before, &now);
        self.constraints(place, flow, &before, &now);
        self.items(place, flow, &before, &now);
        self.other_members(place, flow, &before, &now);
    }

    fn properties(&mut self, place: &str, flow: Flow, before: &View<'n>, now: &View<'n>) {
        let words = flow.words();
        for was in &before.properties {
            let name = &was.key;
            let Some(is) = now.property(name) else {
                let what = format!("{place}.{name}: is removed {words}");
                self.gone(Severity::Breaking, was.key_at, what);
                continue;
            };
            match (before.requires(name), now.requires(name)) {
                (None, Some(at)) => {
                    let what = format!("{place}.{name}: is required now {words}");
                    self.now(flow.severity(Turn::Narrower), at, what);
                }
                (Some(at), None) => {
                    let what = format!("{place}.{name}: is optional now {words}");
                    self.gone(flow.severity(Turn::Wider), at, what);
                }
                _ => {}
            }
            self.schema(&format!("{place}.{name}"), flow, &was.value, &is.value);
        }
        for is in &now.properties {
            let name = &is.key;
            if before.property(name).is_some() {
                continue;
            }
            let (severity, kind) = match (flow, now.requires(name)) {
                (Flow::Request, Some(_)) => (Severity::Breaking, "is new and required"),
                _ => (Severity::Compatible, "is new"),
            };
            let what = format!("{place}.{name}: {kind} {words}");
            self.now(severity, is.key_at, what);
        }
    }

    fn items(&mut self, place: &str, flow: Flow, before: &View<'n>, now: &View<'n>) {
        if let (Some(old), Some(new)) = (before.word("items"), now.word("items")) {
            self.schema(&format!("{place}[]"), flow, &old.value, &new.value);
        }
    }

    /// `additionalProperties`.
    fn other_members(&mut self, place: &str, flow: Flow, before: &View<'n>, now: &View<'n>) {
        let name = "additionalProperties";
        let words = flow.words();
        let schema = |view: &View<'n>| {
            let word = view.word(name)?;
            matches!(word.value.value, Value::Map(_)).then_some(word)
        };
        let at = now.word(name).map_or(now.at, |word| word.key_at);
        let turn = match (schema(before), schema(now)) {
            (Some(old), Some(new)) => {
                return self.schema(&format!("{place}{{}}"), flow, &old.value, &new.value);
            }
            (None, Some(_)) if before.is_closed() => Turn::Wider,
            (None, Some(_)) => Turn::Narrower,
            (Some(_), None) if now.is_closed() => Turn::Narrower,
            (Some(_), None) => Turn::Wider,
            (None, None) => match (before.is_closed(), now.is_closed()) {
                (false, true) => Turn::Narrower,
                (true, false) => Turn::Wider,
                _ => return,
            },
        };
        let kind = if turn == Turn::Wider { "more" } else { "fewer" };
        let what = format!("{place}: {kind} unnamed members are allowed {words}");
        self.now(flow.severity(turn), at, what);
    }
}
