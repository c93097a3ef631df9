//! What Cognito's errors mean. Their texts reach no caller, and the log only where they cannot quote what a user sent.

use std::error::Error;

use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use contract_runtime::log::causes;

use crate::identity::{Challenge, IdentityError, SignInError};

/// Why Cognito did not do what it was asked.
#[derive(Debug)]
pub(super) enum Refusal {
    /// A wrong password, too many of them, or a refresh token that is not good.
    NotAuthorized,
    /// The account is switched off.
    Disabled,
    /// There is no such account.
    NoUser,
    /// It does not take such a value.
    Unacceptable,
    /// The account wants something first.
    Challenged(Challenge),
    /// Too many requests, of everybody together or to this account. Holds the error's name.
    Throttled(String),
    /// No answer, or a fault of its own.
    Unavailable(String),
    /// A setting of the pool, of its app client or of the server is wrong.
    Misconfigured(String),
}

/// Errors whose message names resources and roles, never what a user sent: it tells operators what to mend.
const TELLING: [&str; 2] = ["AccessDeniedException", "ResourceNotFoundException"];

/// Names of errors that mean too many requests: Cognito's own, and AWS's common ones.
const THROTTLED: [&str; 6] = [
    "LimitExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

impl Refusal {
    /// Sorts an SDK error of `action` (Amazon Cognito API reference: the action's errors, and "Common Errors").
    pub(super) fn of<E>(action: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let SdkError::ServiceError(service) = &error else {
            let cause = format!("{action}: {}", causes(&error));
            return match error {
                SdkError::ConstructionFailure(_) => Self::Misconfigured(cause),
                _ => Self::Unavailable(cause),
            };
        };
        let code = service.err().code().unwrap_or("no code");
        let message = service.err().message().unwrap_or_default();
        let mut cause = format!("{action}: {code}");
        if TELLING.contains(&code) {
            cause = format!("{cause}: {message}");
        }
        match code {
            "NotAuthorizedException" if message.contains("SECRET_HASH") => Self::Misconfigured(
                format!("{cause}: the app client has a secret; give the service one without"),
            ),
            "NotAuthorizedException" if message.contains("disabled") => Self::Disabled,
            "NotAuthorizedException" => Self::NotAuthorized,
            // A trigger of the pool's owner has refused the user.
            "UserLambdaValidationException" => Self::NotAuthorized,
            "UserNotFoundException" => Self::NoUser,
            "InvalidParameterException" if message.contains("not enabled") => {
                Self::Misconfigured(format!(
                    "{cause}: the app client does not allow the flow; allow ALLOW_USER_PASSWORD_AUTH and ALLOW_REFRESH_TOKEN_AUTH"
                ))
            }
            "InvalidParameterException" => Self::Unacceptable,
            "UserNotConfirmedException" => Self::Challenged(Challenge::Confirmation),
            "PasswordResetRequiredException" => Self::Challenged(Challenge::PasswordReset),
            code if THROTTLED.contains(&code) || service.raw().status().as_u16() == 429 => {
                Self::Throttled(cause)
            }
            "InternalErrorException" | "ServiceUnavailable" | "RequestTimeout" => {
                Self::Unavailable(cause)
            }
            _ if service.raw().status().is_server_error() => Self::Unavailable(cause),
            _ => Self::Misconfigured(cause),
        }
    }
}

impl From<Refusal> for IdentityError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Throttled(cause) => Self::Throttled(cause),
            Refusal::Unavailable(cause) => Self::Unavailable(cause),
            Refusal::Misconfigured(cause) => Self::Internal(cause),
            // Alike, so that nobody learns which accounts there are.
            Refusal::NotAuthorized
            | Refusal::Disabled
            | Refusal::NoUser
            | Refusal::Unacceptable
            | Refusal::Challenged(_) => Self::Rejected,
        }
    }
}

impl From<Refusal> for SignInError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Challenged(challenge) => Self::Challenged(challenge),
            other => Self::Failed(other.into()),
        }
    }
}
