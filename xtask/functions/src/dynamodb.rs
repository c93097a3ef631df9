//! `lambda_http`, axum and a DynamoDB client that is made at the start, as their documentation puts them together.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use axum::Router;
use axum::extract::State;
use axum::routing::get;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .load()
        .await;
    let router = Router::new()
        .route("/health", get(|| async { "{\"status\":\"ok\"}" }))
        .route("/item", get(item))
        .with_state(Client::new(&config));
    lambda_http::run(router).await
}

/// One call, so that the client is not left out of the binary.
async fn item(State(client): State<Client>) -> String {
    let item = client.get_item().table_name("portfolio").send().await;
    format!("{:?}", item.map(|item| item.item))
}
