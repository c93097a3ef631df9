//! Serving a router over HTTP/1.1 on a socket of this machine.
//!
//! A router is a plain [`axum::Router`]: another front end, a function's event loop for one, serves the same
//! router without this module.
//!
//! What clients may cost is bounded: 512 connections (when there are more, those that keep the server waiting are
//! closed, of the network with most of them first), 64 KiB and 100 fields for a request's head (431), 10
//! seconds until it is there, 15 until its body is (400), 30 without a byte of the answer being taken.
//! A request whose head is ambiguous is refused with 400, and its connection closed: without `Host` or with more
//! than one (RFC 9112, section 3.2), with a transfer coding other than `chunked` (section 6.1), or against the grammar.

mod bind;
mod crowd;
mod head;
mod phase;
mod refusal;
mod signal;
mod unread;
mod watched;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::Service;

pub use self::bind::BindError;
use self::crowd::Crowd;
use self::phase::Phase;
use self::refusal::Refuse;
pub use self::signal::shutdown_signal;
use self::unread::ReadToTheEnd;
use self::watched::Watched;
use crate::fault::Fault;

/// Header lines of a request; more are answered with 431.
const MAX_HEADERS: usize = 100;

/// Bytes of a request's head and of a connection's read buffer; a longer head is answered with 431.
const MAX_HEAD: usize = 64 * 1024;

/// Bytes that the system keeps of what a client has sent or has not taken (Linux takes twice as much). It would go up to
/// several megabytes a connection: 500 clients that asked and took nothing had 1.6 GB of a machine's memory.
const BUFFER: u32 = 128 * 1024;

/// Connections that wait to be accepted. With a longer queue honest clients wait behind more of the others.
const QUEUE: u32 = 1_024;

/// Pause after a failure to accept that closing a connection does not help against.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a request's body may take to arrive; reading it fails then, which is answered with 400.
pub const BODY_PATIENCE: Duration = Duration::from_secs(15);

/// What connections may cost.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Connections at a time: half of the files that a process may have open unless told otherwise.
    connections: usize,
    /// How long a client may take for a request's head, and a connection may be idle between two requests.
    head: Duration,
    /// How long a request's body may take to arrive.
    body: Duration,
    /// How long a client may take no byte of its answer.
    answer: Duration,
    /// How long requests under way may take once the server is told to stop.
    grace: Duration,
}

const BOUNDS: Bounds = Bounds {
    connections: 512,
    head: Duration::from_secs(10),
    body: BODY_PATIENCE,
    answer: Duration::from_secs(30),
    grace: Duration::from_secs(10),
};

/// A server that is bound to its address and does not yet answer.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    bounds: Bounds,
    refuse: Refuse,
}

impl Server {
    /// Listens on `port` of `host`, a name or an address; port 0 is one that is free. Connections are
    /// accepted from now on, and answered by [`serve`](Self::serve).
    ///
    /// # Errors
    ///
    /// [`BindError`], one clear sentence.
    pub async fn bind(host: &str, port: u16) -> Result<Self, BindError> {
        use io::ErrorKind as Kind;
        // An IPv6 address may come in brackets, as it does in a URL.
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let name = if host.parse::<Ipv6Addr>().is_ok() {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        };
        let addresses: Vec<SocketAddr> = match tokio::net::lookup_host((host, port)).await {
            Ok(addresses) => addresses.collect(),
            Err(error) => return Err(BindError::BadHost(name, error)),
        };
        let bound = || {
            let listener = listen(&addresses)?;
            let address = listener.local_addr()?;
            Ok::<_, io::Error>((listener, address))
        };
        match bound() {
            Ok((listener, address)) => Ok(Self {
                listener,
                address,
                bounds: BOUNDS,
                refuse: refusal::bare,
            }),
            Err(error) => Err(match error.kind() {
                Kind::AddrInUse => BindError::InUse(name),
                Kind::PermissionDenied => BindError::NotPermitted(name),
                Kind::AddrNotAvailable => BindError::BadHost(name, error),
                _ => BindError::Other(name, error),
            }),
        }
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Refusals of what never becomes a request look as `refuse` makes them, [`refuse`](crate::refuse) with the contract's error
    /// type; without it they have no body.
    #[must_use]
    pub fn refusing(mut self, refuse: fn(Fault) -> Response) -> Self {
        self.refuse = refuse;
        self
    }

    /// Answers requests with `router` until `shutdown` ends, then takes no new ones, lets those under way
    /// finish for at most 10 seconds, and returns.
    ///
    /// Requests carry [`ConnectInfo<SocketAddr>`](ConnectInfo) as an extension.
    pub async fn serve(self, router: Router, shutdown: impl Future<Output = ()>) {
        let service = Answering {
            // Done once here instead of with each request.
            router: router.with_state(()),
            bounds: self.bounds,
            refuse: self.refuse,
        };
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.bounds.head)
            .max_headers(MAX_HEADERS)
            .max_header_size(MAX_HEAD)
            .max_buf_size(MAX_HEAD)
            .keep_alive(true);
        let graceful = GracefulShutdown::new();
        let mut crowd = Crowd::new(self.bounds.connections);
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        tokio::select! {
                            () = &mut shutdown => break,
                            () = crowd.room() => {}
                        }
                        let phase = Arc::new(Phase::new());
                        let connection = service.connection(&http, stream, peer, phase.clone());
                        let connection = graceful.watch(connection);
                        crowd.admit(peer, phase, async {
                            // A connection that breaks is its client's affair.
                            let _ = connection.await;
                        });
                    }
                    Err(error) if is_of_one_connection(&error) => {}
                    // Too many open files, as a rule: as if there were too many connections.
                    Err(error) => {
                        if !crowd.give_one_up().await {
                            tracing::warn!(%error, "cannot accept a connection");
                            tokio::time::sleep(ACCEPT_PAUSE).await;
                        }
                    }
                },
                // Finished connections are forgotten as they end.
                Some(()) = crowd.ended() => {}
            }
        }
        drop(self.listener);
        if tokio::time::timeout(self.bounds.grace, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = crowd.len(),
                "requests that took too long to finish were cut off"
            );
        }
        crowd.end().await;
    }
}

/// How requests are answered, on whichever connection.
struct Answering {
    router: Router,
    bounds: Bounds,
    refuse: Refuse,
}

impl Answering {
    /// One connection, as a future that answers its requests one after another.
    fn connection(
        &self,
        http: &http1::Builder,
        stream: TcpStream,
        peer: SocketAddr,
        phase: Arc<Phase>,
    ) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static
    {
        // Small answers must not wait for more to come. If it fails they only do.
        let _ = stream.set_nodelay(true);
        let stream = Watched::new(stream, phase.clone(), self.bounds.answer, self.refuse);
        let (router, refuse, patience) = (self.router.clone(), self.refuse, self.bounds.body);
        let service = service_fn(move |request| {
            answer(
                router.clone(),
                refuse,
                patience,
                peer,
                phase.clone(),
                request,
            )
        });
        http.serve_connection(TokioIo::new(stream), service)
    }
}

/// The router's answer to a request, or a refusal of it.
async fn answer(
    mut router: Router,
    refuse: Refuse,
    patience: Duration,
    peer: SocketAddr,
    phase: Arc<Phase>,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, std::convert::Infallible> {
    let arriving = !hyper::body::Body::is_end_stream(request.body());
    if !phase.begin(arriving) {
        // The connection was closed for another: this ends with its task.
        std::future::pending::<()>().await;
    }
    let response = match head::mistake(request.version(), request.headers()) {
        Some(mistake) => {
            phase.refused();
            phase.received();
            refusal::answer(refuse, StatusCode::BAD_REQUEST, mistake)
        }
        None => {
            let mut request = ReadToTheEnd::wrap(request, phase.clone(), patience).map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            let mut response = router.call(request).await?;
            if phase.is_refused() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            response
        }
    };
    Ok(response.map(|body| Outgoing {
        body,
        phase,
        quiet: false,
    }))
}

/// An answer's body, which tells the connection's phase when it is through.
struct Outgoing {
    body: Body,
    phase: Arc<Phase>,
    /// The next bytes are being waited for.
    quiet: bool,
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if self.quiet != frame.is_pending() {
            self.quiet = frame.is_pending();
            if self.quiet {
                self.phase.quiet();
            } else {
                self.phase.goes_on();
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.phase.answered();
    }
}

/// Listens on the first of these addresses that can be had.
fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        };
        let listening = socket.and_then(|socket| {
            // An address that connections of an ended server linger on can be had at once. On Windows that goes
            // without saying, and this would let two servers have one address.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            // Connections have what the listener has.
            socket.set_send_buffer_size(BUFFER)?;
            socket.set_recv_buffer_size(BUFFER)?;
            socket.bind(*address)?;
            socket.listen(QUEUE)
        });
        match listening {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Whether an error of accept concerns the connection that was to be accepted and not the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
