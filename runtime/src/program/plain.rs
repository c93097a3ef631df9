//! A service without settings of its own.

use axum::Router;

use super::{Failure, Service, Started};
use crate::description::Description;
use crate::settings::{Common, Reader};

/// A contract and the router that implements it: all that a service needs to be.
#[derive(Debug, Clone)]
pub struct Plain {
    /// The constant `DESCRIPTION` of the generated code.
    pub description: Description,
    /// What the generated function `router` made.
    pub router: Router,
}

impl Service for Plain {
    type Settings = ();

    fn description(&self) -> Description {
        self.description
    }

    fn settings(&self, _: &mut Reader<'_>, _: &Common) {}

    async fn start(self, (): (), _: &Common) -> Result<Started, Failure> {
        Ok(self.router.into())
    }
}
