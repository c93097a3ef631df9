//! How failures become answers of the contract: callers see its Error, operators see the cause once, in the log, with the
//! request's id. An answer is made only for operations that declare its status; for another it does not compile.

use contract_runtime::http::StatusCode;
use contract_runtime::violation::{At, Report};
use contract_runtime::{Fault, Location};

use crate::contract::responses::{
    BadRequest, Conflict, Forbidden, InternalServerError, NotFound, ServiceUnavailable,
    Unauthorized,
};
use crate::contract::types::{self, ErrorDetails, RequestPart, Violation};
use crate::error::Error;

/// Seconds after which a caller may try again when something did not answer.
const RETRY_AFTER: u32 = 1;

/// The layer's faults in the contract's shape.
impl From<Fault> for types::Error {
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

fn body(status: StatusCode, sentence: &'static str) -> types::Error {
    Fault::new(status, sentence).into()
}

/// The 400 of a parameter that means nothing, or else the error again.
pub(super) fn bad_request(error: Error) -> Result<BadRequest, Error> {
    let Error::BadParameter(name, right) = error else {
        return Err(error);
    };
    let mut report = Report::new();
    report.add(&At::Parameter(Location::Query, name), right);
    Ok(BadRequest(Fault::invalid(report).into()))
}

/// The 401 of credentials that are not accepted.
pub(super) fn rejected(error: Error) -> Result<Unauthorized, Error> {
    let Error::Rejected = error else {
        return Err(error);
    };
    let sentence = "The username, password or token was not accepted.";
    Ok(Unauthorized {
        body: body(StatusCode::UNAUTHORIZED, sentence),
        www_authenticate: "Bearer".to_owned(),
    })
}

/// The 403 of what this caller may not do.
pub(super) fn forbidden(error: Error) -> Result<Forbidden, Error> {
    let Error::Forbidden(sentence) = error else {
        return Err(error);
    };
    Ok(Forbidden(body(StatusCode::FORBIDDEN, sentence)))
}

/// The 404 of what is not there.
pub(super) fn not_found(error: Error) -> Result<NotFound, Error> {
    let Error::NotFound = error else {
        return Err(error);
    };
    let sentence = "There is no such item.";
    Ok(NotFound(body(StatusCode::NOT_FOUND, sentence)))
}

/// The 409 of what the present state does not allow.
pub(super) fn conflict(error: Error) -> Result<Conflict, Error> {
    let Error::Conflict(sentence) = error else {
        return Err(error);
    };
    Ok(Conflict(body(StatusCode::CONFLICT, sentence)))
}

/// The answer to everything else: 503 if it passes by itself, and else 500. Operators find the cause in the log.
pub(super) fn other<E>(error: &Error) -> E
where
    E: From<InternalServerError> + From<ServiceUnavailable>,
{
    if let Error::Unavailable(cause) = error {
        tracing::error!(cause, "a service is unavailable");
        return E::from(ServiceUnavailable {
            body: Fault::unavailable(RETRY_AFTER).into(),
            retry_after: RETRY_AFTER.into(),
        });
    }
    tracing::error!(cause = %error, "an operation failed");
    InternalServerError(Fault::internal().into()).into()
}

/// Lets `?` turn failures into the errors of operations: for each, the kinds that its contract declares. A kind that is not
/// named would be our own mistake, and is a 500 with its cause in the log.
macro_rules! fails {
    ($($error:ident: $($kind:ident),*;)+) => {
        $(impl From<crate::error::Error> for crate::contract::$error {
            fn from(error: crate::error::Error) -> Self {
                $(let error = match crate::api::failure::$kind(error) {
                    Ok(answer) => return answer.into(),
                    Err(error) => error,
                };)*
                crate::api::failure::other(&error)
            }
        })+
    };
}

pub(super) use fails;
