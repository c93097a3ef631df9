//! `lambda_http` and axum, as their documentation puts them together.

use axum::Router;
use axum::routing::get;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let router = Router::new().route("/health", get(|| async { "{\"status\":\"ok\"}" }));
    lambda_http::run(router).await
}
