//! Schemas that have a type of their own: objects, put together from all their parts, and choices of texts.

use std::collections::{HashMap, HashSet};

use super::{MAX_NESTING, Reader};
use crate::diagnostic::Code;
use crate::model::{Definition, Kind, NamedSchema, Object, Property, SchemaId, Type};
use crate::source::{Fields, Node, Position, Value, closest};

/// An object whose parts are being put together.
#[derive(Default)]
struct Draft<'n> {
    object: Object,
    /// Names of fields in Rust, with the contract's names.
    fields: HashMap<String, &'n str>,
    /// The schemas that it is made of.
    parts: HashSet<*const Node>,
    /// Where further members are forbidden, and how many properties stand beside it.
    closed: Vec<(Position, usize)>,
    /// Whether a part says that it is an object, or is refused for something else.
    typed: bool,
}

impl<'n> Reader<'n, '_> {
    /// Reads a schema that has a type of its own.
    pub(super) fn define(&mut self, id: SchemaId, name: &str, at: Position, node: &'n Node) {
        let docs = self.docs(node);
        let Some(mut fields) = self.fields(node, "a schema") else {
            return;
        };
        let nullable = fields.flag("nullable", self.sink);
        let default = fields.take("default");
        let example = fields.take("example");
        let definition = if let Some(choices) = fields.take("enum") {
            self.choices(&mut fields, choices, nullable)
        } else {
            let mut draft = Draft::default();
            draft.parts.insert(node);
            self.object(&mut fields, name, &mut draft);
            self.whole(node, &draft);
            Definition::Object(draft.object)
        };
        self.annotations(&mut fields);
        fields.finish(self.sink);
        self.schemas[id.0] = Some(NamedSchema {
            name: name.to_owned(),
            component: false,
            at,
            docs,
            nullable,
            default: None,
            definition,
        });
        let ty = Type {
            kind: Kind::Named(id),
            nullable,
            default: None,
        };
        let default = default.and_then(|node| self.value_of(node, &ty, "default"));
        if let Some(schema) = &mut self.schemas[id.0] {
            schema.default = default;
        }
        self.example(example, &ty);
    }

    fn choices(&mut self, fields: &mut Fields<'n>, node: &'n Node, nullable: bool) -> Definition {
        let declared = fields.take("type");
        if declared.is_none_or(|node| node.as_str() != Some("string")) {
            let at = declared.map_or(node.at, |node| node.at);
            self.report(
                at,
                Code::Unsupported,
                "`enum` is enforced for `type: string` and `type: boolean` only; write one of them",
            );
        }
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => &[],
        };
        if items.is_empty() {
            self.report(
                node.at,
                Code::InvalidValue,
                "`enum` must list at least one value",
            );
        }
        let mut names = HashMap::new();
        let mut values = Vec::new();
        for item in items {
            let Some(text) = item.as_str() else {
                // OpenAPI 3.0.3 wants null in the list of a nullable enumeration.
                if !(nullable && matches!(item.value, Value::Null)) {
                    self.report(
                        item.at,
                        Code::WrongType,
                        "is not a string; put it in quotes",
                    );
                }
                continue;
            };
            let variant = crate::names::pascal(text);
            if let Some(other) = names.insert(variant.clone(), text) {
                let message = format!(
                    "`{text}` and `{other}` both become the variant `{variant}`; rename one of them"
                );
                self.report(item.at, Code::NameCollision, message);
            }
            values.push(text.to_owned());
        }
        Definition::Choices(values)
    }

    /// Adds the properties of a schema, and of the schemas in its `allOf`, to an object.
    fn object(&mut self, fields: &mut Fields<'n>, name: &str, draft: &mut Draft<'n>) {
        for part in fields.list("allOf", self.sink) {
            self.part(part, name, draft);
        }
        if let Some(declared) = fields.take("type") {
            draft.typed = true;
            if declared.as_str() != Some("object") {
                self.report(
                    declared.at,
                    Code::InvalidValue,
                    "a schema with properties must be `type: object`",
                );
            }
        }
        let required = fields.list("required", self.sink);
        let properties = fields.map("properties", self.sink);
        for entry in properties {
            let (key, at) = (entry.key.as_str(), entry.key_at);
            let field = crate::names::snake(key);
            if let Some(other) = draft.fields.insert(field.clone(), key) {
                let message = if other == key {
                    format!("`{key}` is in two schemas of one `allOf`; leave it in one of them")
                } else {
                    format!(
                        "`{key}` and `{other}` both become the field `{field}`; rename one of them"
                    )
                };
                self.report(at, Code::NameCollision, message);
            }
            let hint = format!(
                "{}{}",
                crate::names::pascal(name),
                crate::names::pascal(key)
            );
            if let Some(ty) = self.schema(&entry.value, &hint) {
                draft.object.properties.push(Property {
                    name: key.to_owned(),
                    docs: self.docs(&entry.value),
                    ty,
                    required: false,
                });
            }
        }
        self.required(required, fields, &mut draft.object);
        let members = self.length(fields, "minProperties", "maxProperties");
        let object = &mut draft.object;
        object.members.min = object.members.min.max(members.min);
        object.members.max = match (object.members.max, members.max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match fields.take("additionalProperties") {
            None
            | Some(Node {
                value: Value::Bool(true),
                ..
            }) => {}
            Some(
                node @ Node {
                    value: Value::Bool(false),
                    ..
                },
            ) => {
                object.closed = true;
                draft.closed.push((node.at, properties.len()));
            }
            Some(node) => {
                let message = "a schema for further members beside `properties` is not supported; write `false`, or put them into a property of their own";
                self.report(node.at, Code::Unsupported, message);
            }
        }
    }

    /// One schema of an `allOf`: its properties become the object's own.
    fn part(&mut self, node: &'n Node, name: &str, draft: &mut Draft<'n>) {
        let reference = self.reference(node);
        let target = match reference {
            None => Some(node),
            Some(target) => self.resolve(target, "schemas").map(|entry| &entry.value),
        };
        let Some(target) = target else {
            draft.typed = true;
            return;
        };
        if target.get("enum").is_some() || !self.has_own_type(target) {
            draft.typed = true;
            let message =
                "`allOf` is supported for objects with properties, or for one `$ref` alone";
            self.report(node.at, Code::Unsupported, message);
            return;
        }
        if !draft.parts.insert(target) {
            let message = "`allOf` comes to this schema twice, or leads back to itself";
            self.report(node.at, Code::Reference, message);
            return;
        }
        if self.nesting == MAX_NESTING {
            let message =
                format!("lies in more than {MAX_NESTING} `allOf`; write its properties out");
            self.report(node.at, Code::Unsupported, message);
            return;
        }
        self.nesting += 1;
        // A component names its inline schemas itself, whoever else includes them.
        if let Some(target) = reference
            && let Some(Type {
                kind: Kind::Named(id),
                ..
            }) = self.component_type(target)
        {
            self.complete(id);
        }
        if let Some(mut fields) = self.fields(target, "a schema") {
            fields.ignore(&["nullable", "default", "example"], self.sink);
            self.object(&mut fields, name, draft);
            self.annotations(&mut fields);
            fields.finish(self.sink);
        }
        self.nesting -= 1;
    }

    fn required(&mut self, names: &'n [Node], fields: &Fields<'n>, object: &mut Object) {
        for node in names {
            let Some(name) = crate::source::text_of(node, "required", self.sink) else {
                continue;
            };
            let known = object
                .properties
                .iter_mut()
                .find(|property| property.name == name);
            if let Some(property) = known {
                property.required = true;
                continue;
            }
            let hint = closest(
                name,
                object
                    .properties
                    .iter()
                    .map(|property| property.name.as_str()),
            )
            .map_or_else(
                || "add it there".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            // A property with mistakes of its own is not in the object.
            if !fields.at_property(name) {
                let message = format!("`{name}` is required but is not under `properties`; {hint}");
                self.report(node.at, Code::InvalidValue, message);
            }
        }
    }

    /// What can be said of an object once all of its parts are known.
    fn whole(&mut self, node: &Node, draft: &Draft<'_>) {
        let object = &draft.object;
        // JSON Schema's keywords of objects say nothing of other values (validation, draft 4, section 4.1); the layer
        // takes objects only, and the contract must not say more than is kept.
        if !draft.typed {
            let message = "without a `type`, any value that is no object follows this schema too; add `type: object`";
            self.report(node.at, Code::MissingField, message);
        }
        // A typed value must have all the members that are counted.
        if !object.members.is_free() && !object.closed {
            let message = "`minProperties` and `maxProperties` beside `properties` need `additionalProperties: false`";
            self.report(node.at, Code::Unsupported, message);
        }
        let mut optional = object.properties.iter().filter(|p| !p.required);
        if !object.members.is_free() && optional.any(|property| property.ty.default.is_some()) {
            let message = "`minProperties` and `maxProperties` count what is sent, which a `default` hides; remove one of them";
            self.report(node.at, Code::Unsupported, message);
        }
        // JSON Schema looks at the `properties` beside `additionalProperties` alone.
        for (at, own) in &draft.closed {
            if *own < draft.fields.len() {
                let message = "`additionalProperties: false` in or beside `allOf` forbids the properties of its other schemas; remove it";
                self.report(*at, Code::Unsupported, message);
            }
        }
    }
}
