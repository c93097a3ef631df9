//! How failures of the services become answers of the contract.
//!
//! Callers see the contract's Error; operators see the cause once, in the log, with the request's
//! id. An answer is made only for operations that declare its status: for another it does not
//! compile.

use contract_runtime::http::StatusCode;
use contract_runtime::{Fault, Location};

use crate::content::ContentError;
use crate::contract::responses::{
    Forbidden, InternalServerError, NotFound, PreconditionFailed, ServiceUnavailable,
    TooManyRequests, Unauthorized,
};
use crate::contract::types::{Error, ErrorDetails, RequestPart, Violation};
use crate::identity::{IdentityError, SignInError};
use crate::table::TableError;

/// Seconds after which a caller may try again when the table did not answer.
const RETRY_AFTER: i64 = 1;

/// Seconds after which a caller may try again when the identity provider takes no more requests: it counts by the second.
const THROTTLED: u32 = 5;

/// The layer's faults in the contract's shape.
impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let violations = fault.violations.iter().map(|violation| Violation {
            r#where: match violation.location {
                Location::Path => RequestPart::Path,
                Location::Query => RequestPart::Query,
                Location::Header => RequestPart::Header,
                Location::Cookie => RequestPart::Cookie,
                Location::Body => RequestPart::Body,
            },
            pointer: violation.pointer.clone(),
            message: violation.message.clone(),
        });
        let details = (!fault.violations.is_empty()).then(|| ErrorDetails {
            violations: Some(violations.collect()),
        });
        Self {
            error: fault.reason().to_owned(),
            message: fault.message.into_owned(),
            status_code: fault.status.as_u16().into(),
            details,
        }
    }
}

fn error(status: StatusCode, message: &'static str) -> Error {
    Fault::new(status, message).into()
}

/// 404.
pub(super) fn not_found() -> NotFound {
    NotFound(error(
        StatusCode::NOT_FOUND,
        "There is no such item, or it is not published.",
    ))
}

/// 403 for a principal who is not the owner.
pub(super) fn forbidden() -> Forbidden {
    Forbidden(error(
        StatusCode::FORBIDDEN,
        "Only the owner may see drafts.",
    ))
}

/// 401, with the challenge that RFC 9110, section 15.5.2 wants.
pub(super) fn unauthorized(message: &'static str) -> Unauthorized {
    Unauthorized {
        body: error(StatusCode::UNAUTHORIZED, message),
        www_authenticate: "Bearer".to_owned(),
    }
}

/// 412.
fn precondition_failed() -> PreconditionFailed {
    PreconditionFailed(error(
        StatusCode::PRECONDITION_FAILED,
        "The item has changed since you read it; read it again and repeat the change.",
    ))
}

/// 503; the cause goes to the log.
fn unavailable(cause: &dyn std::fmt::Display) -> ServiceUnavailable {
    tracing::error!(%cause, "a service is unavailable");
    let fault = Fault::unavailable(1);
    ServiceUnavailable {
        body: fault.into(),
        retry_after: RETRY_AFTER,
    }
}

/// 429, not of the contract's own limits, whose state the layer adds; the cause goes to the log.
fn too_many_requests(cause: &dyn std::fmt::Display) -> TooManyRequests {
    tracing::warn!(%cause, "a service takes no more requests");
    TooManyRequests {
        body: Fault::too_many_requests(THROTTLED).into(),
        retry_after: THROTTLED.into(),
    }
}

/// 500; the cause goes to the log.
fn internal(cause: &dyn std::fmt::Display) -> InternalServerError {
    tracing::error!(%cause, "an operation failed");
    InternalServerError(Fault::internal().into())
}

/// The answer to a failure of the table.
pub(super) fn table<E>(error: TableError) -> E
where
    E: From<InternalServerError> + From<ServiceUnavailable>,
{
    match error {
        TableError::Unavailable(_) => unavailable(&error).into(),
        TableError::Internal(_) => internal(&error).into(),
    }
}

/// The answer to a change of content that was not made.
pub(super) fn content<E>(error: ContentError) -> E
where
    E: From<InternalServerError>
        + From<ServiceUnavailable>
        + From<NotFound>
        + From<PreconditionFailed>,
{
    match error {
        ContentError::NotFound => not_found().into(),
        ContentError::PreconditionFailed => precondition_failed().into(),
        ContentError::Table(error) => table(error),
    }
}

/// The answer to credentials that were not accepted.
pub(super) fn identity<E>(error: IdentityError) -> E
where
    E: From<InternalServerError>
        + From<ServiceUnavailable>
        + From<TooManyRequests>
        + From<Unauthorized>,
{
    match error {
        IdentityError::Rejected => {
            unauthorized("The email address, password or token was not accepted.").into()
        }
        IdentityError::Throttled(_) => too_many_requests(&error).into(),
        IdentityError::Unavailable(_) => unavailable(&error).into(),
        IdentityError::Internal(_) => internal(&error).into(),
    }
}

/// The answer to a login that signed nobody in.
pub(super) fn sign_in<E>(error: SignInError) -> E
where
    E: From<Forbidden>
        + From<InternalServerError>
        + From<ServiceUnavailable>
        + From<TooManyRequests>
        + From<Unauthorized>,
{
    match error {
        SignInError::Challenged(challenge) => {
            Forbidden(self::error(StatusCode::FORBIDDEN, challenge.sentence())).into()
        }
        SignInError::Failed(error) => identity(error),
    }
}

/// Lets `?` turn a failure into the errors of operations.
macro_rules! fails {
    ($($failure:ty as $answer:path => $($error:ident),+;)+) => {
        $($(impl From<$failure> for crate::contract::$error {
            fn from(failure: $failure) -> Self {
                $answer(failure)
            }
        })+)+
    };
}

pub(super) use fails;
