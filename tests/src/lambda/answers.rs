//! Responses as AWS makes them of functions' answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract_runtime::axum::body::{Body, Bytes};
use contract_runtime::axum::http::{HeaderName, HeaderValue, StatusCode, header};
use contract_runtime::axum::response::Response;
use serde_json::Value;

use super::{Failure, Kind};

/// Response headers that a REST API sends under another name (API Gateway developer guide, "Important notes").
const REMAPPED: [HeaderName; 4] = [
    header::DATE,
    header::SERVER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("x-powered-by"),
];

impl Kind {
    /// The response of an answer, or of none.
    pub(super) fn response(&self, answer: Result<Bytes, Failure>, remaps: bool) -> Response {
        match answer {
            Ok(answer) => self
                .well_formed(&answer, remaps)
                .unwrap_or_else(|| self.failed()),
            Err(Failure::TimedOut) => message(504, "Endpoint request timed out"),
            Err(_) => self.failed(),
        }
    }

    fn is_rest(&self) -> bool {
        matches!(self, Self::Rest { .. } | Self::RestCustomDomain { .. })
    }

    fn failed(&self) -> Response {
        match self {
            Self::HttpApi { .. } => message(500, "Internal Server Error"),
            _ => message(502, "Internal server error"),
        }
    }

    /// The response that an answer describes; none if it describes none.
    fn well_formed(&self, answer: &[u8], remaps: bool) -> Option<Response> {
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let members = answer.as_object()?;
        let status = match &answer["statusCode"] {
            Value::String(text) => text.parse().ok()?,
            status => u16::try_from(status.as_u64()?).ok()?,
        };
        let body = match &answer["body"] {
            Value::Null => "",
            body => body.as_str()?,
        };
        let body = match &answer["isBase64Encoded"] {
            Value::Bool(true) => STANDARD.decode(body).ok()?,
            Value::Bool(false) | Value::Null => body.as_bytes().to_vec(),
            _ => return None,
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).ok()?;
        let mut add = |name: &str, value: &Value| {
            let mut name: HeaderName = name.parse().ok()?;
            if self.is_rest() && remaps && REMAPPED.contains(&name) {
                name = format!("x-amzn-remapped-{name}").parse().ok()?;
            }
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => return None,
            };
            let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
            // The gateway counts for itself.
            if name != header::CONTENT_LENGTH {
                response.headers_mut().append(name, value);
            }
            Some(())
        };
        let several = members.get("multiValueHeaders").filter(|it| !it.is_null());
        let several = several.map(Value::as_object);
        if let Some(several) = several.filter(|_| self.is_rest()) {
            for (name, values) in several? {
                for value in values.as_array()? {
                    add(name, value)?;
                }
            }
        }
        let single = members.get("headers").filter(|it| !it.is_null());
        if let Some(single) = single.map(Value::as_object) {
            for (name, value) in single? {
                add(name, value)?;
            }
        }
        if !self.is_rest() {
            for cookie in answer["cookies"].as_array().into_iter().flatten() {
                add("set-cookie", cookie)?;
            }
        }
        let headers = response.headers_mut();
        let untyped = !headers.contains_key(header::CONTENT_TYPE);
        if untyped && status != 204 && status != 304 {
            // What each takes a body for that says nothing.
            let kind = match self {
                Self::HttpApi { .. } => "text/plain;charset=utf-8",
                _ => "application/json",
            };
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        headers.insert(
            HeaderName::from_static("x-amzn-requestid"),
            HeaderValue::from_static("77375676-xmpl-4b79-853a-f982474efe18"),
        );
        Some(response)
    }
}

/// What gateways say themselves.
pub(super) fn message(status: u16, message: &str) -> Response {
    let body = serde_json::json!({ "message": message });
    let status = StatusCode::from_u16(status).unwrap();
    contract_runtime::respond::json(status, &body)
}
