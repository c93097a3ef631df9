//! What a database can answer instead of an answer.

use std::fmt;

/// Why something was not done.
#[derive(Debug)]
pub enum DatabaseError {
    /// It cannot be reached, does not answer in time or will not take the credentials; with the cause, for the log.
    Unavailable(String),
    /// Another row has this already; the constraint's name.
    Taken(String),
    /// It refers to a row that is not there; the constraint's name.
    Orphaned(String),
    /// The statement and the database do not fit each other; with the cause, for the log.
    Internal(String),
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => f.write_str(cause),
            Self::Taken(constraint) => write!(f, "the constraint {constraint} was violated"),
            Self::Orphaned(constraint) => write!(f, "the foreign key {constraint} was violated"),
        }
    }
}

impl std::error::Error for DatabaseError {}

/// SQLSTATEs (PostgreSQL's documentation, appendix A) with which a statement has failed that may succeed another time, on
/// this server or on the one that takes over: connection exceptions, insufficient resources, operator intervention (a
/// shutdown, a cancelled statement), system errors, and a server that is about to be or not any more the one that writes.
const PASSING: [&str; 5] = ["08", "53", "57", "58", "25006"];

/// invalid_authorization_specification and invalid_password.
const NOT_ADMITTED: [&str; 2] = ["28000", "28P01"];

/// serialization_failure and deadlock_detected: the transaction has left no trace and may be repeated.
const REPEATABLE: [&str; 2] = ["40001", "40P01"];

const UNIQUE_VIOLATION: &str = "23505";
const FOREIGN_KEY_VIOLATION: &str = "23503";

fn state(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Whether the server did not accept the user or the password.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    state(error).is_some_and(|state| NOT_ADMITTED.contains(&state.as_str()))
}

/// Whether the same may be tried again at once.
pub(super) fn is_repeatable(error: &sqlx::Error) -> bool {
    state(error).is_some_and(|state| REPEATABLE.contains(&state.as_str()))
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        let cause = contract_runtime::log::causes(&error);
        let state = match &error {
            Error::Database(_) => state(&error).unwrap_or_default(),
            Error::Io(_)
            | Error::Tls(_)
            | Error::Protocol(_)
            | Error::PoolTimedOut
            | Error::PoolClosed
            | Error::WorkerCrashed
            | Error::BeginFailed => return Self::Unavailable(cause),
            _ => return Self::Internal(cause),
        };
        let constraint = || {
            let name = error
                .as_database_error()
                .and_then(|error| error.constraint());
            name.unwrap_or_default().to_owned()
        };
        match state.as_str() {
            UNIQUE_VIOLATION => Self::Taken(constraint()),
            FOREIGN_KEY_VIOLATION => Self::Orphaned(constraint()),
            _ if PASSING.iter().any(|class| state.starts_with(class))
                || is_refusal(&error)
                || is_repeatable(&error) =>
            {
                Self::Unavailable(cause)
            }
            _ => Self::Internal(cause),
        }
    }
}
