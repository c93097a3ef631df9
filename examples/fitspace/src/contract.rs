//! What openapi.yml says, in Rust, and the shape of errors that it chose.

#![allow(clippy::all, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/contract.rs"));

/// The contract as it was written, to publish.
pub const OPENAPI_YAML: &str = include_str!("../openapi.yml");
/// The contract as JSON, to publish.
pub const OPENAPI_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));
