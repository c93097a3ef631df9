//! Cross-origin requests (WHATWG Fetch, "CORS protocol").

use std::fmt;
use std::str::FromStr;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

/// The origins whose pages may call the service from a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// These, with cookies and other credentials. None of them: no page of another origin.
    Named(Vec<HeaderValue>),
    /// Any, without credentials: browsers allow nothing else.
    Any,
}

impl Origins {
    /// Whether pages of the origin that a request names may call the service.
    #[cfg(feature = "mcp")]
    pub(crate) fn allow(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Named(named) => named.contains(origin),
        }
    }
}

impl Default for Origins {
    /// No origin.
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

/// A text that is no origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadOrigin(String);

impl fmt::Display for BadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is not an origin such as https://example.com or http://localhost:3000",
            self.0
        )
    }
}

impl std::error::Error for BadOrigin {}

impl FromStr for Origins {
    type Err = BadOrigin;

    /// `*`, or origins with commas between them; nothing is no origin.
    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        text.split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(origin)
            .collect::<Result<_, _>>()
            .map(Self::Named)
    }
}

/// An origin as browsers write it: lower case, no default port, no slash at the end (RFC 6454, section 6.2).
fn origin(text: &str) -> Result<HeaderValue, BadOrigin> {
    let refuse = || BadOrigin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| refuse())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(refuse());
    };
    let bare = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
    let default_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(refuse()),
    };
    let host = authority.host().to_ascii_lowercase();
    if !bare || host.is_empty() || host.contains('*') {
        return Err(refuse());
    }
    let origin = match authority.port_u16() {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    };
    HeaderValue::try_from(origin).map_err(|_| refuse())
}

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");

/// Seconds that a browser may remember the answer to a preflight request.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The headers of a response that a page may read beside the few that it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Location, Retry-After, WWW-Authenticate, X-Request-Id, X-RateLimit-Limit, \
     X-RateLimit-Remaining, X-RateLimit-Reset",
);

const ANY: HeaderValue = HeaderValue::from_static("*");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const VARY: HeaderValue = HeaderValue::from_static("origin");
const VARY_PREFLIGHT: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers",
);

#[derive(Debug)]
pub(super) struct Cors(Origins);

/// What a response to a request of one origin says of CORS.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    origin: HeaderValue,
    /// Whether cookies and other credentials are permitted.
    credentials: bool,
}

impl Cors {
    pub(super) fn new(origins: Origins) -> Self {
        Self(origins)
    }

    /// What the origin of a request may do; `None` if there is no origin or it may do nothing.
    pub(super) fn permission(&self, request: &HeaderMap) -> Option<Permission> {
        let origin = request.get(header::ORIGIN)?;
        match &self.0 {
            Origins::Any => Some(Permission {
                origin: ANY,
                credentials: false,
            }),
            Origins::Named(named) => named.contains(origin).then(|| Permission {
                origin: origin.clone(),
                credentials: true,
            }),
        }
    }

    /// Adds what the response to a request with this permission says.
    pub(super) fn add(&self, response: &mut HeaderMap, permission: Option<Permission>) {
        // The response depends on the request's origin even if that got no permission, or had none.
        if matches!(&self.0, Origins::Named(named) if !named.is_empty()) {
            response.append(header::VARY, VARY);
        }
        if let Some(permission) = permission {
            permission.add(response);
            response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}

impl Permission {
    fn add(self, response: &mut HeaderMap) {
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        if self.credentials {
            response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
    }

    /// The answer to a preflight request, which asks what the actual request may do. Permits what headers
    /// it asks for: the origin is trusted. The actual request is checked like any other.
    pub(super) fn preflight(self, request: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        self.add(headers);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        if let Some(asked) = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        headers.insert(header::VARY, VARY_PREFLIGHT);
        response
    }
}

/// Whether a browser asks what another request may do.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let named = |origins: &[&'static str]| {
            let origins = origins.iter().map(|o| HeaderValue::from_static(o));
            Ok(Origins::Named(origins.collect()))
        };
        assert_eq!("*".parse(), Ok(Origins::Any));
        assert_eq!("".parse(), named(&[]));
        assert_eq!(
            "https://Example.com/, http://localhost:3000 ,".parse(),
            named(&["https://example.com", "http://localhost:3000"])
        );
        assert_eq!(
            "https://example.com:443,http://[::1]:80,http://example.com:443".parse(),
            named(&[
                "https://example.com",
                "http://[::1]",
                "http://example.com:443"
            ])
        );
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "example.com",
            "null",
            "*.example.com",
            "https://*.example.com",
            "https://example.com/path",
            "https://user@example.com",
            "ftp://example.com",
            "https://",
            "https://a.example,*",
        ] {
            assert!(text.parse::<Origins>().is_err(), "{text}");
        }
        assert_eq!(
            "example.com".parse::<Origins>().unwrap_err().to_string(),
            "\"example.com\" is not an origin such as https://example.com or http://localhost:3000"
        );
    }
}
