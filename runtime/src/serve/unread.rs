//! Request bodies as they arrive: how long that may take, and what becomes of what nobody reads.
//!
//! A body that trickles in is given up after a time, and reading it fails; generated code answers 400 then, as it does when
//! a connection breaks: 408 (RFC 9110, section 15.5.9) is no answer of a contract's operations, and to clients that
//! do not know it the same (section 15). The connection is closed with it.
//!
//! A body that is too large is refused before it is read whole. Closing the connection at that point resets it,
//! and a client that is still sending may then lose the answer (RFC 9112, section 9.6). So the rest is received
//! and thrown away, within limits, while the answer is on its way; afterwards the connection serves on.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::phase::Phase;

/// How long the rest of a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a body's rest; the connection of a client that sends more is closed.
const MOST: usize = 16 * 1024 * 1024;

/// A request's body, of which whatever the service leaves unread is received all the same.
pub(super) struct ReadToTheEnd {
    body: Option<Incoming>,
    /// The client waits for "100 Continue", which polling the body sends (RFC 9110, section 10.1.1).
    waits: bool,
    phase: Arc<Phase>,
    /// When it must have arrived.
    deadline: Instant,
    late: Option<Pin<Box<Sleep>>>,
}

impl ReadToTheEnd {
    /// The request with its body, which must arrive within `patience` from now.
    pub(super) fn wrap(
        request: Request<Incoming>,
        phase: Arc<Phase>,
        patience: Duration,
    ) -> Request<Self> {
        let waits = request.headers().contains_key(header::EXPECT);
        request.map(|body| Self {
            body: Some(body),
            waits,
            phase,
            deadline: Instant::now() + patience,
            late: None,
        })
    }
}

impl Body for ReadToTheEnd {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        this.waits = false;
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        match Pin::new(body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(frame))),
            Poll::Ready(end) => {
                this.phase.received();
                if end.is_some() {
                    // It broke off or is framed badly: nothing that follows can be told from it.
                    this.phase.refused();
                }
                Poll::Ready(end.map(|end| end.map_err(Into::into)))
            }
            Poll::Pending => {
                let late = this
                    .late
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(this.deadline)));
                if late.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                // Without its reader the connection is closed after the answer.
                this.body = None;
                this.phase.received();
                this.phase.refused();
                let error =
                    io::Error::new(io::ErrorKind::TimedOut, "the body did not arrive in time");
                Poll::Ready(Some(Err(error.into())))
            }
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
        self.phase.received();
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
