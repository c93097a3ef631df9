//! The embedded identity provider's public keys, where tools look for them (RFC 7517, section 5).

use axum::Router;
use axum::routing::get;
use contract_runtime::http::StatusCode;
use contract_runtime::{Fault, refuse, respond};
use serde_json::Value;

use crate::contract::types::Error;

/// `GET /.well-known/jwks.json`; nothing where another provider publishes its keys.
pub(crate) fn router(key_set: Option<&Value>) -> Router {
    let Some(keys) = key_set.cloned() else {
        return Router::new();
    };
    Router::new().route(
        "/.well-known/jwks.json",
        get(move || async move { respond::json(StatusCode::OK, &keys) })
            .fallback(|| async { refuse::<Error>(Fault::method_not_allowed("GET, HEAD")) }),
    )
}
