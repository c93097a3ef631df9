//! How failures become answers of the contract.
//!
//! Callers see the contract's Failure; operators see the cause once, in the log, with the request's id. An answer is made
//! only for operations that declare its status: for another it does not compile.

use contract_runtime::http::StatusCode;
use contract_runtime::{Always, Fault, Location};

use crate::contract::responses::{EmailTaken, InternalServerError, NotFound, ServiceUnavailable};
use crate::contract::types::{Failure, FailureDetails, Violation, ViolationIn};
use crate::database::DatabaseError;
use crate::users::EMAIL_TAKEN;

/// Seconds after which a caller may try again when the database did not answer.
const RETRY_AFTER: u32 = 1;

/// The contract's shape of errors, for what the generated layer and the middleware refuse.
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let violations: Vec<_> = fault
            .violations
            .into_iter()
            .map(|violation| Violation {
                r#in: match violation.location {
                    Location::Path => ViolationIn::Path,
                    Location::Query => ViolationIn::Query,
                    Location::Header => ViolationIn::Header,
                    Location::Cookie => ViolationIn::Cookie,
                    Location::Body => ViolationIn::Body,
                },
                at: violation.pointer,
                message: violation.message,
            })
            .collect();
        Self {
            success: Always,
            error: fault.message.into_owned(),
            details: (!violations.is_empty()).then_some(FailureDetails { violations }),
        }
    }
}

fn failure(status: StatusCode, sentence: &'static str) -> Failure {
    Fault::new(status, sentence).into()
}

/// 404.
pub(super) fn not_found(sentence: &'static str) -> NotFound {
    NotFound(failure(StatusCode::NOT_FOUND, sentence))
}

/// 404 for a user.
pub(super) fn no_user() -> NotFound {
    not_found("There is no such user.")
}

/// 409.
fn email_taken() -> EmailTaken {
    EmailTaken(failure(
        StatusCode::CONFLICT,
        "Another user has this email address.",
    ))
}

/// The answer to a failure that no caller can mend.
pub(super) fn database<E>(error: DatabaseError) -> E
where
    E: From<InternalServerError> + From<ServiceUnavailable>,
{
    match error {
        DatabaseError::Unavailable(cause) => {
            tracing::error!(%cause, "the database is unavailable");
            ServiceUnavailable {
                body: Fault::unavailable(RETRY_AFTER).into(),
                retry_after: RETRY_AFTER.into(),
            }
            .into()
        }
        error => {
            tracing::error!(cause = %error, "a statement failed");
            InternalServerError(Fault::internal().into()).into()
        }
    }
}

/// The answer to a user that was not written.
pub(super) fn user<E>(error: DatabaseError) -> E
where
    E: From<InternalServerError> + From<ServiceUnavailable> + From<EmailTaken>,
{
    match error {
        DatabaseError::Taken(constraint) if constraint == EMAIL_TAKEN => email_taken().into(),
        error => database(error),
    }
}

/// The answer to something of a user's that was not written.
pub(super) fn belonging<E>(error: DatabaseError) -> E
where
    E: From<InternalServerError> + From<ServiceUnavailable> + From<NotFound>,
{
    match error {
        DatabaseError::Orphaned(_) => no_user().into(),
        error => database(error),
    }
}
