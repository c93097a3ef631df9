//! What a client still sends after its answer is made.
//!
//! A body that is too large is refused before it is read whole. Closing the connection at that point resets it,
//! and a client that is still sending may then lose the answer (RFC 9112, section 9.6). So the rest is received
//! and thrown away, within limits, while the answer is on its way; afterwards the connection serves on.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// How long the rest of a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a body's rest; the connection of a client that sends more is closed.
const MOST: usize = 16 * 1024 * 1024;

/// A request's body, of which whatever the service leaves unread is received all the same.
pub(super) struct ReadToTheEnd {
    body: Option<Incoming>,
    /// The client waits for "100 Continue", which polling the body sends (RFC 9110, section 10.1.1).
    waits: bool,
}

impl ReadToTheEnd {
    pub(super) fn wrap(request: Request<Incoming>) -> Request<Self> {
        let waits = request.headers().contains_key(header::EXPECT);
        request.map(|body| Self {
            body: Some(body),
            waits,
        })
    }
}

impl Body for ReadToTheEnd {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.waits = false;
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for ReadToTheEnd {
    fn drop(&mut self) {
        if self.waits || self.is_end_stream() {
            return;
        }
        // Outside a runtime nothing arrives any more.
        if let (Some(body), Ok(runtime)) = (self.body.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(tokio::time::timeout(PATIENCE, receive(body)));
        }
    }
}

/// Receives a body and forgets it.
async fn receive(mut body: Incoming) {
    let mut left = MOST;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else {
            return;
        };
        left = rest;
    }
}
