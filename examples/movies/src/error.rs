//! How operations fail: what callers can do something about, and what only operators can.

use std::fmt;

use contract_runtime::dynamodb::TableError;
use contract_runtime::password::PasswordError;

/// Why something was not done. Texts are for the log, never for a client, except those of [`Error::Conflict`] and
/// [`Error::Forbidden`].
#[derive(Debug)]
pub enum Error {
    /// A parameter of the query does not mean anything here: its name, and what would be right.
    BadParameter(&'static str, &'static str),
    /// The credentials are not accepted, or not any more.
    Rejected,
    /// The caller may not do this.
    Forbidden(&'static str),
    /// There is no such item.
    NotFound,
    /// What is there does not allow it.
    Conflict(&'static str),
    /// Something does not answer, or not in time: the same request can succeed later.
    Unavailable(String),
    /// Our own mistake: trying again will not help.
    Internal(String),
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(cause) => Self::Unavailable(cause),
            TableError::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadParameter(name, right) => write!(f, "{name} {right}"),
            Self::Rejected => f.write_str("the credentials are not accepted"),
            Self::NotFound => f.write_str("there is no such item"),
            Self::Forbidden(sentence) | Self::Conflict(sentence) => f.write_str(sentence),
            Self::Unavailable(cause) | Self::Internal(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for Error {}
