//! Schemas and references as values: which Rust types progenitor makes of them, as far as the copy must name them.

use heck::{ToPascalCase, ToSnakeCase};
use openapiv3::{
    IntegerFormat, ReferenceOr, Schema, SchemaKind, StringFormat, StringType, Type,
    VariantOrUnknownOrEmpty,
};

/// The Rust type that progenitor uses for a schema, if it does not make one.
pub(super) fn native(schema: &Schema) -> Option<&'static str> {
    let SchemaKind::Type(kind) = &schema.schema_kind else {
        return None;
    };
    Some(match kind {
        Type::String(text) if !text.enumeration.is_empty() => return None,
        Type::String(text) if is_uuid(text) => "::uuid::Uuid",
        Type::String(text) => match &text.format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Date) => "::chrono::naive::NaiveDate",
            VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => {
                "::chrono::DateTime<::chrono::offset::Utc>"
            }
            _ => "::std::string::String",
        },
        Type::Boolean(_) => "bool",
        Type::Number(_) => "f64",
        Type::Integer(integer) => match integer.format {
            VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => return None,
            _ if integer.minimum.is_some() => "u64",
            _ => "i64",
        },
        Type::Array(_) | Type::Object(_) => return None,
    })
}

/// Only formats that are types of their own stay.
pub(super) fn string(text: &StringType) -> StringType {
    let format = match &text.format {
        format @ VariantOrUnknownOrEmpty::Item(StringFormat::Date | StringFormat::DateTime) => {
            format.clone()
        }
        format if is_uuid(text) => format.clone(),
        _ => VariantOrUnknownOrEmpty::Empty,
    };
    StringType {
        format,
        enumeration: text.enumeration.clone(),
        ..StringType::default()
    }
}

pub(super) fn is_uuid(text: &StringType) -> bool {
    matches!(&text.format, VariantOrUnknownOrEmpty::Unknown(format) if format == "uuid")
}

/// The Rust type that a reference becomes.
pub(super) fn type_of_reference(schema: &ReferenceOr<Schema>) -> String {
    let name = match schema {
        ReferenceOr::Reference { reference } => reference.rsplit('/').next().unwrap_or_default(),
        ReferenceOr::Item(_) => "",
    };
    format!("crate::contract::types::{}", name.to_pascal_case())
}

/// The method that progenitor makes of an `operationId`; [`adapt`](super::adaptation::adapt) checks that it did.
pub(super) fn function(id: &str) -> String {
    let name = id.replace('\'', "").to_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    // `gen` is a keyword since edition 2024, which syn does not say yet.
    } else if name == "gen" || syn::parse_str::<syn::Ident>(&name).is_err() {
        format!("{name}_")
    } else {
        name
    }
}

pub(super) fn last_word(path: &str) -> &str {
    path.rsplit(':').next().unwrap_or(path)
}

/// The same, as properties and items are kept.
pub(super) fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
    }
}
