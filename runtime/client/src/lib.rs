//! What a client calls that `contract-codegen-client` has generated: progenitor's own support, and what its types need
//! beside it.
//!
//! A package that includes such a client has this as its `crate::support`, and its HTTP client from outside:
//!
//! ```text
//! mod contract;                           // include!(concat!(env!("OUT_DIR"), "/contract.rs"));
//! use contract_client as support;
//! impl support::ClientHooks<support::Inner> for contract::Client {}
//! ```
//!
//! Where a contract takes tokens, [`Bearer`] is the client's `Inner` in place of nothing. A client that signs in, tries again or
//! tells more of what went wrong brings a `crate::support` of its own.

mod bearer;
mod nullable;
mod operation;
mod path;

pub use bearer::Bearer;
pub use nullable::{Nullable, present};
pub use operation::Operation;
pub use path::encode_path;
pub use progenitor_client::{
    ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, QueryParam, RequestBuilderExt,
    ResponseValue,
};

/// What a client keeps beside its connections: nothing.
pub type Inner = ();
