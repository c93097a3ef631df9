//! The value of a secret.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::SecretError;

/// A value that shows itself to whoever asks by name, and to no log. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    id: Arc<str>,
    version: String,
    bytes: Vec<u8>,
}

impl SecretValue {
    pub(super) fn new(id: Arc<str>, version: String, bytes: Vec<u8>) -> Self {
        Self(Arc::new(Inner { id, version, bytes }))
    }

    /// The id of the secret's version (a UUID as a rule); empty for a value that nobody manages.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The value: a text's UTF-8, or binary.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The value as text.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8.
    pub fn text(&self) -> Result<&str, SecretError> {
        std::str::from_utf8(&self.0.bytes).map_err(|_| self.error("it is no text".to_owned()))
    }

    /// The value read as JSON, as Secrets Manager keeps the credentials of databases.
    ///
    /// # Errors
    ///
    /// If it is not JSON or of another shape. The error says where, and quotes nothing.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SecretError> {
        serde_json::from_slice(&self.0.bytes).map_err(|error| {
            let what = if error.is_data() {
                "its JSON has another shape than expected"
            } else {
                "it is no JSON"
            };
            let (line, column) = (error.line(), error.column());
            self.error(format!("{what} (line {line}, column {column})"))
        })
    }

    fn error(&self, cause: String) -> SecretError {
        SecretError {
            id: self.0.id.clone(),
            cause,
        }
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretValue")
            .field("id", &self.0.id)
            .field("version", &self.0.version)
            .finish_non_exhaustive()
    }
}
