//! `components`: each is read once, used or not, so that mistakes in all of them are found.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Definition, NamedSchema, SchemaId, SharedResponse, Type};
use crate::source::{Node, Position};

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
            self.component(&entry.key, entry.key_at, &entry.value);
        }
        for entry in fields.map("securitySchemes", self.sink) {
            self.scheme(&entry.key, entry.key_at, &entry.value);
        }
        for entry in fields.map("parameters", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.parameter(&entry.value);
        }
        for entry in fields.map("headers", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            self.header(&entry.key, entry.key_at, &entry.value);
        }
        for entry in fields.map("responses", self.sink) {
            self.component_name(&entry.key, entry.key_at);
            // The status is known at each use only.
            if let Some(response) = self.response(0, entry.key_at, &entry.value, &entry.key) {
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
        fields.ignore(&["examples", "links"]);
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
    fn component(&mut self, name: &'n str, at: Position, node: &'n Node) {
        if self.components.contains_key(name) {
            return;
        }
        if self.has_own_type(node) {
            let id = self.reserve(name, at);
            self.components.insert(name, Component::Named(id));
            self.define(id, name, at, node);
            return;
        }
        self.components.insert(name, Component::Reading);
        let component = match self.schema(node, name) {
            Some(ty) => {
                let id = self.reserve(name, at);
                self.schemas[id.0] = Some(NamedSchema {
                    name: name.to_owned(),
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

    /// The type that a reference to a component schema stands for.
    pub(super) fn component_type(&mut self, target: &'n Node) -> Option<Type> {
        let (name, node) = self.resolve(target, "schemas")?;
        self.component(name, node.at, node);
        match self.components.get(name)? {
            Component::Named(id) => {
                let id = *id;
                let (nullable, default) = match &self.schemas[id.0] {
                    Some(schema) => (schema.nullable, schema.default.clone()),
                    // Still being read: only what the node says by itself can be known.
                    None => (self.is_nullable(node), None),
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
        let type_name = crate::names::pascal(name);
        if let Some(other) = self.type_names.insert(type_name.clone(), at) {
            let message = format!(
                "`{name}` becomes the type `{type_name}`, as does a schema on line {}; rename one of them",
                other.line
            );
            self.report(at, Code::NameCollision, message);
        }
        self.schemas.push(None);
        SchemaId(self.schemas.len() - 1)
    }
}
