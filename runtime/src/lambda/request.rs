//! From an event to the request that its client sent.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Body;
use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Invocation;
use super::event::{Event, Sender};
use super::route::{self, Route};
use crate::client::ClientAddress;
use crate::middleware::RequestId;

/// X-Ray's header, which the log's trace id is read from.
const TRACE: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What no query has as it is (RFC 3986, section 3.4). A percent sign is left alone: it begins an encoding.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The request, and what stands before its path in the client's URL.
///
/// # Errors
///
/// What is wrong with the event, for the log.
pub(super) fn from(
    event: Event,
    base_path: &str,
    invocation: &Invocation,
) -> Result<(Request, String), String> {
    let given = match event.sender {
        Sender::Version1 => event.path.as_deref(),
        Sender::Version2 => event.raw_path.as_deref(),
    };
    if !given.is_some_and(|path| path.starts_with('/')) {
        return Err(format!("{:?} is not a path", given.unwrap_or_default()));
    }
    let (method, Route { path, prefix }, query) = match event.sender {
        Sender::Version1 => (
            event.http_method.as_deref(),
            route::version_1(&event, base_path),
            query_of_values(&event),
        ),
        Sender::Version2 => (
            event
                .request_context
                .http
                .as_ref()
                .and_then(|http| http.method.as_deref()),
            route::version_2(&event, base_path),
            query_as_sent(&event),
        ),
    };
    let method = method.unwrap_or_default();
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| format!("{method:?} is not a method"))?;
    let target = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let target = PathAndQuery::try_from(target)
        .map_err(|error| format!("its path and query are no URI: {error}"))?;
    let client = client(&event);
    let mut headers = headers(&event)?;
    let body = body(&event)?;
    correct(&mut headers, &event, &body);
    if let Some(trace) = &invocation.trace {
        headers.insert(TRACE, trace.clone());
    }

    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from(target);
    *request.headers_mut() = headers;
    request.extensions_mut().insert(client);
    if let Some(id) = RequestId::given(&invocation.request_id) {
        request.extensions_mut().insert(id);
    }
    Ok((request, prefix))
}

/// Format 1.0 has the query's names and values, decoded, and every value of a name that came several times.
fn query_of_values(event: &Event) -> String {
    let mut query = String::new();
    let mut add = |name: &str, value: &str| {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(name, NON_ALPHANUMERIC));
        query.push('=');
        query.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    };
    let several = event.multi_value_query_string_parameters.as_ref();
    for (name, values) in several.into_iter().flatten() {
        values.iter().for_each(|value| add(name, value));
    }
    // What sends no multi-value members, such as a test event of the console.
    for (name, value) in event.query_string_parameters.iter().flatten() {
        if several.is_none_or(|several| !several.contains_key(name)) {
            add(name, value);
        }
    }
    query
}

/// Format 2.0 has the query as it was sent.
fn query_as_sent(event: &Event) -> String {
    let query = event.raw_query_string.as_deref().unwrap_or_default();
    utf8_percent_encode(query, NOT_IN_QUERY).collect()
}

/// Never from `X-Forwarded-For`, which a client can begin with what it likes.
fn client(event: &Event) -> ClientAddress {
    let context = &event.request_context;
    let version_1 = context.identity.as_ref().map(|it| &it.source_ip);
    let version_2 = context.http.as_ref().map(|it| &it.source_ip);
    let address = version_1.or(version_2).and_then(Option::as_deref);
    address
        .and_then(|address| address.parse::<IpAddr>().ok())
        .map_or(ClientAddress::UNKNOWN, ClientAddress::from)
}

fn headers(event: &Event) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let several: Option<&BTreeMap<String, Vec<String>>> = event.multi_value_headers.as_ref();
    for (name, values) in several.into_iter().flatten() {
        let name = header_name(name)?;
        for value in values {
            headers.append(name.clone(), header_value(&name, value)?);
        }
    }
    // The same once more, the last value of each; or all there is.
    for (name, value) in event.headers.iter().flatten() {
        let name = header_name(name)?;
        if several.is_none() || !headers.contains_key(&name) {
            let value = header_value(&name, value)?;
            headers.append(name, value);
        }
    }
    if let Some(cookies) = event.cookies.as_ref().filter(|cookies| !cookies.is_empty()) {
        let value = header_value(&header::COOKIE, &cookies.join("; "))?;
        headers.insert(header::COOKIE, value);
    }
    Ok(headers)
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is not a header's name"))
}

/// The value itself may be a credential: only the name is told.
fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| format!("the header {name} has a value that no header can have"))
}

fn body(event: &Event) -> Result<Bytes, String> {
    let Some(text) = &event.body else {
        return Ok(Bytes::new());
    };
    if !event.is_base64_encoded.unwrap_or_default() {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    }
    let bytes = STANDARD.decode(text);
    bytes
        .map(Bytes::from)
        .map_err(|error| format!("its body is not base64: {error}"))
}

/// What the gateway did to the headers that describe the body.
fn correct(headers: &mut HeaderMap, event: &Event, body: &Bytes) {
    headers.remove(header::TRANSFER_ENCODING);
    if !body.is_empty() || headers.contains_key(header::CONTENT_LENGTH) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    // HTTP APIs add a type to requests without a body (API Gateway developer guide, "Important notes").
    if event.is_of_http_api() && body.is_empty() {
        headers.remove(header::CONTENT_TYPE);
    }
}
