//! What the contract tests are written with: a server in this process, a client that holds every answer against
//! openapi.yml, and snapshots of whole conversations.
//!
//! A test starts a [`Site`], calls it over HTTP and looks at each [`Answer`]. An answer whose status, headers or body
//! the contract does not declare fails the test by itself, whatever the test was about.
//!
//! What the generated client can say is said by it ([`Answered`], [`ItemCall`]), and what it makes of each answer must be
//! what went over the wire. Raw requests ([`Request`]) are for what it cannot say: input that breaks the contract, other
//! paths and methods, cookies and headers of a caller's own. [`hostile`] makes requests of any bytes, for fuzzing.

// A harness has nobody to hand an error to: a test fails where it happens.
#![allow(clippy::unwrap_used)]

mod client;
pub mod cognito;
pub mod content;
pub mod contract;
mod deployed;
mod disturbance;
pub mod hostile;
mod item;
pub mod lambda;
mod mint;
mod relay;
pub mod resident;
mod site;
mod tracking;
mod typed;
mod wire;

pub use client::Client;
pub use content::{CERTIFICATIONS, KINDS, Kind, POSTS, PROJECTS};
pub use contract_judge::snapshot;
pub use contract_judge::witness::{Answer, Request, conversation};
pub use disturbance::{Script, after, before, cut, late};
pub use item::ItemCall;
pub use mint::Mint;
pub use site::{EMAIL, NAME, NOW, PASSWORD, Setup, Site, site, time};
pub use typed::Typed;
pub use wire::Answered;
