//! Why there is no answer, for callers: never the cause's own words.

use std::fmt;

use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;
use http::StatusCode;

/// Seconds after which a model that was asked too often may be asked again.
const THROTTLED: i64 = 10;
/// Seconds after which a model that was not ready may be.
const NOT_READY: i64 = 30;

/// Why there is no answer, or no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatFailure {
    /// This setting is missing.
    NotSet(&'static str),
    /// The history is no conversation.
    Turns,
    /// The model refuses what it was sent.
    Refused,
    /// It was asked too often.
    Throttled,
    /// It is not ready, or its service is not.
    Unavailable,
    /// It may not be used by this service, or is not there.
    Denied,
    /// It took too long.
    TooLate,
    /// Its answer cannot be used, or broke off.
    Unusable,
    /// A mistake of ours.
    Internal,
}

impl ChatFailure {
    /// The status that says so.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Turns | Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::NotSet(_) | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Denied | Self::Unusable => StatusCode::BAD_GATEWAY,
            Self::TooLate => StatusCode::GATEWAY_TIMEOUT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds after which the same request may succeed.
    pub fn retry_after(self) -> Option<i64> {
        match self {
            Self::Throttled => Some(THROTTLED),
            Self::Unavailable => Some(NOT_READY),
            _ => None,
        }
    }

    /// What an error of the SDK means; it is told to the log.
    pub(super) fn of<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug,
    {
        let failure = match error {
            SdkError::TimeoutError(_) => Self::TooLate,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::TooLate,
            SdkError::DispatchFailure(_) => Self::Unavailable,
            SdkError::ServiceError(context) => Self::of_code(context.err().code()),
            SdkError::ResponseError(_) => Self::Unusable,
            _ => Self::Internal,
        };
        let code = error.code();
        match failure {
            // The caller's, and told to the caller.
            Self::Refused => tracing::info!(code, "the model refused a request"),
            Self::Throttled => tracing::warn!(code, "the model is asked too often"),
            _ => {
                tracing::error!(code, cause = %DisplayErrorContext(error), "the model does not answer")
            }
        }
        failure
    }

    /// Amazon Bedrock API reference, Converse, "Errors". Without a code something else than Bedrock has answered.
    fn of_code(code: Option<&str>) -> Self {
        match code {
            Some("ValidationException") => Self::Refused,
            Some("ThrottlingException" | "ServiceQuotaExceededException") => Self::Throttled,
            Some(
                "ModelNotReadyException"
                | "ServiceUnavailableException"
                | "InternalServerException",
            ) => Self::Unavailable,
            Some("ModelTimeoutException") => Self::TooLate,
            Some(
                "AccessDeniedException"
                | "ResourceNotFoundException"
                | "ExpiredTokenException"
                | "UnrecognizedClientException"
                | "InvalidSignatureException",
            ) => Self::Denied,
            _ => Self::Unusable,
        }
    }
}

impl fmt::Display for ChatFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSet(name) => {
                return write!(f, "Chat is not set up here: the setting {name} is missing.");
            }
            Self::Turns => "The history must begin with the user, end with the assistant, and take turns.",
            Self::Refused => "The model refuses this conversation; it may be too long for it, or ask for what it does not do.",
            Self::Throttled => "The model is asked too often; try again later.",
            Self::Unavailable => "The model is not available for the moment; try again later.",
            Self::Denied => "This service may not use its model; its operators must see to that.",
            Self::TooLate => "The model took too long to answer.",
            Self::Unusable => "The model's answer broke off or could not be used.",
            Self::Internal => "Something went wrong on our side; the request id names it in our log.",
        })
    }
}

impl std::error::Error for ChatFailure {}
