//! `components`: each is read once, used or not, so that mistakes in all of them are found.

use super::{MAX_NESTING, Reader};
use crate::diagnostic::Code;
use crate::model::{Definition, NamedSchema, SchemaId, SharedResponse, Type};
use crate::source::{Entry, Node, Position};

/// What is known of a component schema.
pub(super) enum Component {
    /// It has, or will have, a type of its own.
    Named(SchemaId),
    /// Its uses take its type.
    Alias(SchemaId, Type),
    /// It is being read and has no type of its own: it must not refer to itself.
    Reading,
    /// It has mistakes.
    Broken,
}

impl<'n> Reader<'n, '_> {
    pub(super) fn components(&mut self, node: &'n Node) {
        let Some(mut fields) = self.fields(node, "components") else {
            return;
        };
        for entry in fields.map("schemas", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.component(entry);
        }
        for entry in fields.map("schemas", self.sink) {
            if let Some(Component::Named(id)) = self.components.get(entry.key.as_str()) {
                self.complete(*id);
            }
        }
        for entry in fields.map("securitySchemes", self.sink) {
            self.scheme(&entry.key, entry.key_at, &entry.value);
        }
        for entry in fields.map("parameters", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.parameter(&entry.value, "");
        }
        for entry in fields.map("headers", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.header(&entry.key, entry.key_at, &entry.value);
        }
        for entry in fields.map("responses", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            let type_name = crate::names::pascal(&entry.key);
            self.claim("response", type_name, &entry.key, entry.key_at);
            // The status is known at each use only.
            if let Some(response) = self.response(0, entry.key_at, &entry.value, &entry.key) {
                self.responses
                    .insert(&entry.key, self.contract.responses.len());
                self.contract.responses.push(SharedResponse {
                    name: entry.key.clone(),
                    response,
                });
            }
        }
        for entry in fields.map("requestBodies", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.request_body(&entry.value, &entry.key, 0);
        }
        fields.ignore(&["examples", "links"], self.sink);
        fields.refuse(
            &[("callbacks", "callbacks are not served; remove them")],
            self.sink,
        );
        fields.finish(self.sink);
    }

    /// OpenAPI 3.0.3, Components Object: `^[a-zA-Z0-9\.\-_]+$`.
    fn component_name(&mut self, name: &str, at: Position) {
        let sound = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter));
        if !sound || !name.contains(|letter: char| letter.is_ascii_alphabetic()) {
            let message =
                format!("`{name}` cannot name a component; use letters, digits, `.`, `-` and `_`");
            self.report(at, Code::InvalidValue, message);
        }
    }

    /// Reads a component schema, unless it was read on the way to another.
    ///
    /// Objects are read later, since they may contain one another in any number.
    fn component(&mut self, entry: &'n Entry) {
        let (name, at, node) = (entry.key.as_str(), entry.key_at, &entry.value);
        if self.components.contains_key(name) {
            return;
        }
        if self.has_own_type(node) {
            let id = self.reserve(name, at);
            self.components.insert(name, Component::Named(id));
            self.pending.insert(id, entry);
            if node.get("enum").is_some() {
                self.complete(id);
            }
            return;
        }
        self.components.insert(name, Component::Reading);
        let component = match self.schema(node, name) {
            Some(ty) => {
                let id = self.reserve(name, at);
                self.schemas[id.0] = Some(NamedSchema {
                    name: name.to_owned(),
                    component: true,
                    at,
                    docs: self.docs(node),
                    nullable: ty.nullable,
                    default: ty.default.clone(),
                    definition: Definition::Alias(ty.clone()),
                });
                Component::Alias(id, ty)
            }
            None => Component::Broken,
        };
        self.components.insert(name, component);
    }

    /// Reads an object component that was known by name only.
    pub(super) fn complete(&mut self, id: SchemaId) {
        if let Some(Entry { key, key_at, value }) = self.pending.remove(&id) {
            self.define(id, key, *key_at, value);
            if let Some(schema) = &mut self.schemas[id.0] {
                schema.component = true;
            }
        }
    }

    /// The type that a reference to a component schema stands for.
    pub(super) fn component_type(&mut self, target: &'n Node) -> Option<Type> {
        let entry = self.resolve(target, "schemas")?;
        let (name, node) = (entry.key.as_str(), &entry.value);
        if self.nesting == MAX_NESTING {
            let message = format!(
                "leads through more than {MAX_NESTING} references to the next; put an object between"
            );
            self.report(target.at, Code::Unsupported, message);
            return None;
        }
        self.nesting += 1;
        self.component(entry);
        self.nesting -= 1;
        match self.components.get(name)? {
            Component::Named(id) => {
                let id = *id;
                let (nullable, default) = match &self.schemas[id.0] {
                    Some(schema) => (schema.nullable, schema.default.clone()),
                    // Not read yet. A default of an object can only be null.
                    None => {
                        let nullable = self.is_nullable(node);
                        let null = node.get("default").is_some() && nullable;
                        (nullable, null.then_some(serde_json::Value::Null))
                    }
                };
                Some(Type {
                    kind: crate::model::Kind::Named(id),
                    nullable,
                    default,
                })
            }
            Component::Alias(_, ty) => Some(ty.clone()),
            Component::Reading => {
                let message =
                    format!("`{name}` contains itself without an object between; it has no end");
                self.report(target.at, Code::Reference, message);
                None
            }
            Component::Broken => None,
        }
    }

    /// The id of a component that has been read.
    pub(super) fn component_id(&self, name: &str) -> Option<SchemaId> {
        match self.components.get(name)? {
            Component::Named(id) | Component::Alias(id, _) => Some(*id),
            _ => None,
        }
    }

    fn is_nullable(&self, node: &Node) -> bool {
        matches!(
            node.get("nullable").map(|node| &node.value),
            Some(crate::source::Value::Bool(true))
        )
    }

    /// Makes room for a schema with a type of its own, whose name must be free in Rust.
    pub(super) fn reserve(&mut self, name: &str, at: Position) -> SchemaId {
        self.claim("type", crate::names::pascal(name), name, at);
        self.schemas.push(None);
        SchemaId(self.schemas.len() - 1)
    }
}
