//! A connection's stream, which tells its phase and does not wait for ever for a client that takes nothing.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::phase::Phase;
use super::refusal::{self, Refuse};

/// How long, and how many bytes of it, what a refused client still sends is received and thrown away. Closing the
/// connection with bytes unread resets it, and the client may then lose the refusal (RFC 9112, section 9.6).
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// A connection's stream.
///
/// Writing fails when the client has taken no byte for `patience`: without that a client that asks and never reads
/// keeps its connection, and the answer in memory, for ever.
pub(super) struct Watched {
    stream: TcpStream,
    phase: Arc<Phase>,
    patience: Duration,
    refuse: Refuse,
    /// Reading has found nothing at least once.
    listened: bool,
    /// When patience ends, while there is something to be patient with.
    stuck: Option<Pin<Box<Sleep>>>,
    /// What is sent in place of hyper's own refusal.
    refusal: Option<Bytes>,
    /// When lingering ends, and how many bytes it still takes.
    linger: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Watched {
    pub(super) fn new(
        stream: TcpStream,
        phase: Arc<Phase>,
        patience: Duration,
        refuse: Refuse,
    ) -> Self {
        Self {
            stream,
            phase,
            patience,
            refuse,
            listened: false,
            stuck: None,
            refusal: None,
            linger: None,
        }
    }

    /// A write's outcome, once patience is considered.
    fn considered<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            if self.stuck.take().is_some() {
                self.phase.goes_on();
            }
            return outcome;
        }
        let stuck = self.stuck.get_or_insert_with(|| {
            self.phase.stuck();
            Box::pin(tokio::time::sleep_until(Instant::now() + self.patience))
        });
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the client does not take its answer",
        )))
    }

    /// Writes with `write`, unless the bytes are a refusal of hyper's own, which nothing of the router's precedes.
    fn write(
        &mut self,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
        write: impl FnOnce(&mut TcpStream, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.refusal.is_none() && self.phase.is_idle() {
            self.refusal = refusal::in_place_of(&joined(buffers), self.refuse);
            if self.refusal.is_some() {
                self.phase.refused();
            }
        }
        let Some(refusal) = &mut self.refusal else {
            let outcome = write(&mut self.stream, context);
            return self.considered(context, outcome);
        };
        while refusal.has_remaining() {
            let outcome = Pin::new(&mut self.stream).poll_write(context, refusal);
            match outcome {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => refusal.advance(written),
                other => return self.considered(context, other),
            }
        }
        // It was taken for as many bytes as hyper's own has.
        Poll::Ready(Ok(buffers.iter().map(|buffer| buffer.len()).sum()))
    }
}

impl Watched {
    /// Receives and throws away what a refused client still sends, until it closes the connection or within limits.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let (end, left) = self
            .linger
            .get_or_insert_with(|| (Box::pin(tokio::time::sleep(LINGER)), LINGER_BYTES));
        let mut scratch = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Pending => return end.as_mut().poll(context),
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(())) => match left.checked_sub(buffer.filled().len()) {
                    Some(rest) if !buffer.filled().is_empty() => *left = rest,
                    _ => return Poll::Ready(()),
                },
            }
        }
    }
}

fn joined(buffers: &[IoSlice<'_>]) -> Vec<u8> {
    buffers
        .iter()
        .flat_map(|buffer| buffer.iter().copied())
        .collect()
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if outcome.is_pending() && !self.listened {
            self.listened = true;
            self.phase.listened();
        }
        outcome
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(context, &[IoSlice::new(bytes)], |stream, context| {
            Pin::new(stream).poll_write(context, bytes)
        })
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(context, buffers, |stream, context| {
            Pin::new(stream).poll_write_vectored(context, buffers)
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        if let Poll::Ready(Ok(())) = outcome {
            self.phase.flushed();
        }
        outcome
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        if self.phase.is_refused() {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}
