//! Reading the members of a mapping: each is taken by name, and what nobody took is reported.

use super::{Entry, Node, Position, Value, closest};
use crate::diagnostic::{Code, Sink};

/// This generator's own extensions. Another `x-` field is somebody else's and passes, unless it
/// looks like one of these misspelt.
pub(crate) const EXTENSIONS: &[&str] = &[
    "x-body-limit",
    "x-error-event",
    "x-error-fields",
    "x-error-schema",
    "x-handler",
    "x-idempotent",
    "x-mcp",
    "x-rate-limit",
    "x-rate-limits",
    "x-required-role",
];

/// The members of a mapping that have not been taken yet.
pub(crate) struct Fields<'n> {
    /// Where the mapping begins.
    pub(crate) at: Position,
    what: &'static str,
    entries: &'n [Entry],
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The members of a mapping, or a diagnostic that `what` should be one.
    pub(crate) fn of(node: &'n Node, what: &'static str, sink: &mut Sink) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let message = format!("{what} must be a mapping, not {}", kind_of(&node.value));
            sink.add(node.at, Code::WrongType, message);
            return None;
        };
        Some(Self {
            at: node.at,
            what,
            entries,
            known: Vec::new(),
        })
    }

    fn find(&mut self, name: &'static str) -> Option<&'n Entry> {
        self.known.push(name);
        self.entries.iter().find(|entry| entry.key == name)
    }

    /// A member, if it is there.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'n Node> {
        self.find(name).map(|entry| &entry.value)
    }

    /// A member's name and value, if it is there.
    pub(crate) fn entry(&mut self, name: &'static str) -> Option<&'n Entry> {
        self.find(name)
    }

    /// A member that must be there.
    pub(crate) fn require(&mut self, name: &'static str, sink: &mut Sink) -> Option<&'n Node> {
        let found = self.take(name);
        if found.is_none() {
            let message = format!("{} needs `{name}`; add it", self.what);
            sink.add(self.at, Code::MissingField, message);
        }
        found
    }

    /// A string, if it is there.
    pub(crate) fn text(&mut self, name: &'static str, sink: &mut Sink) -> Option<&'n str> {
        let node = self.take(name)?;
        text_of(node, name, sink)
    }

    /// A boolean, false if it is not there.
    pub(crate) fn flag(&mut self, name: &'static str, sink: &mut Sink) -> bool {
        self.choice(name, sink).unwrap_or_default()
    }

    /// A boolean, if it is there.
    pub(crate) fn choice(&mut self, name: &'static str, sink: &mut Sink) -> Option<bool> {
        let node = self.take(name)?;
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        wrong(node, name, "true or false", sink);
        None
    }

    /// A whole number of 0 or more, if it is there.
    pub(crate) fn count(&mut self, name: &'static str, sink: &mut Sink) -> Option<usize> {
        let node = self.take(name)?;
        let count = match node.value {
            Value::Integer(integer) => usize::try_from(integer).ok(),
            _ => None,
        };
        if count.is_none() {
            wrong(node, name, "a whole number of 0 or more", sink);
        }
        count
    }

    /// The items of a list; none if it is not there.
    pub(crate) fn list(&mut self, name: &'static str, sink: &mut Sink) -> &'n [Node] {
        match self.take(name) {
            None => &[],
            Some(Node {
                value: Value::List(items),
                ..
            }) => items,
            Some(node) => {
                wrong(node, name, "a list", sink);
                &[]
            }
        }
    }

    /// The members of a mapping; none if it is not there.
    pub(crate) fn map(&mut self, name: &'static str, sink: &mut Sink) -> &'n [Entry] {
        match self.take(name) {
            None => &[],
            Some(Node {
                value: Value::Map(entries),
                ..
            }) => entries,
            Some(node) => {
                wrong(node, name, "a mapping", sink);
                &[]
            }
        }
    }

    /// Whether `properties` has a member of this name, with mistakes or not.
    pub(crate) fn at_property(&self, name: &str) -> bool {
        let properties = self.entries.iter().find(|entry| entry.key == "properties");
        properties.is_some_and(|entry| entry.value.get(name).is_some())
    }

    /// Accepts members that only document, if they are what OpenAPI says.
    pub(crate) fn ignore(&mut self, names: &[&'static str], sink: &mut Sink) {
        for name in names {
            let Some(node) = self.take(name) else {
                continue;
            };
            let (sound, expected) = match *name {
                "deprecated" | "explode" => (matches!(node.value, Value::Bool(_)), "true or false"),
                "contact" | "examples" | "externalDocs" | "license" | "links" => {
                    (matches!(node.value, Value::Map(_)), "a mapping")
                }
                // Not looked at: these belong to a schema whose readers have seen them.
                "default" | "example" | "nullable" => (true, ""),
                _ => (node.as_str().is_some(), "a string; put it in quotes"),
            };
            if !sound {
                wrong(node, name, expected, sink);
            }
        }
    }

    /// Refuses, by name, members that OpenAPI allows and this generator does not enforce. Each
    /// comes with what to write instead.
    pub(crate) fn refuse(&mut self, names: &[(&'static str, &str)], sink: &mut Sink) {
        for (name, instead) in names {
            if let Some(entry) = self.find(name) {
                let message = format!("`{name}` is not supported: {instead}");
                sink.add(entry.key_at, Code::Unsupported, message);
            }
        }
    }

    /// Reports every member that was not taken.
    pub(crate) fn finish(self, sink: &mut Sink) {
        for entry in self.entries {
            let key = entry.key.as_str();
            if self.known.contains(&key) {
                continue;
            }
            let extension = key.starts_with("x-");
            let known = self
                .known
                .iter()
                .copied()
                .chain(EXTENSIONS.iter().copied().filter(|_| extension));
            let message = match closest(key, known) {
                Some(similar) if similar == key => {
                    format!("`{key}` does not belong into {}; move it", self.what)
                }
                Some(similar) => format!(
                    "`{key}` is not a field of {}; did you mean `{similar}`?",
                    self.what
                ),
                None if extension => continue,
                None => format!(
                    "`{key}` is not a field that is enforced in {}; remove it",
                    self.what
                ),
            };
            sink.add(entry.key_at, Code::UnknownField, message);
        }
    }
}

/// The text of a string.
pub(crate) fn text_of<'n>(node: &'n Node, name: &str, sink: &mut Sink) -> Option<&'n str> {
    let text = node.as_str();
    if text.is_none() {
        wrong(node, name, "a string; put it in quotes", sink);
    }
    text
}

fn wrong(node: &Node, name: &str, expected: &str, sink: &mut Sink) {
    let message = format!(
        "`{name}` must be {expected} (found {})",
        kind_of(&node.value)
    );
    sink.add(node.at, Code::WrongType, message);
}

/// What a value is, in words.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Integer(_) | Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}
