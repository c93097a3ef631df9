//! How login, refresh and logout end if not well.

use std::fmt;

use crate::table::TableError;

/// Why a session was not started, continued or ended. Texts are for the log, never for a client.
#[derive(Debug)]
pub enum IdentityError {
    /// The credentials are not accepted. Nothing says which part was wrong.
    Rejected,
    /// The provider or the table does not answer: the same request can succeed later.
    Unavailable(String),
    /// Our own mistake: trying again will not help.
    Internal(String),
}

impl From<TableError> for IdentityError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(cause) => Self::Unavailable(cause),
            TableError::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected => f.write_str("the credentials are not accepted"),
            Self::Unavailable(cause) => write!(f, "identity is unavailable: {cause}"),
            Self::Internal(cause) => write!(f, "identity failed: {cause}"),
        }
    }
}

impl std::error::Error for IdentityError {}
