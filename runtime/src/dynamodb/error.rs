//! How calls to the table fail: two kinds, because callers can do two things (ask to try again, or give up). A condition
//! that did not hold is not an error but an outcome, so the type system makes callers look at it.

use std::error::Error;
use std::fmt;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use crate::security::Rejection;

/// A call to the table that did not succeed. The text is for the log, never for a client.
#[derive(Debug)]
pub enum TableError {
    /// Throttled, timed out, unreachable, a server fault, or in conflict with other writes for longer than we retry:
    /// the same request can succeed later.
    Unavailable(String),
    /// Our own mistake or a broken item: trying again will not help.
    Internal(String),
}

impl From<TableError> for Rejection {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(cause) => Self::Unavailable(cause),
            TableError::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl TableError {
    /// Sorts an SDK error. Only DynamoDB's error code and message are kept: the full error could quote an item.
    pub fn of<E>(action: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match &error {
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("no code");
                let message = service.err().message().unwrap_or("no message");
                let cause = format!("{action}: {code}: {message}");
                let fault = service.raw().status().as_u16() >= 500;
                if fault || TRANSIENT.contains(&code) {
                    Self::Unavailable(cause)
                } else {
                    Self::Internal(cause)
                }
            }
            SdkError::ConstructionFailure(_) => {
                Self::Internal(format!("{action}: {}", DisplayErrorContext(&error)))
            }
            _ => Self::Unavailable(format!("{action}: {}", DisplayErrorContext(&error))),
        }
    }

    /// An item that does not (de)serialise.
    pub fn item(action: &str, error: impl fmt::Display) -> Self {
        Self::Internal(format!(
            "{action}: the item does not have the expected shape: {error}"
        ))
    }
}

/// DynamoDB's errors that pass by themselves (API reference, "Common errors" and each action's errors).
const TRANSIENT: [&str; 9] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    CONFLICT,
    "TransactionInProgressException",
];

/// A write met a transaction on the same item; DynamoDB asks to send it again and the SDK does not do it by itself.
const CONFLICT: &str = "TransactionConflictException";

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) => write!(f, "the table is unavailable: {cause}"),
            Self::Internal(cause) => write!(f, "the table refused: {cause}"),
        }
    }
}

impl Error for TableError {}

/// Whether a write of a single item met a transaction on it.
pub fn is_conflict<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.code() == Some(CONFLICT))
}
