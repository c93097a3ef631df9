//! From the source tree to the checked model. Every reader goes on after a mistake, so that one
//! run finds them all.

mod components;
mod constraints;
mod contract;
mod operations;
mod parameters;
mod promises;
mod responses;
mod schemas;
mod security;
mod values;

use std::collections::HashMap;

use crate::diagnostic::{Code, Sink};
use crate::model::{Contract, NamedSchema, PatternId};
use crate::source::{Fields, Node, Position, closest};

/// Reads a contract. The model is complete only if nothing was reported.
pub(crate) fn read(root: &Node, sink: &mut Sink) -> Contract {
    let mut reader = Reader::new(root, sink);
    reader.contract();
    let mut contract = reader.contract;
    contract.schemas = reader.schemas.into_iter().flatten().collect();
    contract
}

/// What the readers share.
struct Reader<'n, 's> {
    root: &'n Node,
    sink: &'s mut Sink,
    contract: Contract,
    /// `None` while a schema is being read.
    schemas: Vec<Option<NamedSchema>>,
    components: HashMap<&'n str, components::Component>,
    /// Names of schemas in Rust, with where they come from.
    type_names: HashMap<String, Position>,
    patterns: HashMap<String, PatternId>,
}

impl<'n, 's> Reader<'n, 's> {
    fn new(root: &'n Node, sink: &'s mut Sink) -> Self {
        Self {
            root,
            sink,
            contract: Contract::default(),
            schemas: Vec::new(),
            components: HashMap::new(),
            type_names: HashMap::new(),
            patterns: HashMap::new(),
        }
    }

    fn report(&mut self, at: Position, code: Code, message: impl Into<String>) {
        self.sink.add(at, code, message);
    }

    /// The members of a mapping, or a diagnostic.
    fn fields(&mut self, node: &'n Node, what: &'static str) -> Option<Fields<'n>> {
        Fields::of(node, what, self.sink)
    }

    /// The name behind a node's `$ref`, if it has one.
    ///
    /// A reference stands alone: OpenAPI 3.0 ignores whatever is beside it, so that is reported.
    fn reference(&mut self, node: &'n Node) -> Option<&'n Node> {
        let target = node.get("$ref")?;
        for entry in node.entries().iter().filter(|entry| entry.key != "$ref") {
            let message = format!(
                "`{}` beside `$ref` has no effect in OpenAPI 3.0; put the reference into `allOf: [...]` or remove this",
                entry.key
            );
            self.report(entry.key_at, Code::UnknownField, message);
        }
        Some(target)
    }

    /// Follows a reference into a section of `components`: the component's name and node.
    fn resolve(&mut self, target: &'n Node, section: &str) -> Option<(&'n str, &'n Node)> {
        let text = crate::source::text_of(target, "$ref", self.sink)?;
        let prefix = format!("#/components/{section}/");
        let Some(name) = text.strip_prefix(&prefix) else {
            let message = format!(
                "`{text}` cannot be used here; write `{prefix}NAME` (components of this file only)"
            );
            self.report(target.at, Code::Reference, message);
            return None;
        };
        let members = self
            .root
            .get("components")
            .and_then(|node| node.get(section));
        let entries = members.map_or(&[][..], Node::entries);
        let Some(entry) = entries.iter().find(|entry| entry.key == name) else {
            let similar = closest(name, entries.iter().map(|entry| entry.key.as_str()));
            let hint = similar.map_or_else(
                || format!("add it under components/{section}"),
                |similar| format!("did you mean `{similar}`?"),
            );
            self.report(
                target.at,
                Code::Reference,
                format!("`{text}` leads nowhere; {hint}"),
            );
            return None;
        };
        Some((&entry.key, &entry.value))
    }

    /// Follows a reference, if there is one, in a place where only one step is allowed.
    fn follow(&mut self, node: &'n Node, section: &str) -> Option<(Option<&'n str>, &'n Node)> {
        let Some(target) = self.reference(node) else {
            return Some((None, node));
        };
        let (name, found) = self.resolve(target, section)?;
        if let Some(second) = found.get("$ref") {
            let message = "is a reference to a reference; refer to the component itself";
            self.report(second.at, Code::Reference, message);
            return None;
        }
        Some((Some(name), found))
    }
}
