//! A typed client of the portfolio's API, generated from `openapi.yml` by progenitor.
//!
//! Each operation of the contract is a method of [`Client`] that begins a request: set its parameters, `send().await`.
#![doc = "[`types`] are the contract's schemas."]
mod answer;
mod builder;
mod contract;
mod error;
mod hooks;
mod nullable;
mod operation;
mod response;
mod retry;
mod session;
mod support;
mod timer;
mod tokens;

pub use answer::{Answer, Problem};
pub use builder::{BuildError, ClientBuilder};
pub use contract::{Client, OPERATIONS, builder as calls, types};
pub use error::Error;
pub use nullable::Nullable;
pub use operation::Operation;
pub use response::{Conditional, ResponseValue};
pub use retry::Retries;
pub use session::Session;
pub use timer::{SystemTimer, Timer};
