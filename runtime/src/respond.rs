//! Responses of generated code.

use std::fmt::Display;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

/// A response with a JSON body.
///
/// A body that cannot be serialised is a mistake in the service, logged and answered with 500
/// and no body.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            response
        }
        Err(error) => {
            tracing::error!(%error, "a response body could not be serialised");
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// A response without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Implements `From` for the variants of an enumeration that hold a response of their own type.
#[macro_export]
macro_rules! conversions {
    ($name:ident { $($variant:ident($response:path)),+ $(,)? }) => {
        $(impl ::std::convert::From<$response> for $name {
            fn from(response: $response) -> Self {
                Self::$variant(response)
            }
        })+
    };
}

/// Sets a response header that the contract declares.
///
/// A value that no header can carry (RFC 9110, section 5.5) is a mistake in the service: it is
/// logged, and the response becomes a 500 without a body rather than one that breaks the contract.
pub fn header(response: &mut Response, name: HeaderName, value: &impl Display) {
    match HeaderValue::try_from(value.to_string()) {
        Ok(value) => {
            response.headers_mut().append(name, value);
        }
        Err(error) => {
            tracing::error!(%error, header = %name, "a header value cannot be sent");
            *response = empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
}
