//! Absent and null are different things.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member that may also be null. Where it may be absent too, its type is `Option<Nullable<T>>`: `None` leaves it out,
/// `Some(Nullable::Null)` sends a null, `Some(Nullable::Value(_))` sends a value.
///
/// ```
/// use portfolio_client::{Nullable, types::ProjectUpdate};
///
/// let update: ProjectUpdate = ProjectUpdate::builder()
///     .github_url(Nullable::Null)
///     .live_url(Nullable::from("https://engine.example"))
///     .try_into()?;
/// let sent = serde_json::to_string(&update)?;
/// assert_eq!(sent, r#"{"githubUrl":null,"liveUrl":"https://engine.example"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
