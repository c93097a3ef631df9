//! Whether the process is up.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Serialize;

use crate::fault::{Fault, refuse};
use crate::respond;

/// `GET /health` (and HEAD): 200 `{"status":"ok"}` as long as the process answers at all. Nothing else is
/// looked at: a database that is down does not make a load balancer end the process.
///
/// Other methods are answered with 405 in the error shape `E`.
pub fn router<E: From<Fault> + Serialize + 'static>() -> Router {
    answered_by(refuse::<E>)
}

/// As [`router`], with faults answered by `refuse`.
pub(crate) fn answered_by(refuse: fn(Fault) -> Response) -> Router {
    Router::new().route(
        "/health",
        get(|| async { respond::json(StatusCode::OK, &serde_json::json!({"status": "ok"})) })
            .fallback(async move || refuse(Fault::method_not_allowed("GET, HEAD"))),
    )
}
