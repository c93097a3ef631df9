//! Requests that are no operation of the contract, and why a server cannot be reached.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

/// How long an answer may take: longer than the server itself waits.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An answer as it came.
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A client for anything. The typed client was made before: it chooses the crypto library.
pub(crate) fn http() -> Result<reqwest::Client, String> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| format!("the HTTP client cannot be set up: {error}"))
}

pub(crate) async fn send(
    http: &reqwest::Client,
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
) -> Result<Raw, String> {
    let mut request = http.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.text().await.map_err(|error| unreachable(&error))?;
    Ok(Raw {
        status,
        headers,
        body,
    })
}

impl Raw {
    /// A header's value; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Who cannot be reached, and the innermost reason.
pub(crate) fn unreachable(error: &reqwest::Error) -> String {
    let server = error.url().map_or_else(String::new, |url| {
        let host = url.host_str().unwrap_or_default();
        match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    });
    if error.is_timeout() {
        return format!("{server} did not answer in time");
    }
    let mut reason: &dyn std::error::Error = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    if error.is_connect() {
        format!("{server} cannot be reached: {reason}")
    } else {
        format!("{server} did not answer: {reason}")
    }
}
