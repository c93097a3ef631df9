//! Schemas: what has a type of its own, and what each type may be.

use super::{MAX_NESTING, Reader};
use crate::diagnostic::Code;
use crate::model::{Kind, Scalar, Type};
use crate::source::{Fields, Node, Value, closest};

/// Keywords of OpenAPI 3.0 that are not enforced, and what to write instead.
const REFUSED: &[(&str, &str)] = &[
    (
        "oneOf",
        "write one object with optional properties, or one operation per shape",
    ),
    (
        "anyOf",
        "write one object with optional properties, or one operation per shape",
    ),
    ("not", "say what is allowed in place of what is not"),
    ("discriminator", "it needs oneOf, which is not supported"),
    ("xml", "bodies are JSON"),
    (
        "readOnly",
        "use one schema for requests and another for responses",
    ),
    (
        "writeOnly",
        "use one schema for requests and another for responses",
    ),
    (
        "const",
        "it belongs to OpenAPI 3.1; write `enum` with one value",
    ),
    ("examples", "it belongs to OpenAPI 3.1; write `example`"),
    (
        "patternProperties",
        "it belongs to OpenAPI 3.1; use `additionalProperties`",
    ),
    ("$defs", "it belongs to OpenAPI 3.1; use components/schemas"),
];

const TYPES: &[&str] = &["object", "array", "string", "integer", "number", "boolean"];

impl<'n> Reader<'n, '_> {
    /// Whether a schema becomes a struct or an enumeration.
    pub(super) fn has_own_type(&self, node: &Node) -> bool {
        if node.get("$ref").is_some() {
            return false;
        }
        if let Some(Node {
            value: Value::List(parts),
            ..
        }) = node.get("allOf")
        {
            return parts.len() != 1
                || parts[0].get("$ref").is_none()
                || node.get("properties").is_some();
        }
        let is_boolean = node.get("type").and_then(Node::as_str) == Some("boolean");
        (node.get("enum").is_some() && !is_boolean)
            || node.get("properties").is_some()
            || matches!(
                node.get("additionalProperties").map(|node| &node.value),
                Some(Value::Bool(false))
            )
    }

    /// The type of a schema. `name` is what it is called if it needs a type of its own.
    pub(super) fn schema(&mut self, node: &'n Node, name: &str) -> Option<Type> {
        if let Some(target) = self.reference(node) {
            return self.component_type(target);
        }
        if self.has_own_type(node) {
            if let Some(known) = self.inline.get(&node.at) {
                return Some(known.clone());
            }
            let id = self.reserve(name, node.at);
            self.define(id, name, node.at, node);
            let schema = self.schemas[id.0].as_ref()?;
            let ty = Type {
                kind: Kind::Named(id),
                nullable: schema.nullable,
                default: schema.default.clone(),
            };
            self.inline.insert(node.at, ty.clone());
            return Some(ty);
        }
        if node.get("allOf").is_some() {
            return self.decorated_reference(node);
        }
        let mut fields = self.fields(node, "a schema")?;
        let kind = self.kind(&mut fields, name);
        let nullable = fields.flag("nullable", self.sink);
        let default = fields.take("default");
        let example = fields.take("example");
        self.annotations(&mut fields);
        fields.finish(self.sink);
        let mut ty = Type {
            kind: kind?,
            nullable,
            default: None,
        };
        ty.default = default.and_then(|node| self.value_of(node, &ty, "default"));
        self.example(example, &ty);
        Some(ty)
    }

    pub(super) fn annotations(&mut self, fields: &mut Fields<'n>) {
        fields.ignore(
            &["title", "description", "deprecated", "externalDocs"],
            self.sink,
        );
        fields.refuse(REFUSED, self.sink);
    }

    /// `allOf` with one reference: the way of OpenAPI 3.0 to write something beside a `$ref`.
    fn decorated_reference(&mut self, node: &'n Node) -> Option<Type> {
        let mut fields = self.fields(node, "a schema")?;
        let part = fields.list("allOf", self.sink).first();
        let ty = part
            .and_then(|part| self.reference(part))
            .and_then(|target| self.component_type(target));
        // `nullable` adds null to a type that is named beside it (OpenAPI 3.0.3, Schema Object), so that it may be.
        if let Some(declared) = fields.take("type") {
            self.same_type(declared, part);
        }
        let nullable = fields.flag("nullable", self.sink);
        let default = fields.take("default");
        let example = fields.take("example");
        self.annotations(&mut fields);
        fields.finish(self.sink);
        let mut ty = ty?;
        ty.nullable |= nullable;
        if let Some(default) = default {
            ty.default = self.value_of(default, &ty, "default");
        }
        self.example(example, &ty);
        Some(ty)
    }

    /// A `type` beside a reference says again what the component says.
    fn same_type(&mut self, declared: &'n Node, part: Option<&'n Node>) {
        let name = part.and_then(|part| part.get("$ref")?.as_str()?.rsplit('/').next());
        let schemas = self
            .root
            .get("components")
            .and_then(|node| node.get("schemas"));
        let theirs = name
            .and_then(|name| schemas?.get(name)?.get("type"))
            .and_then(Node::as_str);
        if declared.as_str() != theirs {
            let message = "`type` must be that of the schema that `allOf` refers to; write the same, or leave it out";
            self.report(declared.at, Code::InvalidValue, message);
        }
    }

    fn kind(&mut self, fields: &mut Fields<'n>, name: &str) -> Option<Kind> {
        let Some(declared) = fields.take("type") else {
            return Some(Kind::Any);
        };
        let text = match &declared.value {
            Value::String(text) => text.as_str(),
            Value::List(_) => {
                let message = "a list of types belongs to OpenAPI 3.1; write one type, and `nullable: true` for null";
                self.report(declared.at, Code::Unsupported, message);
                return None;
            }
            _ => {
                self.report(
                    declared.at,
                    Code::WrongType,
                    format!("`type` must be one of {}", TYPES.join(", ")),
                );
                return None;
            }
        };
        match text {
            "object" => self.map(fields, name),
            "array" => self.array(fields, name),
            "string" => self.string(fields).map(Kind::Scalar),
            "integer" => self.integer(fields).map(Kind::Scalar),
            "number" => self.number(fields).map(Kind::Scalar),
            "boolean" => Some(Kind::Scalar(self.boolean(fields))),
            _ => {
                let hint = closest(text, TYPES.iter().copied()).map_or_else(
                    || format!("write one of {}", TYPES.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.report(
                    declared.at,
                    Code::InvalidValue,
                    format!("`{text}` is not a type; {hint}"),
                );
                None
            }
        }
    }

    /// A boolean, or one that can only be the one thing: what an envelope says of success, for example.
    fn boolean(&mut self, fields: &mut Fields<'n>) -> Scalar {
        let nullable = fields.flag("nullable", self.sink);
        let Some(choices) = fields.take("enum") else {
            return Scalar::Boolean;
        };
        let items = match &choices.value {
            Value::List(items) => items.as_slice(),
            _ => &[],
        };
        if items.is_empty() {
            let message = "`enum` must list at least one value";
            self.report(choices.at, Code::InvalidValue, message);
        }
        let (mut yes, mut no) = (false, false);
        for item in items {
            match item.value {
                Value::Bool(true) => yes = true,
                Value::Bool(false) => no = true,
                Value::Null if nullable => {}
                _ => self.report(
                    item.at,
                    Code::WrongType,
                    "is not true or false, as the schema's type says",
                ),
            }
        }
        if yes && no {
            let message = "`enum` lists both values of a boolean; leave it out";
            self.report(choices.at, Code::InvalidValue, message);
        }
        if yes == no {
            Scalar::Boolean
        } else {
            Scalar::Constant(yes)
        }
    }

    /// An object without properties of its own.
    fn map(&mut self, fields: &mut Fields<'n>, name: &str) -> Option<Kind> {
        let length = self.length(fields, "minProperties", "maxProperties");
        match fields.take("additionalProperties") {
            None
            | Some(Node {
                value: Value::Bool(_),
                ..
            }) => Some(Kind::Free { length }),
            Some(node) => {
                let value = self.schema(node, &format!("{name}Value"))?;
                self.nested(node, &value)?;
                Some(Kind::Map {
                    value: Box::new(value),
                    length,
                })
            }
        }
    }

    fn array(&mut self, fields: &mut Fields<'n>, name: &str) -> Option<Kind> {
        let length = self.length(fields, "minItems", "maxItems");
        let unique = fields.flag("uniqueItems", self.sink);
        let items = fields.require("items", self.sink)?;
        let item = self.schema(items, &format!("{name}Item"))?;
        self.nested(items, &item)?;
        Some(Kind::Array {
            item: Box::new(item),
            length,
            unique,
        })
    }

    /// Refuses lists and maps that lie in one another too deeply.
    fn nested(&mut self, node: &Node, part: &Type) -> Option<()> {
        let mut depth = 0;
        let mut inner = part;
        while let Kind::Array { item: next, .. } | Kind::Map { value: next, .. } = &inner.kind {
            depth += 1;
            inner = next;
        }
        if depth < MAX_NESTING {
            return Some(());
        }
        let message =
            format!("lies in more than {MAX_NESTING} lists or maps; put an object between");
        self.report(node.at, Code::Unsupported, message);
        None
    }

    /// A node's description, else its title.
    pub(super) fn docs(&self, node: &Node) -> String {
        let text = |name| node.get(name).and_then(Node::as_str);
        text("description")
            .or_else(|| text("title"))
            .unwrap_or_default()
            .to_owned()
    }
}
