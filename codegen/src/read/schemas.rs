//! Schemas: what has a type of its own, and what each type may be.

use std::collections::{HashMap, HashSet};

use super::{MAX_NESTING, Reader};
use crate::diagnostic::Code;
use crate::model::{Definition, Kind, NamedSchema, Object, Property, Scalar, SchemaId, Type};
use crate::source::{Fields, Node, Position, Value, closest};

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
}

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

    fn annotations(&mut self, fields: &mut Fields<'n>) {
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
        if let Some(declared) = fields.take("type")
            && declared.as_str() != Some("object")
        {
            self.report(
                declared.at,
                Code::InvalidValue,
                "a schema with properties must be `type: object`",
            );
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
        let Some(target) = target else { return };
        if target.get("enum").is_some() || !self.has_own_type(target) {
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

    /// A node's description, else its title.
    pub(super) fn docs(&self, node: &Node) -> String {
        let text = |name| node.get(name).and_then(Node::as_str);
        text("description")
            .or_else(|| text("title"))
            .unwrap_or_default()
            .to_owned()
    }
}
