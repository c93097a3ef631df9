//! Absent, null and present told apart.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An optional, nullable member of an object, such as a member of a JSON merge patch (RFC 7396).
///
/// Generated structs skip the member when it is [`Field::Absent`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// The member was left out.
    #[default]
    Absent,
    /// The member was sent as `null`.
    Null,
    /// The member has a value.
    Present(T),
}

impl<T> Field<T> {
    /// Whether the member was left out.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Field::Present(value) => Some(value),
            Field::Absent | Field::Null => None,
        }
    }

    /// A reference to the value, if there is one.
    pub const fn as_ref(&self) -> Field<&T> {
        match self {
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Present(value) => Field::Present(value),
        }
    }

    /// `Some` is present, `None` is left out.
    pub fn present_or_absent(value: Option<T>) -> Self {
        value.map_or(Field::Absent, Field::Present)
    }

    /// What a value becomes when this member is applied to it: kept, removed or replaced.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Field::Absent => current,
            Field::Null => None,
            Field::Present(value) => Some(value),
        }
    }
}

/// `Some` is present, `None` is null: a member that is always written.
impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Field::Null, Field::Present)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Into::into)
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Present(value) => value.serialize(serializer),
            Field::Absent | Field::Null => serializer.serialize_none(),
        }
    }
}

/// As an option: what is absent has no schema.
#[cfg(feature = "schemas")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<T>::json_schema(generator)
    }
}

/// For `#[serde(deserialize_with)]` on an optional member that is not nullable: `null` is refused.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For `#[serde(deserialize_with)]` on a required, nullable member: it must be there.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<T>::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Field::is_absent")]
        url: Field<String>,
    }

    #[test]
    fn absent_null_and_present_survive_a_round_trip() {
        for text in [r#"{}"#, r#"{"url":null}"#, r#"{"url":"u"}"#] {
            let patch: Patch = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&patch).unwrap(), text);
        }
    }

    #[test]
    fn applies_as_a_merge_patch() {
        assert_eq!(Field::Absent.apply(Some(1)), Some(1));
        assert_eq!(Field::Null.apply(Some(1)), None);
        assert_eq!(Field::Present(2).apply(Some(1)), Some(2));
    }
}
