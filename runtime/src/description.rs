//! What a contract says of itself.

use axum::response::Response;

use crate::fault::Fault;

/// A contract as programs need it: generated code has it as its constant `DESCRIPTION`.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// The contract's title.
    pub title: &'static str,
    /// The contract's version.
    pub version: &'static str,
    /// The path under which every operation lies: `/v1`, or an empty text.
    pub base_path: &'static str,
    /// The contract as it was written.
    pub yaml: &'static str,
    /// The contract as JSON.
    pub json: &'static str,
    /// A fault in the contract's error shape: [`refuse`](crate::refuse) with its type.
    pub refuse: fn(Fault) -> Response,
}
