//! What servers made with `contract-codegen` need at run time.
//!
//! Generated code calls [`call`], [`accept`], [`parameter`], [`body`], [`check`], [`respond`] and [`events`]. Handwritten services
//! are [`program`]s with [`settings`], and use [`security`], [`limit`], [`middleware`], [`serve`] and [`lambda`]. Nothing here knows what a
//! service is about: even the shape of its errors is the contract's choice ([`fault`]).

pub mod accept;
pub mod attempt;
#[cfg(feature = "aws")]
pub mod aws;
pub mod body;
pub mod call;
pub mod check;
pub mod choice;
pub mod client;
pub mod clock;
#[cfg(feature = "schemas")]
pub mod component;
pub mod constant;
pub mod consumption;
pub mod description;
#[cfg(feature = "docs")]
pub mod docs;
#[cfg(any(feature = "dynamodb", feature = "embedded-dynamodb"))]
pub mod dynamodb;
pub mod etag;
pub mod events;
pub mod fault;
pub mod field;
pub mod format;
pub mod health;
pub mod inspect;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod limit;
pub mod log;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod middleware;
pub mod object;
pub mod parameter;
#[cfg(feature = "passwords")]
pub mod password;
pub mod program;
pub mod published;
mod refetch;
pub mod respond;
#[cfg(feature = "schemas")]
pub mod schema;
#[cfg(feature = "secrets")]
pub mod secrets;
pub mod security;
pub mod serve;
pub mod settings;
pub mod tool;
pub mod violation;

pub use constant::Always;
pub use description::Description;
pub use fault::{Fault, refuse};
pub use field::Field;
pub use violation::{Location, Violation};

// Generated code names these through this crate, so that a server need not depend on them.
pub use {axum, http, serde, serde_json};

#[cfg(feature = "schemas")]
pub use schemars;
