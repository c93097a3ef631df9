//! For tests: what a contract's schemas mean, read independently of the generator.
//!
//! Whoever writes the code that checks a contract also decides what the contract means, and tests
//! made from the same reading find no mistake in it. So here the crate `jsonschema` is the [`Judge`],
//! after one [`conversion`] from the dialect of OpenAPI 3.0. [`mutations`] and [`edits`] make values to judge,
//! [`comparison`] holds schemas that types derive against the contract's own, and [`examples`] finds
//! the examples of a contract. [`witness`] holds a server's answers against its contract, over HTTP (feature `witness`).
//!
//! Contracts are given as JSON. They are expected to be valid: what is not is a panic, which fails
//! the test.
#![allow(clippy::unwrap_used)]

pub mod comparison;
pub mod conversion;
pub mod edits;
pub mod examples;
mod judge;
pub mod mutations;
#[cfg(feature = "witness")]
pub mod witness;

pub use judge::{Judge, Reading};

use serde_json::Value;

/// The component schema that a reference means: `#/components/schemas/Name`.
pub(crate) fn component<'c>(contract: &'c Value, reference: &str) -> (&'c str, &'c Value) {
    let name = reference
        .strip_prefix("#/components/schemas/")
        .unwrap_or_else(|| panic!("{reference} is no reference to a component schema"));
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    let (name, schema) = schemas
        .get_key_value(name)
        .unwrap_or_else(|| panic!("there is no component {name}"));
    (name, schema)
}

/// A JSON pointer to a member of what a pointer leads to (RFC 6901).
pub(crate) fn member(pointer: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{name}")
}
