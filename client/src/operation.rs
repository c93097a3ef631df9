//! What the contract says about an operation beside its types.

pub use contract_client::Operation;

use crate::contract::OPERATIONS;

/// The operation behind a method of the generated client.
pub(crate) fn behind(function: &str) -> Option<&'static Operation> {
    OPERATIONS
        .iter()
        .find(|operation| operation.function == function)
}
