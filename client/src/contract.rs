//! What openapi.yml says, as progenitor reads it: [`Client`] with a method per operation, [`types`] and [`builder`]s.
#![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, clippy::unwrap_used)]
// Links and angle brackets in the contract's descriptions are for its readers.
#![allow(rustdoc::all)]

include!(concat!(env!("OUT_DIR"), "/contract.rs"));
