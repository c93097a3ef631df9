//! What generated types need to say their own schemas, beside what `schemars` derives.

use schemars::Schema;
use serde_json::{Map, Value};

use crate::choice::Choice;

/// For `#[schemars(transform)]` on an optional member that must not be null: to `schemars` an `Option`
/// may be null.
pub fn never_null(schema: &mut Schema) {
    let schema = schema.ensure_object();
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [name] = types.as_slice() {
            let name = name.clone();
            schema.insert("type".to_owned(), name);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(mut parts)) = schema.remove("anyOf") {
        parts.retain(|part| part["type"] != "null");
        match parts.as_slice() {
            [Value::Object(part)] => schema.extend(part.clone()),
            _ => drop(schema.insert("anyOf".to_owned(), parts.into())),
        }
    }
}

/// For `#[schemars(transform)]` on a struct with members that may be null and must be there: to
/// `schemars` an `Option` may be left out.
pub fn requires(names: &'static [&'static str]) -> impl FnMut(&mut Schema) {
    move |schema| {
        let required = schema
            .ensure_object()
            .entry("required")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Some(required) = required.as_array_mut() {
            required.extend(names.iter().map(|name| Value::from(*name)));
        }
    }
}

/// For `#[schemars(transform)]`: adds keywords to a schema inside another one, such as that of the
/// items of an array (`["items"]`).
pub fn inside(path: &'static [&'static str], keywords: Value) -> impl FnMut(&mut Schema) {
    move |schema| {
        let mut part = schema.ensure_object();
        for name in path {
            let next = part.entry(*name).or_insert_with(|| Map::new().into());
            let Some(next) = next.as_object_mut() else {
                return;
            };
            part = next;
        }
        part.extend(keywords.as_object().cloned().unwrap_or_default());
    }
}

/// The schema of a string enumeration, with what the contract says beside its values.
#[must_use]
pub fn choices<T: Choice>(keywords: Value) -> Schema {
    let mut schema = schemars::json_schema!({"type": "string", "enum": T::NAMES});
    inside(&[], keywords)(&mut schema);
    schema
}

/// Implements `schemars::JsonSchema` for a string enumeration: one that the contract names, or one
/// that its uses contain.
#[macro_export]
macro_rules! choices_schema {
    ($type:ident, $name:literal, $keywords:tt) => {
        $crate::choices_schema!($type, $name, $keywords, false);
    };
    ($type:ident) => {
        $crate::choices_schema!($type, "", {}, true);
    };
    ($type:ident, $name:literal, $keywords:tt, $inline:literal) => {
        impl $crate::schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                $inline
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed($name)
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(::std::concat!(
                    ::std::module_path!(),
                    "::",
                    ::std::stringify!($type)
                ))
            }

            fn json_schema(_: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                $crate::schema::choices::<Self>($crate::serde_json::json!($keywords))
            }
        }
    };
}
