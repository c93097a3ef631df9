//! How login, refresh and logout end if not well.

use std::fmt;

#[cfg(feature = "embedded")]
use contract_runtime::password::PasswordError;

use super::Challenge;
use crate::table::TableError;

/// Why a session was not started, continued or ended. Texts are for the log, never for a client.
#[derive(Debug)]
pub enum IdentityError {
    /// The credentials are not accepted. Nothing says which part was wrong.
    Rejected,
    /// The provider takes no more requests for the moment.
    Throttled(String),
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

#[cfg(feature = "embedded")]
impl From<PasswordError> for IdentityError {
    fn from(error: PasswordError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected => f.write_str("the credentials are not accepted"),
            Self::Throttled(cause) => write!(f, "identity is throttled: {cause}"),
            Self::Unavailable(cause) => write!(f, "identity is unavailable: {cause}"),
            Self::Internal(cause) => write!(f, "identity failed: {cause}"),
        }
    }
}

impl std::error::Error for IdentityError {}

/// Why nobody was signed in. Only a login can meet a challenge.
#[derive(Debug)]
pub enum SignInError {
    /// The account wants more than a right password.
    Challenged(Challenge),
    /// What can happen to every call of the provider.
    Failed(IdentityError),
}

impl From<IdentityError> for SignInError {
    fn from(error: IdentityError) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Challenged(challenge) => challenge.fmt(f),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SignInError {}
