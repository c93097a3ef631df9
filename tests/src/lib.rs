//! What the contract tests are written with: a server in this process, a client that holds every answer against
//! openapi.yml, and snapshots of whole conversations.
//!
//! A test starts a [`Site`], calls it over HTTP and looks at each [`Answer`]. An answer whose status, headers or body
//! the contract does not declare fails the test by itself, whatever the test was about.
//!
//! What the generated client can say is said by it ([`Answered`], [`ItemCall`]), and what it makes of each answer must be
//! what went over the wire. Raw requests ([`Request`]) are for what it cannot say: input that breaks the contract, other
//! paths and methods, cookies and headers of a caller's own.

// A harness has nobody to hand an error to: a test fails where it happens.
#![allow(clippy::unwrap_used)]

mod answer;
mod client;
pub mod cognito;
pub mod content;
pub mod contract;
mod coverage;
mod deployed;
mod disturbance;
mod item;
pub mod lambda;
mod mint;
mod redaction;
mod relay;
mod schema;
mod site;
mod tracking;
mod typed;
mod wire;

pub use answer::{Answer, conversation};
pub use client::{Client, Request};
pub use content::{CERTIFICATIONS, KINDS, Kind, POSTS, PROJECTS};
pub use disturbance::{Script, after, before, late};
pub use item::ItemCall;
pub use mint::Mint;
pub use site::{EMAIL, NAME, NOW, PASSWORD, Setup, Site, site, time};
pub use typed::Typed;
pub use wire::Answered;

/// Compares answers with the snapshot of the given name: requests, statuses, headers and bodies as one conversation.
#[macro_export]
macro_rules! snapshot {
    ($name:literal, $($answer:expr),+ $(,)?) => {
        ::insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            ::insta::assert_snapshot!($name, $crate::conversation(&[$(&$answer),+]));
        })
    };
}
