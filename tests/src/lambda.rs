//! Lambda and what stands in front of it, as far as a function can tell.
//!
//! ```text
//! client ──HTTP──► Gateway ──event──► RuntimeApi ◄──polls── function, in this process or in others
//! ```
//!
//! A [`RuntimeApi`] hands events to whoever polls it: [`RuntimeApi::run`] runs a function in this process, and any
//! process that is started with `AWS_LAMBDA_RUNTIME_API` set to [`RuntimeApi::address`] is another instance. A
//! [`Gateway`] serves HTTP on an address and makes an event of each request, and a response of each answer, as AWS does.

mod answers;
mod events;
mod gateway;
mod instance;
mod runtime_api;

pub use gateway::{Gateway, Kind};
pub use instance::Instance;
pub use runtime_api::{Failure, RuntimeApi};
