//! Request bodies: their media type, their size, and the values in them.

use std::error::Error;
use std::io;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::fault::Fault;
use crate::inspect::Inspect;
use crate::violation::{At, Report};

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
///
/// 415 for another media type or any content coding, 413 as soon as the declared or received
/// size passes the limit, 400 when the connection breaks or what serves it gives the body up.
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
    let bytes = receive(body, limit).await?;
    if declared.is_none() && !bytes.is_empty() {
        return Err(Fault::unsupported_media_type());
    }
    Ok(bytes)
}

/// Receives a body of at most `limit` bytes in one piece.
///
/// The first frame is given as it is, since most bodies are one; of more, the bytes are copied. A frame can be one byte
/// and hold on to a whole buffer of the connection's: a body of 8 KB, sent byte by byte, kept 64 MB until its end.
async fn receive(mut body: Body, limit: usize) -> Result<Bytes, Fault> {
    let mut received = Bytes::new();
    let mut copied = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            let message = if is_late(&error) {
                "The body did not arrive in time."
            } else {
                "The body could not be read to its end."
            };
            Fault::new(StatusCode::BAD_REQUEST, message)
        })?;
        // Trailers are of no use here.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.len() > limit - (received.len() + copied.len()) {
            return Err(Fault::body_too_large(limit));
        }
        if received.is_empty() && copied.is_empty() {
            received = data;
        } else {
            copied.extend_from_slice(&std::mem::take(&mut received));
            copied.extend_from_slice(&data);
        }
    }
    Ok(if copied.is_empty() {
        received
    } else {
        copied.into()
    })
}

/// Whether reading failed because it took too long.
fn is_late(error: &(dyn Error + 'static)) -> bool {
    let own = error.downcast_ref::<io::Error>();
    own.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
        || error.source().is_some_and(is_late)
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;

    use futures_util::{StreamExt, stream};
    use http::HeaderValue;

    use super::*;

    async fn read_frames(frames: Vec<Bytes>, limit: usize) -> Result<Bytes, StatusCode> {
        let json = HeaderValue::from_static("application/json");
        let headers = [(header::CONTENT_TYPE, json)].into_iter().collect();
        let frames = frames.into_iter().map(Ok::<_, Infallible>);
        let body = Body::from_stream(stream::iter(frames));
        read(&headers, body, limit)
            .await
            .map_err(|fault| fault.status)
    }

    #[tokio::test]
    async fn frames_are_one_body() {
        for frames in [
            vec![],
            vec![""],
            vec!["{}"],
            vec!["", "{", "", "}", ""],
            vec!["{", "}"],
        ] {
            let whole = frames.concat();
            let frames = frames.into_iter().map(Bytes::from).collect();
            assert_eq!(read_frames(frames, 2).await, Ok(whole.into()));
        }
        let frames = |frames: [&'static [u8]; 2]| frames.map(Bytes::from_static).to_vec();
        let large = read_frames(frames([b"{}", b" "]), 2).await;
        assert_eq!(large, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

    /// A frame of one byte, of a buffer that knows whether it is still held.
    struct Buffer(Arc<[u8; 8192]>);

    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            &self.0[..1]
        }
    }

    #[tokio::test]
    async fn a_body_sent_byte_by_byte_keeps_no_buffer_for_each_byte() {
        let buffer = Arc::new([b' '; 8192]);
        let (held, most) = (buffer.clone(), Arc::new(std::sync::Mutex::new(0)));
        let seen = most.clone();
        let frames = stream::iter(0..1_000).map(move |_| {
            let mut most = seen.lock().unwrap();
            *most = (*most).max(Arc::strong_count(&held));
            Ok::<_, Infallible>(Bytes::from_owner(Buffer(held.clone())))
        });
        let body = receive(Body::from_stream(frames), 1_000).await.unwrap();
        assert_eq!(body.len(), 1_000);
        let most = *most.lock().unwrap();
        assert!(most < 5, "{most} buffers are held");
    }
}
