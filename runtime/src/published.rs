//! The contract, published as it is.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::etag::{EntityTag, if_none_match};
use crate::fault::{Fault, refuse};

/// Where the contract is, as YAML and as JSON.
pub(crate) const PATHS: [&str; 2] = ["/openapi.yml", "/openapi.json"];

/// `/openapi.yml` and `/openapi.json`. Other methods than GET and HEAD are answered in the error shape `E`.
pub fn router<E: From<Fault> + Serialize + 'static>(
    yaml: &'static str,
    json: &'static str,
) -> Router {
    answered_by(yaml, json, refuse::<E>)
}

/// As [`router`], with faults answered by `refuse`.
pub(crate) fn answered_by(
    yaml: &'static str,
    json: &'static str,
    refuse: fn(Fault) -> Response,
) -> Router {
    let [yaml_path, json_path] = PATHS;
    Router::new()
        .route(yaml_path, contract(yaml, "application/yaml", refuse))
        .route(json_path, contract(json, "application/json", refuse))
}

/// To be asked for again each time, and sent again only if it has changed.
const CONTRACT_CACHING: HeaderValue = HeaderValue::from_static("no-cache");

/// The contract in one format, under a tag made of its bytes.
fn contract(
    text: &'static str,
    kind: &'static str,
    refuse: fn(Fault) -> Response,
) -> MethodRouter<(), Infallible> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let tag = EntityTag::weak(hasher.finish());
    let answer = get(async move |headers: HeaderMap| {
        let condition = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok());
        // A header that cannot be read is no reason to keep the contract from anybody.
        let changed = if_none_match(condition, Some(&tag)).unwrap_or(true);
        let mut response = if changed {
            file(kind, Bytes::from_static(text.as_bytes()))
        } else {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, CONTRACT_CACHING);
        if let Ok(tag) = HeaderValue::try_from(tag.to_string()) {
            headers.insert(header::ETAG, tag);
        }
        response
    });
    reads(answer, refuse)
}

/// Refuses every method that `route` does not answer.
pub(crate) fn reads(
    route: MethodRouter<(), Infallible>,
    refuse: fn(Fault) -> Response,
) -> MethodRouter<(), Infallible> {
    route.fallback(async move || refuse(Fault::method_not_allowed("GET, HEAD")))
}

pub(crate) fn file(kind: &str, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}
