//! Serving a router over HTTP/1.1 on a socket of this machine.
//!
//! A router is a plain [`axum::Router`]: another front end, a function's event loop for one, serves the same
//! router without this module.

mod unread;

use std::fmt;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::Service;

use self::unread::ReadToTheEnd;

/// How long a client may take for a request's head, and a connection may be idle between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Header lines of a request; more are answered with 431.
const MAX_HEADERS: usize = 100;

/// Bytes of a request's head and of a connection's read buffer; a longer head is answered with 431.
const MAX_HEAD: usize = 64 * 1024;

/// How long requests under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Pause after a failure to accept (too many open files, as a rule), for others to end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A server that is bound to its address and does not yet answer.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    grace: Duration,
}

/// Why a server cannot have its address.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// Somebody else listens there.
    InUse(String),
    /// This user may not listen there: a port below 1024, as a rule.
    NotPermitted(String),
    /// The host is not a name or address of this machine.
    BadHost(String, io::Error),
    /// Anything else.
    Other(String, io::Error),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(address) => {
                write!(f, "{address} is in use by another process")
            }
            Self::NotPermitted(address) => write!(f, "no permission to listen on {address}"),
            Self::BadHost(address, cause) => {
                write!(f, "{address} is not an address of this machine: {cause}")
            }
            Self::Other(address, cause) => write!(f, "cannot listen on {address}: {cause}"),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BadHost(_, cause) | Self::Other(_, cause) => Some(cause),
            Self::InUse(_) | Self::NotPermitted(_) => None,
        }
    }
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
        let bound = async {
            let listener = TcpListener::bind(&addresses[..]).await?;
            let address = listener.local_addr()?;
            Ok::<_, io::Error>((listener, address))
        };
        match bound.await {
            Ok((listener, address)) => Ok(Self {
                listener,
                address,
                grace: GRACE,
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

    /// Answers requests with `router` until `shutdown` ends, then takes no new ones, lets those under way
    /// finish for at most 10 seconds, and returns.
    ///
    /// Requests carry [`ConnectInfo<SocketAddr>`](ConnectInfo) as an extension.
    pub async fn serve(self, router: Router, shutdown: impl Future<Output = ()>) {
        // Done once here instead of with each request.
        let router = router.with_state(());
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD)
            .keep_alive(true);
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let connection = connection(&http, stream, peer, router.clone());
                        connections.spawn(graceful.watch(connection));
                    }
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                // Finished connections are forgotten as they end. A connection that breaks is its client's
                // affair.
                Some(_) = connections.join_next() => {}
            }
        }
        drop(self.listener);
        if tokio::time::timeout(self.grace, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = connections.len(),
                "requests that took too long to finish were cut off"
            );
        }
        connections.shutdown().await;
    }
}

/// One connection, as a future that answers its requests one after another.
fn connection(
    http: &http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static {
    // Small answers must not wait for more to come. If it fails they only do.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
        let mut request = ReadToTheEnd::wrap(request).map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        router.clone().call(request)
    });
    http.serve_connection(TokioIo::new(stream), service)
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

/// Ends when the process is asked to stop: Ctrl-C, or SIGTERM where there is such a thing. From the call on
/// such a signal no longer ends the process by itself, whether or not the future is polled already.
///
/// # Errors
///
/// If the signals cannot be listened for.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is asked to stop with Ctrl-C. From the call on that no longer ends the process by
/// itself, whether or not the future is polled already.
///
/// # Errors
///
/// If Ctrl-C cannot be listened for.
#[cfg(windows)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::{Notify, oneshot};

    use super::*;

    /// A running server, how to stop it, and the end of it.
    async fn start(
        router: Router,
        grace: Duration,
    ) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let mut server = Server::bind("127.0.0.1", 0).await.unwrap();
        server.grace = grace;
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let end = tokio::spawn(server.serve(router, async {
            let _ = stopped.await;
        }));
        (address, stop, end)
    }

    async fn send(address: SocketAddr, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn read(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn requests_carry_the_address_of_their_client() {
        let router = Router::new().route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        );
        let (address, _stop, _) = start(router, GRACE).await;
        let stream = send(address, GET).await;
        let peer = stream.local_addr().unwrap().to_string();
        let answer = read(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with(&peer), "{answer}");
    }

    #[tokio::test]
    async fn one_connection_serves_several_requests() {
        let router = Router::new().route("/", get(|| async { "here" }));
        let (address, _stop, _) = start(router, GRACE).await;
        let twice = format!("GET / HTTP/1.1\r\nHost: here\r\n\r\n{GET}");
        let answer = read(send(address, &twice).await).await;
        assert_eq!(answer.matches("200 OK").count(), 2, "{answer}");
    }

    /// A router whose `/` begins, says so, and goes on when told to.
    fn slow() -> (Router, Arc<Notify>, Arc<Notify>) {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begins, goes_on) = (begun.clone(), go_on.clone());
        let router = Router::new().route(
            "/",
            get(move || async move {
                begins.notify_one();
                goes_on.notified().await;
                "finished"
            }),
        );
        (router, begun, go_on)
    }

    #[tokio::test]
    async fn a_request_under_way_is_finished_and_no_new_one_taken() {
        let (router, begun, go_on) = slow();
        let (address, stop, end) = start(router, GRACE).await;
        let request = tokio::spawn(async move { read(send(address, GET).await).await });
        begun.notified().await;
        stop.send(()).unwrap();
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!end.is_finished());
        go_on.notify_one();
        let answer = request.await.unwrap();
        assert!(answer.ends_with("finished"), "{answer}");
        end.await.unwrap();
    }

    #[tokio::test]
    async fn a_request_that_does_not_finish_is_cut_off() {
        let (router, begun, _go_on) = slow();
        let (address, stop, end) = start(router, Duration::from_millis(50)).await;
        let stream = send(address, GET).await;
        begun.notified().await;
        stop.send(()).unwrap();
        end.await.unwrap();
        assert_eq!(read(stream).await, "");
    }

    #[tokio::test]
    async fn an_idle_connection_does_not_keep_the_server() {
        let router = Router::new().route("/", get(|| async { "here" }));
        let (address, stop, end) = start(router, Duration::from_secs(60)).await;
        let mut idle = send(address, "GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
        let mut first = [0; 12];
        idle.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        stop.send(()).unwrap();
        end.await.unwrap();
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let router = Router::new().route("/", get(|| async { "here" }));
        let (address, _stop, _) = start(router, GRACE).await;
        let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
        let request = format!("GET / HTTP/1.1\r\nHost: here\r\n{many}\r\n");
        let answer = read(send(address, &request).await).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }

    #[tokio::test]
    async fn an_address_that_cannot_be_had_is_reported() {
        let first = Server::bind("127.0.0.1", 0).await.unwrap();
        let port = first.address().port();
        let error = Server::bind("127.0.0.1", port).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("127.0.0.1:{port} is in use by another process")
        );
        for host in ["192.0.2.1", "no such host", ""] {
            let error = Server::bind(host, 0).await.unwrap_err();
            assert!(matches!(error, BindError::BadHost(..)), "{host}: {error:?}");
        }
    }

    #[tokio::test]
    async fn ipv6_addresses_may_have_brackets() {
        for host in ["[::1]", "::1"] {
            let server = Server::bind(host, 0).await;
            assert!(
                server.is_ok_and(|server| server.address().ip().is_loopback()),
                "{host}"
            );
        }
    }
}
