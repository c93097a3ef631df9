//! What the generated layer answers when it does not call the operation.
//!
//! The runtime decides the status, the headers and what was wrong; how that looks on the wire is
//! the contract's choice: a service implements `From<Fault>` for its contract's error schema, and
//! [`refuse`] turns a fault into a response with it.

use std::borrow::Cow;

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::respond;
use crate::violation::{Report, Violation};

/// A refusal by the generated layer or the middleware.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The status to answer with.
    pub status: StatusCode,
    /// One sentence for the caller. Never a cause that only operators should see.
    pub message: Cow<'static, str>,
    /// Every breach of the contract, for a 400.
    pub violations: Vec<Violation>,
    /// Headers that belong to the status: `Allow`, `Retry-After`, `WWW-Authenticate`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Fault {
    /// A fault with a status and a sentence.
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
            violations: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 400: the request breaks the contract.
    pub fn invalid(report: Report) -> Self {
        let found = report.len();
        let violations = report.into_violations();
        let message: Cow<'static, str> = if found > violations.len() {
            let listed = violations.len();
            format!(
                "The request breaks the contract in {found} places; the first {listed} are listed."
            )
            .into()
        } else {
            "The request does not follow the contract; every violation is listed.".into()
        };
        Self {
            violations,
            ..Self::new(StatusCode::BAD_REQUEST, message)
        }
    }

    /// 404: no path of the contract matches.
    pub fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "No such path.")
    }

    /// 405 with `Allow` (RFC 9110, section 15.5.6).
    pub fn method_not_allowed(allow: &'static str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("This path answers {allow} only."),
        )
        .with(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// 406: the client accepts none of the media types that there are (RFC 9110, section 15.5.7).
    pub fn not_acceptable(offered: &[&str]) -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            format!("This is answered as {} only.", offered.join(" or ")),
        )
    }

    /// 413: the body is larger than the contract's limit in bytes.
    pub fn body_too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {limit} bytes."),
        )
    }

    /// 415: the body is not JSON.
    pub fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the body as application/json.",
        )
    }

    /// 401 without a usable credential (RFC 9110, section 11.6.1).
    pub fn unauthorized(message: impl Into<Cow<'static, str>>, challenge: HeaderValue) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message).with(header::WWW_AUTHENTICATE, challenge)
    }

    /// 403: the principal has none of the roles of which the contract requires one.
    pub fn forbidden(roles: &[&str]) -> Self {
        let roles: Vec<_> = roles.iter().map(|role| format!("`{role}`")).collect();
        Self::new(
            StatusCode::FORBIDDEN,
            format!("This operation requires the role {}.", roles.join(" or ")),
        )
    }

    /// 429 with `Retry-After` in seconds.
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("Too many requests; try again in {retry_after} seconds."),
        )
        .with(header::RETRY_AFTER, HeaderValue::from(retry_after))
    }

    /// 500 that tells nothing; the cause belongs into the log.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side; the request id names it in our log.",
        )
    }

    /// 503 with `Retry-After` in seconds.
    pub fn unavailable(retry_after: u32) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is not available for the moment; try again soon.",
        )
        .with(header::RETRY_AFTER, HeaderValue::from(retry_after))
    }

    /// The status's reason phrase, such as `Bad Request`.
    pub fn reason(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }
}

/// The response of a fault in the contract's error schema `E`.
pub fn refuse<E: From<Fault> + Serialize>(mut fault: Fault) -> Response {
    let status = fault.status;
    let headers = std::mem::take(&mut fault.headers);
    let mut response = respond::json(status, &E::from(fault));
    response.headers_mut().extend(headers);
    response
}
