//! Generated code, compiled and served: what is in `../golden` beside each contract.
//!
//! The services here say what they were given, so that the tests see what the generated layer
//! understood and what it refused.
#![allow(clippy::unwrap_used)]
#![recursion_limit = "256"]

mod agreement;
mod bodies;
mod client;
mod fidelity;
mod guards;
mod limits;
mod parameters;
mod responses;
mod routes;
mod services;
mod shared;
mod streams;
mod tools;
