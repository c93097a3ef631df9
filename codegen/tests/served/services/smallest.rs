//! One operation that takes nothing and gives nothing.

use std::sync::Arc;

use contract_runtime::Fault;
use contract_runtime::axum::Router;

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/smallest/generated.rs");
}

use contract::*;

struct Smallest;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Smallest))
}

impl From<Fault> for types::Problem {
    fn from(fault: Fault) -> Self {
        Self {
            text: fault.message.into_owned(),
        }
    }
}

impl OnlyApi for Smallest {
    async fn ping(&self) -> Result<PingResponse, PingError> {
        Ok(PingResponse::NoContent)
    }
}
