//! What generated code calls: what every generated client does, and a token.

// Public as far as generated code re-exports it.
#![allow(unreachable_pub)]

// All of it: which parts are called, the contract decides.
pub use contract_client::*;

pub use contract_client::Bearer as Inner;

use crate::contract::{Client, OPERATIONS};

impl ClientHooks<Inner> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        self.inner().prepare(request, info, OPERATIONS);
        Ok(())
    }
}
