//! Request bodies: their media type, their size, and the values in them.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

use crate::fault::Fault;
use crate::inspect::Inspect;
use crate::violation::{At, Report};

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
///
/// 415 for another media type or any content coding, 413 as soon as the declared or received
/// size passes the limit, 400 when the connection breaks.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Fault> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let declared = types.next();
    let is_other =
        declared.is_some_and(|value| !is_json(value.as_bytes())) || types.next().is_some();
    if is_other || is_encoded(headers) {
        return Err(Fault::unsupported_media_type());
    }
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Fault::body_too_large(limit));
    }
    let bytes = match Limited::new(body, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Fault::body_too_large(limit)),
        Err(_) => {
            return Err(Fault::new(
                StatusCode::BAD_REQUEST,
                "The body could not be read to its end.",
            ));
        }
    };
    if declared.is_none() && !bytes.is_empty() {
        return Err(Fault::unsupported_media_type());
    }
    Ok(bytes)
}

/// `application/json`, with any parameters, in any case (RFC 9110, section 8.3.1).
fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence
        .trim_ascii()
        .eq_ignore_ascii_case(b"application/json")
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The value of a body that must be there.
pub fn required<T: Inspect>(bytes: &[u8], report: &mut Report) -> Option<T> {
    if bytes.is_empty() {
        report.add(&At::Body, "is required");
        return None;
    }
    parse(bytes, report)
}

/// The value of a body that may be left out. The outer `None` is a violation.
pub fn optional<T: Inspect>(bytes: &[u8], report: &mut Report) -> Option<Option<T>> {
    if bytes.is_empty() {
        return Some(None);
    }
    parse(bytes, report).map(Some)
}

fn parse<T: Inspect>(bytes: &[u8], report: &mut Report) -> Option<T> {
    match serde_json::from_slice::<T>(bytes) {
        Ok(value) => {
            value.check(&At::Body, report);
            Some(value)
        }
        Err(_) => {
            explain::<T>(bytes, report);
            None
        }
    }
}

/// Finds out everything that is wrong with a body that did not deserialise.
#[cold]
fn explain<T: Inspect>(bytes: &[u8], report: &mut Report) {
    let value = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => value,
        Err(error) => {
            report.add(&At::Body, format!("is not JSON: {error}"));
            return;
        }
    };
    let known = report.len();
    T::inspect(&value, &At::Body, report);
    if report.len() > known {
        return;
    }
    // What only the typed reading refuses, such as a member that is given twice.
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        let message = format!("cannot be read: {}", error.inner());
        add_along(error.path(), message, report);
    } else {
        report.add(&At::Body, "must be one JSON value and nothing after it");
    }
}

/// Adds a violation at the place that serde's path names.
fn add_along(path: &serde_path_to_error::Path, message: String, report: &mut Report) {
    use serde_path_to_error::Segment;

    fn walk(segments: &[&Segment], at: &At<'_>, message: String, report: &mut Report) {
        match segments {
            [Segment::Map { key }, rest @ ..] => walk(rest, &at.key(key), message, report),
            [Segment::Seq { index }, rest @ ..] => walk(rest, &at.index(*index), message, report),
            _ => report.add(at, message),
        }
    }

    let segments: Vec<_> = path.iter().collect();
    walk(&segments, &At::Body, message, report);
}
