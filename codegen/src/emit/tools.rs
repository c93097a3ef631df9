//! The operations that models may call, with JSON Schemas of what they take.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use super::{Code, Emitter};
use crate::model::{
    Definition, Format, Kind, Length, Operation, ParameterLocation, Range, Scalar, SchemaId, Text,
    Type,
};
use crate::names;

impl Emitter<'_> {
    pub(super) fn tools(&self, code: &mut Code) {
        let operations = self.contract.operations.iter();
        let tools: Vec<_> = operations
            .filter(|operation| operation.tool)
            .map(|operation| self.tool(operation))
            .collect();
        if tools.is_empty() {
            return;
        }
        code.items(quote! {
            /// The operations that models may call.
            pub static TOOLS: &[::contract_runtime::tool::Tool] = &[#(#tools),*];
        });
    }

    fn tool(&self, operation: &Operation) -> TokenStream {
        let Operation {
            id,
            method,
            path,
            summary,
            description,
            idempotent,
            ..
        } = operation;
        let arguments = operation.parameters.iter().map(|parameter| {
            let (name, explode) = (&parameter.name, parameter.explode);
            let location = match parameter.location {
                ParameterLocation::Path => quote!(Path),
                ParameterLocation::Query => quote!(Query),
                ParameterLocation::Header => quote!(Header),
                ParameterLocation::Cookie => quote!(Cookie),
            };
            quote!(::contract_runtime::tool::Argument {
                name: #name,
                location: ::contract_runtime::violation::Location::#location,
                explode: #explode,
            })
        });
        let body = operation.body.is_some();
        let input = self.input(operation).to_string();
        let (summary, description) = (summary.trim(), description.trim());
        quote!(::contract_runtime::tool::Tool {
            name: #id,
            title: #summary,
            description: #description,
            method: #method,
            path: #path,
            arguments: &[#(#arguments),*],
            body: #body,
            idempotent: #idempotent,
            input: #input,
        })
    }

    /// What an operation takes, as one object: a member for each parameter, and `body`.
    fn input(&self, operation: &Operation) -> Value {
        let mut used = BTreeSet::new();
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in &operation.parameters {
            let schema = described(self.json_schema(&parameter.ty, &mut used), &parameter.docs);
            properties.insert(parameter.name.clone(), schema);
            if parameter.required {
                required.push(parameter.name.clone());
            }
        }
        if let Some(body) = &operation.body {
            let schema = described(self.json_schema(&body.ty, &mut used), &body.docs);
            properties.insert("body".to_owned(), schema);
            if body.required {
                required.push("body".to_owned());
            }
        }
        let mut input = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        let definitions = self.definitions(used);
        if !definitions.is_empty() {
            input["$defs"] = json!(definitions);
        }
        input
    }

    /// The definitions of schemas, and of those that they refer to.
    fn definitions(&self, mut open: BTreeSet<usize>) -> BTreeMap<String, Value> {
        let mut done = BTreeSet::new();
        let mut definitions = BTreeMap::new();
        while let Some(id) = open.pop_first() {
            if !done.insert(id) {
                continue;
            }
            let mut used = BTreeSet::new();
            let definition = self.definition(SchemaId(id), &mut used);
            definitions.insert(self.definition_name(SchemaId(id)), definition);
            open.extend(used.difference(&done));
        }
        definitions
    }

    fn definition_name(&self, id: SchemaId) -> String {
        names::pascal(&self.contract.schema(id).name)
    }

    fn definition(&self, id: SchemaId, used: &mut BTreeSet<usize>) -> Value {
        let schema = self.contract.schema(id);
        let definition = match &schema.definition {
            Definition::Choices(choices) => json!({ "type": "string", "enum": choices }),
            Definition::Alias(ty) => self.json_schema(ty, used),
            Definition::Object(object) => {
                let mut properties = Map::new();
                for property in &object.properties {
                    let schema = described(self.json_schema(&property.ty, used), &property.docs);
                    properties.insert(property.name.clone(), schema);
                }
                let required = object
                    .properties
                    .iter()
                    .filter(|property| property.required);
                let required: Vec<_> = required.map(|property| &property.name).collect();
                let mut definition = json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                });
                if object.closed {
                    definition["additionalProperties"] = json!(false);
                }
                bound(
                    &mut definition,
                    ["minProperties", "maxProperties"],
                    object.members,
                );
                definition
            }
        };
        described(definition, &schema.docs)
    }

    /// A type in JSON Schema, draft 2020-12, which has no `nullable`.
    fn json_schema(&self, ty: &Type, used: &mut BTreeSet<usize>) -> Value {
        let mut schema = match &ty.kind {
            Kind::Scalar(scalar) => self.scalar_schema(scalar),
            Kind::Array {
                item,
                length,
                unique,
            } => {
                let mut schema = json!({ "type": "array", "items": self.json_schema(item, used) });
                bound(&mut schema, ["minItems", "maxItems"], *length);
                if *unique {
                    schema["uniqueItems"] = json!(true);
                }
                schema
            }
            Kind::Map { value, length } => {
                let value = self.json_schema(value, used);
                let mut schema = json!({ "type": "object", "additionalProperties": value });
                bound(&mut schema, ["minProperties", "maxProperties"], *length);
                schema
            }
            Kind::Free { length } => {
                let mut schema = json!({ "type": "object" });
                bound(&mut schema, ["minProperties", "maxProperties"], *length);
                schema
            }
            Kind::Any => json!({}),
            Kind::Named(id) => {
                used.insert(id.0);
                json!({ "$ref": format!("#/$defs/{}", self.definition_name(*id)) })
            }
        };
        if ty.nullable {
            if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                values.push(Value::Null);
            }
            match schema.get("type").cloned() {
                Some(kind) => schema["type"] = json!([kind, "null"]),
                None if ty.kind != Kind::Any => {
                    schema = json!({ "anyOf": [schema, { "type": "null" }] });
                }
                None => {}
            }
        }
        if let Some(default) = &ty.default {
            schema["default"] = default.clone();
        }
        schema
    }

    fn scalar_schema(&self, scalar: &Scalar) -> Value {
        match scalar {
            Scalar::Text(Text {
                length,
                pattern,
                email,
                uri,
            }) => {
                let mut schema = json!({ "type": "string" });
                bound(&mut schema, ["minLength", "maxLength"], *length);
                if let Some(pattern) = pattern {
                    schema["pattern"] = json!(self.contract.patterns[pattern.0]);
                }
                for (is, format) in [(email, "email"), (uri, "uri")] {
                    if *is {
                        schema["format"] = json!(format);
                    }
                }
                schema
            }
            Scalar::Formatted(format) => {
                let format = match format {
                    Format::Uuid => "uuid",
                    Format::Date => "date",
                    Format::DateTime => "date-time",
                };
                json!({ "type": "string", "format": format })
            }
            Scalar::Integer { bits, range } => {
                let mut schema = json!({ "type": "integer" });
                if *bits == 32 {
                    schema["format"] = json!("int32");
                }
                between(&mut schema, range, |number| json!(number));
                schema
            }
            Scalar::Number { range } => {
                let mut schema = json!({ "type": "number" });
                between(&mut schema, range, |number| json!(number));
                schema
            }
            Scalar::Boolean => json!({ "type": "boolean" }),
            Scalar::Constant(only) => json!({ "type": "boolean", "enum": [only] }),
        }
    }
}

fn described(mut schema: Value, docs: &str) -> Value {
    let docs = docs.trim();
    if !docs.is_empty() {
        schema["description"] = json!(docs);
    }
    schema
}

fn bound(schema: &mut Value, [least, most]: [&str; 2], length: Length) {
    for (name, bound) in [(least, length.min), (most, length.max)] {
        if let Some(bound) = bound {
            schema[name] = json!(bound);
        }
    }
}

fn between<T: Copy>(schema: &mut Value, range: &Range<T>, number: fn(T) -> Value) {
    for (names, bound) in [
        (["minimum", "exclusiveMinimum"], range.min),
        (["maximum", "exclusiveMaximum"], range.max),
    ] {
        if let Some((bound, excluded)) = bound {
            schema[names[usize::from(excluded)]] = number(bound);
        }
    }
    if let Some(multiple) = range.multiple {
        schema["multipleOf"] = number(multiple);
    }
}
