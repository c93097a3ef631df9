//! What openapi.yml says, as progenitor reads it: [`Client`] with a method per operation, [`types`] and [`builder`]s.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    unused_imports
)]
// Links and angle brackets in the contract's descriptions are for its readers.
#![allow(rustdoc::all)]

include!(concat!(env!("OUT_DIR"), "/contract.rs"));
