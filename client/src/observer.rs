//! Watching what goes over the wire.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode};

use crate::operation::Operation;

/// A request that was answered, and its answer. Signing in, renewing a session and trying again are exchanges too.
///
/// It holds whatever was said, tokens and passwords included; only its `Debug` shows none of them.
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// The request, but for what the HTTP client adds to every one: `Host`, `Content-Length`, cookies.
    pub request: &'a Request,
    /// The status as it came; a 304 is one.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: &'a HeaderMap,
    /// The body of the answer, whatever it holds.
    pub body: &'a Bytes,
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("operation", &self.operation.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What [`ClientBuilder::observer`](crate::ClientBuilder::observer) sets.
pub(crate) type Observer = Box<dyn Fn(&Exchange<'_>) + Send + Sync>;
