//! Booleans that can only be one thing.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A boolean that the contract lets be `VALUE` alone (`enum: [true]`): what tells one envelope from another, for example.
/// There is nothing to set, so nothing to set wrongly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Always<const VALUE: bool>;

impl<const VALUE: bool> Serialize for Always<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(VALUE)
    }
}

impl<'de, const VALUE: bool> Deserialize<'de> for Always<VALUE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? == VALUE {
            Ok(Self)
        } else {
            Err(D::Error::custom(format_args!("must be {VALUE}")))
        }
    }
}

#[cfg(feature = "schemas")]
impl<const VALUE: bool> schemars::JsonSchema for Always<VALUE> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Always_{VALUE}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "boolean", "enum": [VALUE]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_boolean_and_no_other() {
        assert_eq!(serde_json::to_string(&Always::<true>).unwrap(), "true");
        assert_eq!(
            serde_json::from_str::<Always<false>>("false").unwrap(),
            Always
        );
        for wrong in ["true", "null", "0", r#""false""#] {
            assert!(
                serde_json::from_str::<Always<false>>(wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
