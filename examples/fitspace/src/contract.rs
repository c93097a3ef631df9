//! What openapi.yml says, in Rust, and the shape of errors that it chose.

#![allow(clippy::all, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/contract.rs"));
