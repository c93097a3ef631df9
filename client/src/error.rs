//! Why a call failed.

use std::fmt;
use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::InvalidHeaderValue;

use crate::answer::Answer;
use crate::contract::types;
use crate::operation::Operation;
use crate::response::ResponseValue;

/// Why a call failed. `E` is the body of errors; the contract has one for all.
#[non_exhaustive]
pub enum Error<E = types::Error> {
    /// The request cannot be made of these arguments; nothing was sent.
    InvalidRequest(String),
    /// There is no valid token for the operation: signing in or renewing the session failed for this cause.
    Authentication {
        /// The operation that was called. It was not carried out.
        operation: &'static Operation,
        /// What signing in or renewing was answered with. Calls that waited for it share it.
        cause: Arc<Error>,
    },
    /// The server could not be reached, or its answer broke off. Unless [`reqwest::Error::is_connect`], it may have done
    /// what was asked.
    Communication {
        /// The operation that was called.
        operation: &'static Operation,
        /// What happened.
        cause: reqwest::Error,
    },
    /// An error that the contract declares, with its operation, status, headers and body.
    ErrorResponse(ResponseValue<E>),
    /// An answer that the contract does not have.
    UnexpectedResponse(Answer),
}

impl Error {
    /// The operation that was called; none if the arguments made no request.
    pub fn operation(&self) -> Option<&'static Operation> {
        match self {
            Self::InvalidRequest(_) => None,
            Self::Authentication { operation, .. } | Self::Communication { operation, .. } => {
                Some(operation)
            }
            Self::ErrorResponse(response) => Some(response.operation()),
            Self::UnexpectedResponse(answer) => Some(answer.operation()),
        }
    }

    /// The status of the answer, if there was one. For a failed sign-in it is that one's.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidRequest(_) | Self::Communication { .. } => None,
            Self::Authentication { cause, .. } => cause.status(),
            Self::ErrorResponse(response) => Some(response.status()),
            Self::UnexpectedResponse(answer) => Some(answer.status()),
        }
    }

    /// The contract's own error, if the server answered with one. For a failed sign-in it is that one's.
    pub fn body(&self) -> Option<&types::Error> {
        match self {
            Self::ErrorResponse(response) => Some(response),
            Self::Authentication { cause, .. } => cause.body(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(message) => write!(f, "the request cannot be sent: {message}"),
            Self::Authentication { operation, cause } => {
                write!(f, "{}: no valid token: {cause}", operation.id)
            }
            Self::Communication { operation, cause } => write!(f, "{}: {cause}", operation.id),
            Self::ErrorResponse(response) => {
                write!(
                    f,
                    "{}: {}: {}",
                    response.operation().id,
                    response.status(),
                    response.message
                )?;
                let details = response
                    .details
                    .as_ref()
                    .and_then(|details| details.violations.as_ref());
                details
                    .into_iter()
                    .flat_map(|violations| violations.iter())
                    .try_for_each(|violation| {
                        write!(
                            f,
                            "; {} {} {}",
                            violation.where_, violation.pointer, violation.message
                        )
                    })
            }
            Self::UnexpectedResponse(answer) => answer.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Authentication { cause, .. } => Some(cause),
            Self::Communication { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// Generated code meets one only where it puts a request together.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

impl From<InvalidHeaderValue> for Error {
    fn from(error: InvalidHeaderValue) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}
