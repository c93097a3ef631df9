//! From a response to what the sender of an event makes a response of.

use std::collections::BTreeMap;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use serde::Serialize;

use super::event::Sender;
use crate::middleware::REQUEST_ID;

/// Bytes of an answer that Lambda takes: 6 MB (Lambda developer guide, "Lambda quotas").
pub(super) const LARGEST: usize = 6 * 1024 * 1024;

/// A response whose body is all there.
#[derive(Debug, Default)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The JSON of both formats.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    status_code: u16,
    headers: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<BTreeMap<&'a str, Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookies: Option<Vec<String>>,
    body: &'a str,
    is_base64_encoded: bool,
}

/// Of the connection, which ends at the gateway; it counts the body itself.
const CONNECTION: [HeaderName; 4] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    HeaderName::from_static("keep-alive"),
];

/// Of a body that is not sent after all.
const REPRESENTATION: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CACHE_CONTROL,
    header::ETAG,
    header::LAST_MODIFIED,
    header::LOCATION,
];

impl Answer {
    /// Waits for the body's end.
    pub(super) async fn from(response: Response) -> Result<Self, axum::Error> {
        let (parts, body) = response.into_parts();
        let mut headers = parts.headers;
        for name in CONNECTION {
            headers.remove(name);
        }
        Ok(Self {
            status: parts.status,
            headers,
            body: body.collect().await?.to_bytes(),
        })
    }

    /// With `Location` as the client must ask for it, who has `prefix` before the service's paths.
    pub(super) fn below(mut self, prefix: &str) -> Self {
        let location = self.headers.get(header::LOCATION);
        let path = location.and_then(|location| location.to_str().ok());
        // `//host` is another host.
        let path = path.filter(|path| path.starts_with('/') && !path.starts_with("//"));
        let whole = path.map(|path| HeaderValue::try_from(format!("{prefix}{path}")));
        if let Some(Ok(whole)) = whole {
            self.headers.insert(header::LOCATION, whole);
        }
        self
    }

    /// `other` in place of this one, with the headers of this one that are not about its body.
    pub(super) fn replaced_by(self, mut other: Self) -> Self {
        let mut headers = self.headers;
        for name in REPRESENTATION {
            headers.remove(name);
        }
        headers.remove(header::SET_COOKIE);
        for (name, value) in &other.headers {
            if name != REQUEST_ID || !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        other.headers = headers;
        other
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        self.headers.get(REQUEST_ID)?.to_str().ok()
    }

    /// As `sender` wants it. A body that is no text is base64, as is every encoded one.
    pub(super) fn to_json(&self, sender: Sender) -> Vec<u8> {
        let text = std::str::from_utf8(&self.body);
        let text = text.ok().filter(|_| !self.is_encoded());
        let base64 = match text {
            Some(_) => None,
            None => Some(STANDARD.encode(&self.body)),
        };
        let is_1 = sender == Sender::Version1;
        let json = Json {
            status_code: self.status.as_u16(),
            headers: if is_1 {
                BTreeMap::new()
            } else {
                self.joined_headers()
            },
            multi_value_headers: is_1.then(|| self.every_header()),
            cookies: (!is_1).then(|| self.values(&header::SET_COOKIE)),
            body: text.or(base64.as_deref()).unwrap_or_default(),
            is_base64_encoded: base64.is_some(),
        };
        // Texts and numbers always have a JSON form.
        serde_json::to_vec(&json).unwrap_or_default()
    }

    fn is_encoded(&self) -> bool {
        self.headers.contains_key(header::CONTENT_ENCODING)
    }

    /// Format 1.0 takes them all here; those in `headers` would be added to them.
    fn every_header(&self) -> BTreeMap<&str, Vec<String>> {
        let names = self.headers.keys();
        names
            .map(|name| (name.as_str(), self.values(name)))
            .collect()
    }

    /// Format 2.0 has one value for each name; several are one list (RFC 9110, section 5.3), but for `Set-Cookie`.
    fn joined_headers(&self) -> BTreeMap<&str, String> {
        let names = self
            .headers
            .keys()
            .filter(|name| *name != header::SET_COOKIE);
        names
            .map(|name| (name.as_str(), self.values(name).join(", ")))
            .collect()
    }

    /// JSON is text: what a value has beyond UTF-8 cannot be said in it.
    fn values(&self, name: &HeaderName) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }
}
