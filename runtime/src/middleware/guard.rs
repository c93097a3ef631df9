//! The outermost service: everything of the stack but compression, in one future per request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::Route;
use futures_util::FutureExt;
use http::{Extensions, HeaderMap, Method, Uri};
use tower::{Layer, Service};
use tracing::{Instrument, Span};

use super::cors::{Cors, is_preflight};
use super::metrics::{Embedded, Measured, NO_OPERATION};
use super::request_id::RequestId;
use super::{security_headers, trace_id};
use crate::call::Audit;
use crate::client::{ClientAddress, TrustedProxies};
use crate::consumption;
use crate::fault::Fault;

/// Seconds after which a client may try again what took too long.
const RETRY_AFTER: u32 = 5;

/// Bytes of a path that go into the log at most.
const LOGGED_PATH: usize = 256;

pub(super) struct Settings {
    pub(super) cors: Cors,
    pub(super) hsts: bool,
    pub(super) timeout: Duration,
    pub(super) proxies: TrustedProxies,
    pub(super) metrics: Option<Embedded>,
    pub(super) refuse: fn(Fault) -> Response,
}

#[derive(Clone)]
pub(super) struct GuardLayer(Arc<Settings>);

impl GuardLayer {
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Self(settings)
    }
}

impl Layer<Route> for GuardLayer {
    type Service = Guard;

    fn layer(&self, inner: Route) -> Guard {
        Guard {
            inner,
            settings: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Guard {
    inner: Route,
    settings: Arc<Settings>,
}

impl Service<Request> for Guard {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let settings = self.settings.clone();
        let line = Line::begin(&request);
        let id = RequestId::of(request.headers(), request.extensions().get());
        let span = tracing::error_span!(
            "request",
            requestId = id.as_str(),
            traceId = trace_id::of(request.headers())
        );
        let client = client(&settings.proxies, request.extensions(), request.headers());
        request.extensions_mut().insert(client);
        request.extensions_mut().insert(id.clone());
        let permission = settings.cors.permission(request.headers());

        let answer = match &permission {
            Some(permission) if is_preflight(request.method(), request.headers()) => {
                Err(permission.clone().preflight(request.headers()))
            }
            _ => Ok(self.inner.call(request).instrument(span.clone())),
        };
        Box::pin(consumption::of_request(async move {
            let mut response = match answer {
                Ok(answer) => {
                    let mut response = settings.answer(answer, &span).await;
                    settings.cors.add(response.headers_mut(), permission);
                    response
                }
                Err(preflight) => preflight,
            };
            let headers = response.headers_mut();
            security_headers::add(headers, settings.hsts);
            id.announce(headers);
            line.end(&response, settings.metrics.as_ref(), &span);
            Ok(response)
        }))
    }
}

impl Settings {
    /// The handler's answer, or one in place of it if the handler panics or takes too long.
    async fn answer(
        &self,
        answer: impl Future<Output = Result<Response, Infallible>>,
        span: &Span,
    ) -> Response {
        let answer = AssertUnwindSafe(answer).catch_unwind();
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(panic)) => {
                let cause = panic
                    .downcast_ref::<&str>()
                    .copied()
                    .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                    .unwrap_or("unknown");
                span.in_scope(|| tracing::error!(cause, "a handler panicked"));
                (self.refuse)(Fault::internal())
            }
            Err(_) => {
                span.in_scope(|| tracing::error!("a request took too long and was given up"));
                (self.refuse)(Fault::unavailable(RETRY_AFTER))
            }
        }
    }
}

/// Who sent the request: what a front end said, or the connection and the proxies in front of it.
fn client(proxies: &TrustedProxies, extensions: &Extensions, headers: &HeaderMap) -> ClientAddress {
    if let Some(client) = extensions.get::<ClientAddress>() {
        return *client;
    }
    match extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => proxies.client(peer.ip(), headers),
        None => ClientAddress::UNKNOWN,
    }
}

/// A request's extension: it is the first that this process answers, which a front end sets that starts processes
/// when requests come. The request's line in the log says so as `coldStart`.
#[derive(Debug, Clone, Copy)]
pub struct ColdStart;

/// The request's line in the log.
struct Line {
    start: Instant,
    cold: bool,
    method: Method,
    uri: Uri,
}

impl Line {
    fn begin(request: &Request) -> Self {
        Self {
            start: Instant::now(),
            cold: request.extensions().get::<ColdStart>().is_some(),
            method: request.method().clone(),
            uri: request.uri().clone(),
        }
    }

    /// Never the query: it may hold what a client takes for private.
    fn end(&self, response: &Response, metrics: Option<&Embedded>, span: &Span) {
        let audit = response.extensions().get::<Audit>();
        let measured = Measured::of(response.status(), consumption::so_far());
        // Only metrics need a name for what is no operation, and count errors by themselves.
        let counted = metrics.map(|_| measured);
        let no_operation = metrics.map(|_| NO_OPERATION);
        let directive = metrics.map(|metrics| metrics.directive(&measured));
        span.in_scope(|| {
            tracing::info!(
                operation = audit.map(|audit| audit.operation).or(no_operation),
                method = self.method.as_str(),
                path = shortened(self.uri.path()),
                status = response.status().as_u16(),
                durationMs = self.start.elapsed().as_micros() as f64 / 1_000.0,
                coldStart = self.cold.then_some(true),
                subject = audit.and_then(|audit| audit.subject.as_deref()),
                readUnits = measured.read_units,
                writeUnits = measured.write_units,
                clientErrors = counted.and_then(|counted| counted.client_error),
                serverErrors = counted.and_then(|counted| counted.server_error),
                throttles = counted.and_then(|counted| counted.throttle),
                service = metrics.map(|metrics| metrics.service.as_str()),
                environment = metrics.map(|metrics| metrics.environment.as_str()),
                _aws = directive.as_deref(),
                "request"
            );
        });
    }
}

fn shortened(path: &str) -> &str {
    &path[..path.floor_char_boundary(LOGGED_PATH)]
}
