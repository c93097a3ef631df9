//! From the source tree to the checked model. Every reader goes on after a mistake, so that one
//! run finds them all.

mod components;
mod constraints;
mod contract;
mod counts;
mod definitions;
mod error_fields;
mod handlers;
mod media_types;
mod operations;
mod parameters;
mod promises;
mod reserved;
mod responses;
mod schemas;
mod security;
mod values;

use std::collections::HashMap;

use crate::diagnostic::{Code, Sink};
use crate::model::{Contract, NamedSchema, PatternId, SchemaId, Type};
use crate::source::{Entry, Fields, Node, Position, closest};

/// How many references may lead from one to the next, and how many lists may lie in one another.
/// Beyond what anybody writes, and safe for the stack.
const MAX_NESTING: usize = 16;

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
    /// Every component, by its section and name.
    index: HashMap<(&'n str, &'n str), &'n Entry>,
    /// Object components that are known by name only so far.
    pending: HashMap<SchemaId, &'n Entry>,
    /// Types of inline schemas, by where they stand: a component is read at each of its uses.
    inline: HashMap<Position, Type>,
    /// Places of the responses under `components` in the model.
    responses: HashMap<&'n str, usize>,
    /// Places of the tags in the model.
    tags: HashMap<&'n str, usize>,
    /// Examples, checked when every schema is known.
    examples: Vec<(&'n Node, Type)>,
    /// Names in Rust by what they name, with the contract's name and where it stands.
    claims: HashMap<(&'static str, String), (String, Position)>,
    patterns: HashMap<String, PatternId>,
    /// How many components lie around what is being read.
    nesting: usize,
}

impl<'n, 's> Reader<'n, 's> {
    fn new(root: &'n Node, sink: &'s mut Sink) -> Self {
        let sections = root.get("components").map_or(&[][..], Node::entries);
        let index = sections.iter().flat_map(|section| {
            let entries = section.value.entries().iter();
            entries.map(|entry| ((section.key.as_str(), entry.key.as_str()), entry))
        });
        Self {
            root,
            sink,
            contract: Contract::default(),
            schemas: Vec::new(),
            components: HashMap::new(),
            index: index.collect(),
            pending: HashMap::new(),
            inline: HashMap::new(),
            responses: HashMap::new(),
            tags: HashMap::new(),
            examples: Vec::new(),
            claims: HashMap::new(),
            patterns: HashMap::new(),
            nesting: 0,
        }
    }

    fn report(&mut self, at: Position, code: Code, message: impl Into<String>) {
        self.sink.add(at, code, message);
    }

    /// Takes a name in Rust, which must be free among those of its kind.
    fn claim(&mut self, what: &'static str, ident: String, name: &str, at: Position) {
        let key = (what, ident);
        if let Some((other, there)) = self.claims.get(&key) {
            let message = format!(
                "`{name}` becomes the {what} `{}`, as `{other}` on line {} does; rename one of them",
                key.1, there.line
            );
            self.report(at, Code::NameCollision, message);
            return;
        }
        self.claims.insert(key, (name.to_owned(), at));
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

    /// Follows a reference into a section of `components`.
    fn resolve(&mut self, target: &'n Node, section: &str) -> Option<&'n Entry> {
        let text = crate::source::text_of(target, "$ref", self.sink)?;
        let prefix = format!("#/components/{section}/");
        let Some(name) = text.strip_prefix(&prefix) else {
            let message = format!(
                "`{text}` cannot be used here; write `{prefix}NAME` (components of this file only)"
            );
            self.report(target.at, Code::Reference, message);
            return None;
        };
        let Some(entry) = self.index.get(&(section, name)).copied() else {
            let members = self.root.get("components").and_then(|n| n.get(section));
            let entries = members.map_or(&[][..], Node::entries);
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
        Some(entry)
    }

    /// Follows a reference, if there is one, in a place where only one step is allowed.
    fn follow(&mut self, node: &'n Node, section: &str) -> Option<(Option<&'n str>, &'n Node)> {
        let Some(target) = self.reference(node) else {
            return Some((None, node));
        };
        let Entry {
            key, value: found, ..
        } = self.resolve(target, section)?;
        if let Some(second) = found.get("$ref") {
            let message = "is a reference to a reference; refer to the component itself";
            self.report(second.at, Code::Reference, message);
            return None;
        }
        Some((Some(key.as_str()), found))
    }
}
