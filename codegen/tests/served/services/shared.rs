//! One method for several operations.

use std::sync::Arc;

use contract_runtime::Fault;
use contract_runtime::axum::Router;
use contract_runtime::events::Events;
use contract_runtime::security::{Principal, Rejection};
use futures_util::stream;

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/shared/generated.rs");
}

use contract::*;

struct Shared;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Shared))
}

impl From<Fault> for types::Problem {
    fn from(fault: Fault) -> Self {
        Self {
            text: fault.message.into_owned(),
        }
    }
}

/// The operation, as often as was asked for.
fn names(operation: ShelfOperation, request: ShelfRequest) -> Vec<String> {
    let name = format!("{} {}", operation.id(), operation.path());
    (0..request.limit).map(|_| name.clone()).collect()
}

impl ShelvesApi for Shared {
    async fn shelf(
        &self,
        operation: ShelfOperation,
        _: Principal,
        request: ShelfRequest,
    ) -> Result<ShelfResponse, ShelfError> {
        Ok(ShelfResponse::Ok {
            x_total: ShelfOperation::ALL.len() as i64,
            body: names(operation, request),
        })
    }

    async fn shelf_events(
        &self,
        operation: ShelfOperation,
        _: Principal,
        request: ShelfRequest,
    ) -> Result<ShelfEventsResponse, ShelfError> {
        Ok(ShelfEventsResponse::Ok {
            x_total: 0,
            body: Events::new(stream::iter(names(operation, request).into_iter().map(Ok))),
        })
    }

    async fn get_door(&self) -> Result<GetDoorResponse, GetDoorError> {
        Ok(GetDoorResponse::NoContent)
    }

    async fn door(&self, operation: DoorOperation) -> Result<DoorResponse, DoorError> {
        match operation {
            DoorOperation::OpenDoor => Ok(DoorResponse::NoContent),
        }
    }
}

impl Security for Shared {
    async fn bearer(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("bearer", credential)
    }
}
