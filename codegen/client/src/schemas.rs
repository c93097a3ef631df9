//! Schemas of the copy: shape without bounds, and absence told apart from null and from emptiness.
//!
//! The client's types hold what a value is: its members, enums, formats, and which members may be missing or null. Bounds
//! (lengths, patterns, ranges, counts) are left to the server, which answers with every violation: typify enforces some of
//! them, at the price of a newtype for each string, and forgets the others.

mod forms;

use heck::ToPascalCase;
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, ArrayType, BooleanType, Components, IntegerType, NumberType, ObjectType,
    ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};

use super::findings::Findings;
use super::operation::resolve;
use super::rust_types::{boxed, last_word, native, string, type_of_reference};
use forms::{described, is_collection, is_struct, sole_reference};

/// The components that the copy has so far.
#[derive(Debug)]
pub(super) struct Schemas<'a> {
    original: &'a IndexMap<String, ReferenceOr<Schema>>,
    derived: IndexMap<String, ReferenceOr<Schema>>,
    replacements: IndexMap<String, String>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(components: &'a Components) -> Self {
        Self {
            original: &components.schemas,
            derived: IndexMap::new(),
            replacements: IndexMap::new(),
        }
    }

    /// Copies the contract's own components.
    pub(super) fn components(&mut self, findings: &mut Findings) {
        for (name, schema) in self.original {
            let schema = match schema {
                ReferenceOr::Reference { .. } => schema.clone(),
                ReferenceOr::Item(schema) => {
                    let place = ["components", "schemas", name.as_str()];
                    // Whether it may be null is said where it is used: a type that is an Option hides it.
                    let mut schema = self.simplified(schema, name, &place, findings);
                    schema.schema_data.nullable = false;
                    ReferenceOr::Item(schema)
                }
            };
            self.derived.insert(name.clone(), schema);
        }
    }

    /// The components, and those of them whose types are ours.
    pub(super) fn finish(
        self,
    ) -> (
        IndexMap<String, ReferenceOr<Schema>>,
        IndexMap<String, String>,
    ) {
        (self.derived, self.replacements)
    }

    /// A schema of a body, as a component: progenitor gives inline ones of one operation the same name.
    pub(super) fn hoisted(
        &mut self,
        schema: &ReferenceOr<Schema>,
        name: &str,
        findings: &mut Findings,
    ) -> ReferenceOr<Schema> {
        match schema {
            ReferenceOr::Reference { .. } => schema.clone(),
            ReferenceOr::Item(schema) => {
                let schema = self.simplified(schema, name, &["paths"], findings);
                self.hoist(name, schema)
            }
        }
    }

    /// A schema of a parameter. A parameter cannot be null.
    pub(super) fn parameter(
        &mut self,
        schema: &ReferenceOr<Schema>,
        findings: &mut Findings,
    ) -> ReferenceOr<Schema> {
        match schema {
            ReferenceOr::Reference { .. } => schema.clone(),
            ReferenceOr::Item(schema) => {
                let mut schema = self.simplified(schema, "", &["paths"], findings);
                schema.schema_data.nullable = false;
                ReferenceOr::Item(schema)
            }
        }
    }

    /// The type of a success that may also be a 304.
    pub(super) fn conditional(&mut self, schema: &ReferenceOr<Schema>) -> ReferenceOr<Schema> {
        let target = type_of_reference(schema);
        self.replaced(
            format!("Conditional{}", last_word(&target)),
            format!("crate::support::Conditional<{target}>"),
        )
    }

    fn simplified(
        &mut self,
        schema: &Schema,
        name: &str,
        place: &[&str],
        findings: &mut Findings,
    ) -> Schema {
        let data = &schema.schema_data;
        let kind = match &schema.schema_kind {
            SchemaKind::Type(Type::String(text)) => SchemaKind::Type(Type::String(string(text))),
            SchemaKind::Type(Type::Integer(integer)) => {
                SchemaKind::Type(Type::Integer(IntegerType {
                    format: integer.format.clone(),
                    // The sign decides the type, nothing else does.
                    minimum: integer.minimum.filter(|minimum| *minimum >= 0).map(|_| 0),
                    enumeration: integer.enumeration.clone(),
                    ..IntegerType::default()
                }))
            }
            SchemaKind::Type(Type::Number(number)) => SchemaKind::Type(Type::Number(NumberType {
                format: number.format.clone(),
                enumeration: number.enumeration.clone(),
                ..NumberType::default()
            })),
            SchemaKind::Type(Type::Array(array)) => {
                let items = array
                    .items
                    .as_ref()
                    .map(|items| self.element(items, &format!("{name}Item"), place, findings));
                SchemaKind::Type(Type::Array(ArrayType {
                    items,
                    min_items: None,
                    max_items: None,
                    unique_items: false,
                }))
            }
            SchemaKind::Type(Type::Object(object)) => {
                SchemaKind::Type(Type::Object(self.object(object, name, place, findings)))
            }
            SchemaKind::AllOf { all_of } => SchemaKind::AllOf {
                all_of: all_of
                    .iter()
                    .map(|part| match part {
                        ReferenceOr::Item(part) => {
                            ReferenceOr::Item(self.simplified(part, name, place, findings))
                        }
                        reference => reference.clone(),
                    })
                    .collect(),
            },
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => {
                findings.add(
                    place,
                    "the client has no type for `oneOf`, `anyOf` and `not`; write one schema",
                );
                schema.schema_kind.clone()
            }
            // What it may be is a bound, as others are.
            SchemaKind::Type(Type::Boolean(_)) => {
                SchemaKind::Type(Type::Boolean(BooleanType::default()))
            }
            kind @ SchemaKind::Any(_) => kind.clone(),
        };
        Schema {
            schema_data: SchemaData {
                nullable: data.nullable,
                description: data.description.clone(),
                default: data.default.clone(),
                deprecated: data.deprecated,
                // A title would name the type, and an example would be printed at each use.
                ..SchemaData::default()
            },
            schema_kind: kind,
        }
    }

    fn object(
        &mut self,
        object: &ObjectType,
        name: &str,
        place: &[&str],
        findings: &mut Findings,
    ) -> ObjectType {
        let properties = object.properties.iter().map(|(property, schema)| {
            let required = object.required.contains(property);
            let place = [place, &["properties", property.as_str()]].concat();
            let type_name = format!("{name}{}", property.to_pascal_case());
            (
                property.clone(),
                boxed(self.property(schema, required, &type_name, &place, findings)),
            )
        });
        let properties = properties.collect();
        let additional_properties =
            object
                .additional_properties
                .as_ref()
                .map(|additional| match additional {
                    AdditionalProperties::Any(any) => AdditionalProperties::Any(*any),
                    AdditionalProperties::Schema(schema) => {
                        let schema = boxed((**schema).clone());
                        let value = self.element(&schema, &format!("{name}Value"), place, findings);
                        AdditionalProperties::Schema(Box::new(value.unbox()))
                    }
                });
        ObjectType {
            properties,
            required: object.required.clone(),
            additional_properties,
            min_properties: None,
            max_properties: None,
        }
    }

    /// An item of a list or a value of a map.
    fn element(
        &mut self,
        schema: &ReferenceOr<Box<Schema>>,
        name: &str,
        place: &[&str],
        findings: &mut Findings,
    ) -> ReferenceOr<Box<Schema>> {
        boxed(self.property(schema, true, name, place, findings))
    }

    fn property(
        &mut self,
        schema: &ReferenceOr<Box<Schema>>,
        required: bool,
        name: &str,
        place: &[&str],
        findings: &mut Findings,
    ) -> ReferenceOr<Schema> {
        let schema = schema.clone().unbox();
        let data = match &schema {
            ReferenceOr::Item(schema) => schema.schema_data.clone(),
            ReferenceOr::Reference { .. } => SchemaData::default(),
        };
        let nullable = self.nullable(&schema);
        let mut target = match (sole_reference(&schema), &schema) {
            (Some(reference), _) => ReferenceOr::Reference { reference },
            (None, ReferenceOr::Item(schema)) => {
                let mut schema = self.simplified(schema, name, place, findings);
                schema.schema_data.nullable = false;
                ReferenceOr::Item(schema)
            }
            (None, reference) => reference.clone(),
        };
        // Named here and not by progenitor, so that names are the same whatever refers to them. An optional list or map is
        // a type of its own too: progenitor would leave out an empty one.
        let hoists = match &target {
            ReferenceOr::Item(schema) => {
                is_struct(schema)
                    || (!required && !nullable && data.default.is_none() && is_collection(schema))
            }
            ReferenceOr::Reference { .. } => false,
        };
        if hoists && let ReferenceOr::Item(schema) = target {
            target = self.hoist(name, schema);
        }
        match (nullable, required) {
            (false, _) => described(target, &data, false),
            (true, true) => described(target, &data, true),
            (true, false) => {
                let target = match target {
                    ReferenceOr::Item(schema) => match native(&schema) {
                        Some(native) => native.to_owned(),
                        None => type_of_reference(&self.hoist(name, schema)),
                    },
                    reference => type_of_reference(&reference),
                };
                let replaced = self.replaced(
                    format!("{name}OrNull"),
                    format!("crate::support::Nullable<{target}>"),
                );
                described(
                    replaced,
                    &SchemaData {
                        default: None,
                        ..data
                    },
                    false,
                )
            }
        }
    }

    /// Whether null is a value of the schema or of what it refers to.
    fn nullable(&self, schema: &ReferenceOr<Schema>) -> bool {
        let own = matches!(schema, ReferenceOr::Item(schema) if schema.schema_data.nullable);
        let reference =
            sole_reference(schema).map(|reference| ReferenceOr::Reference { reference });
        own || reference
            .and_then(|reference| {
                resolve(&reference, self.original).map(|schema| schema.schema_data.nullable)
            })
            .unwrap_or(false)
    }

    /// Adds a component, under the nearest name that is free.
    fn hoist(&mut self, name: &str, schema: Schema) -> ReferenceOr<Schema> {
        let schema = ReferenceOr::Item(schema);
        let mut free = name.to_owned();
        let mut number = 2;
        while self.original.contains_key(&free)
            || self
                .derived
                .get(&free)
                .is_some_and(|known| *known != schema)
        {
            free = format!("{name}{number}");
            number += 1;
        }
        let reference = format!("#/components/schemas/{free}");
        self.derived.insert(free, schema);
        ReferenceOr::Reference { reference }
    }

    /// Adds a component whose type is ours.
    fn replaced(&mut self, name: String, target: String) -> ReferenceOr<Schema> {
        let kind = SchemaKind::Type(Type::Object(ObjectType::default()));
        // Two different types never share a component, since the description tells them apart.
        let data = SchemaData {
            description: Some(target.clone()),
            ..SchemaData::default()
        };
        let reference = self.hoist(
            &name,
            Schema {
                schema_data: data,
                schema_kind: kind,
            },
        );
        if let ReferenceOr::Reference { reference } = &reference {
            self.replacements.insert(
                reference.rsplit('/').next().unwrap_or_default().to_owned(),
                target,
            );
        }
        reference
    }
}
