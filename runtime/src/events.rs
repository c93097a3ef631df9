//! Answers that are streams of server-sent events (WHATWG HTML, section 9.2).
//!
//! An event is a line `data:` with the event's JSON, and a blank line. While nothing happens a comment is sent every
//! 15 seconds, so that nobody on the way takes the connection for dead. A stream that fails ends with an event of
//! its own, which the contract names (`x-error-event`), in the contract's error shape.
//!
//! A stream is polled as fast as its client reads, and dropped, with whatever it holds, when the client leaves.
//! The time limit of [`Stack`](crate::middleware::Stack) ends with the response's head: what a stream waits for needs
//! limits of its own.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use tokio::time::Sleep;
use tracing::Span;

use crate::fault::Fault;

/// After this long without an event a comment is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A line that starts with a colon is a comment.
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

type Inner<T, E> = Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>;

/// Events of type `T`; the first error is the last event.
pub struct Events<T, E>(Inner<T, E>);

impl<T, E> Events<T, E> {
    /// The events of a stream. It is not asked again after an error.
    pub fn new(stream: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl<T, E> fmt::Debug for Events<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

impl<T: Serialize + 'static, E: Serialize + From<Fault> + 'static> Events<T, E> {
    /// The response; `failure` is the name of the event that an error becomes.
    pub fn respond(self, status: StatusCode, failure: &'static str) -> Response {
        let mut response = Response::new(Body::from_stream(self.wire(failure, KEEP_ALIVE)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
            // nginx, for one, keeps answers back until it has enough of them.
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn wire(self, failure: &'static str, keep_alive: Duration) -> Wire<T, E> {
        Wire {
            events: Some(self.0),
            failure,
            keep_alive,
            silence: Box::pin(tokio::time::sleep(keep_alive)),
            tally: Tally::new(),
        }
    }
}

/// Events on their way out.
struct Wire<T, E> {
    /// `None` at the end.
    events: Option<Inner<T, E>>,
    failure: &'static str,
    keep_alive: Duration,
    silence: Pin<Box<Sleep>>,
    tally: Tally,
}

impl<T: Serialize, E: Serialize + From<Fault>> Stream for Wire<T, E> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(events) = &mut this.events else {
            return Poll::Ready(None);
        };
        let span = this.tally.span.clone();
        let _entered = span.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| events.as_mut().poll_next(context)));
        let frame = match polled {
            Ok(Poll::Pending) => {
                if this.silence.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                Some(COMMENT)
            }
            Ok(Poll::Ready(Some(Ok(event)))) => match frame(None, &event) {
                Ok(frame) => {
                    this.tally.events += 1;
                    Some(frame)
                }
                Err(error) => {
                    tracing::error!(%error, "an event could not be serialised");
                    this.fail(&E::from(Fault::internal()))
                }
            },
            Ok(Poll::Ready(Some(Err(error)))) => this.fail(&error),
            Ok(Poll::Ready(None)) => {
                this.events = None;
                this.tally.outcome = "complete";
                None
            }
            Err(panic) => {
                tracing::error!(cause = cause(&*panic), "a stream of events panicked");
                this.fail(&E::from(Fault::internal()))
            }
        };
        // The timer wakes the task only if it is polled again after this.
        let comment = tokio::time::Instant::now() + this.keep_alive;
        this.silence.as_mut().reset(comment);
        Poll::Ready(frame.map(Ok))
    }
}

impl<T, E: Serialize> Wire<T, E> {
    /// The last event.
    fn fail(&mut self, error: &E) -> Option<Bytes> {
        self.events = None;
        self.tally.outcome = "failed";
        frame(Some(self.failure), error)
            .inspect_err(|error| tracing::error!(%error, "a failure could not be serialised"))
            .ok()
    }
}

/// An event's lines. JSON as it is written here has no line breaks, so its data is one line.
fn frame(name: Option<&str>, data: &impl Serialize) -> Result<Bytes, serde_json::Error> {
    let mut frame = Vec::new();
    if let Some(name) = name {
        frame.extend_from_slice(b"event: ");
        frame.extend_from_slice(name.as_bytes());
        frame.push(b'\n');
    }
    frame.extend_from_slice(b"data: ");
    serde_json::to_writer(&mut frame, data)?;
    frame.extend_from_slice(b"\n\n");
    Ok(Bytes::from(frame))
}

fn cause(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown")
}

/// What the log says when a stream is over. The request's own line was written with the response's head.
struct Tally {
    span: Span,
    start: Instant,
    events: u64,
    /// `complete`, `failed`, or `left` when the client went away before the end.
    outcome: &'static str,
}

impl Tally {
    fn new() -> Self {
        Self {
            span: Span::current(),
            start: Instant::now(),
            events: 0,
            outcome: "left",
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.span.in_scope(|| {
            tracing::info!(
                events = self.events,
                outcome = self.outcome,
                durationMs = self.start.elapsed().as_micros() as f64 / 1_000.0,
                "stream"
            );
        });
    }
}

#[cfg(test)]
mod tests;
