//! The service as a function: behind every kind of gateway it answers as it does on a socket.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, in its helpers too"
)]

mod gateways;
mod instances;
mod parity;

use std::net::SocketAddr;

use contract_runtime::axum::Router;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::lambda::Function;
use contract_runtime::serve::Server;
use portfolio_server::app::{App, Storage};
use portfolio_server::contract;
use portfolio_server::settings::Settings;

/// The service, with the sample content and without rate limits.
async fn router() -> Router {
    let settings = [
        ("OWNER_PASSWORD", "correct horse battery staple"),
        ("RATE_LIMITS", "off"),
    ];
    let settings = Settings::from(&settings.into_iter().collect());
    let storage = Storage {
        engine: Some(Engine::memory().unwrap()),
        ..Storage::default()
    };
    let app = App::start(&settings.unwrap(), storage, Clock::system()).await;
    app.unwrap().router()
}

fn function(router: &Router) -> Function {
    Function::new::<contract::types::Error>(router.clone(), contract::BASE_PATH)
}

/// The router on a socket.
async fn serve(router: &Router) -> SocketAddr {
    let server = Server::bind("127.0.0.1", 0).await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(router.clone(), std::future::pending()));
    address
}
