//! The forms of a single schema.

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};

/// What a reference with words beside it (`allOf` of one) refers to.
pub(super) fn sole_reference(schema: &ReferenceOr<Schema>) -> Option<String> {
    match schema {
        ReferenceOr::Reference { reference } => Some(reference.clone()),
        ReferenceOr::Item(Schema {
            schema_kind: SchemaKind::AllOf { all_of },
            ..
        }) => match all_of.as_slice() {
            [ReferenceOr::Reference { reference }] => Some(reference.clone()),
            _ => None,
        },
        ReferenceOr::Item(_) => None,
    }
}

/// The same schema with its description, its default and whether it may be null.
pub(super) fn described(
    schema: ReferenceOr<Schema>,
    data: &SchemaData,
    nullable: bool,
) -> ReferenceOr<Schema> {
    match schema {
        ReferenceOr::Item(mut schema) => {
            schema.schema_data.nullable = nullable;
            ReferenceOr::Item(schema)
        }
        reference if nullable || data.description.is_some() || data.default.is_some() => {
            ReferenceOr::Item(Schema {
                schema_data: SchemaData {
                    nullable,
                    description: data.description.clone(),
                    default: data.default.clone(),
                    ..SchemaData::default()
                },
                schema_kind: SchemaKind::AllOf {
                    all_of: vec![reference],
                },
            })
        }
        reference => reference,
    }
}

pub(super) fn is_struct(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::AllOf { .. } => true,
        _ => false,
    }
}

pub(super) fn is_collection(schema: &Schema) -> bool {
    matches!(
        schema.schema_kind,
        SchemaKind::Type(Type::Array(_) | Type::Object(_))
    )
}
