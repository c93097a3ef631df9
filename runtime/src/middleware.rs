//! What happens around every request, whatever it asks for: an id, a line in the log, a time limit, an answer
//! if the handler panics, headers for browsers, CORS, compression.

mod compression;
mod cors;
mod guard;
mod metrics;
mod request_id;
pub(crate) mod security_headers;
mod trace_id;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use serde::Serialize;

pub use self::cors::{BadOrigin, Origins};
pub use self::guard::ColdStart;
pub use self::metrics::Metrics;
#[cfg(feature = "lambda")]
pub(crate) use self::request_id::HEADER as REQUEST_ID;
pub use self::request_id::RequestId;
use crate::client::TrustedProxies;
use crate::fault::{Fault, refuse};

/// What a service chooses.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The web pages that may call the service from a browser.
    pub origins: Origins,
    /// Whether browsers are told to come back over HTTPS only, for a year (RFC 6797). Not for plain HTTP.
    pub hsts: bool,
    /// How long a request may take, its body's arrival included; then it is answered with 503. Longer than
    /// [`BODY_PATIENCE`](crate::serve::BODY_PATIENCE), so that a slow client is told that it is the one.
    pub timeout: Duration,
    /// Whether responses are compressed (gzip) for clients that accept it. Responses with a strong entity
    /// tag never are: it would no longer be that of the bytes sent (RFC 9110, section 8.8.3.3).
    pub compression: bool,
    /// The proxies that may say who the client is.
    pub proxies: TrustedProxies,
    /// What CloudWatch makes of requests' lines in a log of the format [`Json`](crate::log::Format::Json). Nothing if none.
    pub metrics: Option<Metrics>,
}

impl Default for Stack {
    /// No origin, no HSTS, 30 seconds, compression, no proxies, no metrics.
    fn default() -> Self {
        Self {
            origins: Origins::default(),
            hsts: false,
            timeout: Duration::from_secs(30),
            compression: true,
            proxies: TrustedProxies::default(),
            metrics: None,
        }
    }
}

/// Puts the stack around every route of `router` and around its fallback.
///
/// Each response carries `X-Request-Id` and the security headers; each request carries [`RequestId`] and
/// [`ClientAddress`](crate::client::ClientAddress) as extensions. Timeouts and panics are answered in the
/// error shape `E`. The operation and the subject in the log come from the response's
/// [`Audit`](crate::call::Audit), `readUnits` and `writeUnits` from [`consumption`](crate::consumption).
///
/// Routes added afterwards are outside.
pub fn wrap<E: From<Fault> + Serialize + 'static>(router: Router, stack: &Stack) -> Router {
    around(router, stack, refuse::<E>)
}

/// As [`wrap`], with faults answered by `refuse`.
pub(crate) fn around(router: Router, stack: &Stack, refuse: fn(Fault) -> Response) -> Router {
    let guard = guard::GuardLayer::new(Arc::new(guard::Settings {
        cors: cors::Cors::new(stack.origins.clone()),
        hsts: stack.hsts,
        timeout: stack.timeout,
        proxies: stack.proxies.clone(),
        metrics: stack.metrics.clone().map(metrics::Embedded::new),
        refuse,
    }));
    if stack.compression {
        router.layer(compression::layer()).layer(guard)
    } else {
        router.layer(guard)
    }
}
