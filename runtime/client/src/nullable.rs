//! Absent and null are different things.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member that may also be null. Where it may be absent too, its type is `Option<Nullable<T>>`: `None` leaves it out,
/// `Some(Nullable::Null)` sends a null, `Some(Nullable::Value(_))` sends a value.
///
/// ```
/// use contract_client::Nullable;
///
/// let values = [Nullable::Null, Nullable::from("a text")];
/// assert_eq!(serde_json::to_string(&values)?, r#"[null,"a text"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Option<T>")]
pub enum Nullable<T> {
    /// A null.
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if it is not null.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value itself, if it is not null.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Reads a member that is there: null is an error, unless the type itself knows null.
///
/// For `#[serde(deserialize_with)]`.
///
/// # Errors
///
/// Those of the value.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
