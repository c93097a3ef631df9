//! A service that says nothing of its errors: the contract does.

use std::sync::Arc;

use contract_runtime::axum::Router;

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/faults/generated.rs");
}

use contract::*;

struct Greeter;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Greeter))
}

impl GreetingsApi for Greeter {
    async fn hello(&self, request: HelloRequest) -> Result<HelloResponse, HelloError> {
        Ok(HelloResponse::Ok(format!("Hello, {}!", request.name)))
    }
}
