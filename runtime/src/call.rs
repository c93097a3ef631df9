//! One call of an operation, from the request's head to the finished response.

use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderName, HeaderValue, header};

use crate::client::ClientAddress;
use crate::fault::Fault;
use crate::limit::{Decision, RateLimit, RateLimiter};
use crate::security::Principal;
use crate::violation::{At, Location, Report};

/// Seconds after which a caller may try again when a rate limit could not be looked up.
const LIMITER_RETRY_AFTER: u32 = 1;

/// What the log says about a call; an extension of its response.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The contract's `operationId`.
    pub operation: &'static str,
    /// The principal's subject, if a credential was accepted.
    pub subject: Option<String>,
}

/// A call under way.
#[derive(Debug)]
pub struct Call {
    operation: &'static str,
    subject: Option<String>,
    decision: Option<Decision>,
    parts: Parts,
}

impl Call {
    /// Takes a request apart. The body is apart from the call, so that a reference to the call
    /// can be held across an await.
    pub fn open(operation: &'static str, request: Request) -> (Self, Body) {
        let (parts, body) = request.into_parts();
        let call = Self {
            operation,
            subject: None,
            decision: None,
            parts,
        };
        (call, body)
    }

    /// Counts the call against a rate limit.
    ///
    /// # Errors
    ///
    /// 429 when the limit is reached, 503 when it could not be looked up.
    pub async fn limit(
        &mut self,
        limiter: &impl RateLimiter,
        limit: &'static RateLimit,
    ) -> Result<(), Fault> {
        let client = self.parts.extensions.get::<ClientAddress>().copied();
        let taken = limiter
            .take(limit, client.unwrap_or(ClientAddress::UNKNOWN))
            .await;
        self.decision = taken.map_err(|error| {
            tracing::error!(cause = %error, limit = limit.name, "a rate limit could not be looked up");
            Fault::unavailable(LIMITER_RETRY_AFTER)
        })?;
        match &self.decision {
            Some(decision) if !decision.allowed => Err(Fault::too_many_requests(decision.reset)),
            _ => Ok(()),
        }
    }

    /// The credential of an HTTP authentication scheme (RFC 9110, section 11.4). Empty when the
    /// request carries a credential that is not of the scheme, so that it is refused, not ignored.
    pub fn authorization(&self, scheme: &str) -> Option<&str> {
        let mut values = self.parts.headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next()?;
        let credential = value.to_str().ok().and_then(|text| {
            let (name, credential) = text.split_once(' ')?;
            name.eq_ignore_ascii_case(scheme).then(|| credential.trim())
        });
        // Of two credentials none is believed.
        let credential = credential.filter(|_| values.next().is_none());
        Some(credential.unwrap_or_default())
    }

    /// An API key in a header.
    pub fn key_in_header(&self, name: &str) -> Option<&str> {
        let value = self.parts.headers.get(name)?;
        Some(value.to_str().unwrap_or_default())
    }

    /// An API key in a cookie, as it was sent: a key is no parameter, and has no style to decode it by.
    pub fn key_in_cookie(&self, name: &str) -> Option<&str> {
        crate::parameter::cookie_as_sent(&self.parts.headers, name)
    }

    /// Notes who is calling, for the log.
    pub fn identify(&mut self, principal: &Principal) {
        self.subject = Some(principal.subject.clone());
    }

    /// The head of the request.
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The decoded path parameters. `None`, and a violation, when the path is not
    /// percent-encoded UTF-8.
    pub async fn path(&mut self, report: &mut Report) -> Option<RawPathParams> {
        let parameters = RawPathParams::from_request_parts(&mut self.parts, &()).await;
        let sound = crate::parameter::is_percent_encoded(self.parts.uri.path());
        match parameters {
            Ok(parameters) if sound => Some(parameters),
            _ => {
                report.add(
                    &At::Parameter(Location::Path, self.parts.uri.path()),
                    "is not percent-encoded UTF-8",
                );
                None
            }
        }
    }

    /// Completes the response of the call: rate limit headers, and what the log needs.
    pub fn close(self, mut response: Response) -> Response {
        if let Some(decision) = self.decision {
            let headers = response.headers_mut();
            for (name, value) in [
                ("x-ratelimit-limit", decision.limit),
                ("x-ratelimit-remaining", decision.remaining),
                ("x-ratelimit-reset", decision.reset),
            ] {
                headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
            }
        }
        response.extensions_mut().insert(Audit {
            operation: self.operation,
            subject: self.subject,
        });
        response
    }
}
