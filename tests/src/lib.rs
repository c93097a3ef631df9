//! What the contract tests are written with: a server in this process, a client that holds every answer against
//! openapi.yml, and snapshots of whole conversations.
//!
//! A test starts a [`Site`], calls it over HTTP and looks at each [`Answer`]. An answer whose status, headers or body
//! the contract does not declare fails the test by itself, whatever the test was about.

// A harness has nobody to hand an error to: a test fails where it happens.
#![allow(clippy::unwrap_used)]

mod answer;
mod client;
pub mod content;
pub mod contract;
mod coverage;
mod disturbance;
mod mint;
mod redaction;
mod schema;
mod site;
mod tap;

pub use answer::{Answer, conversation};
pub use client::{Client, Request};
pub use content::{CERTIFICATIONS, KINDS, Kind, POSTS, PROJECTS};
pub use disturbance::{Script, after, before, late};
pub use mint::Mint;
pub use site::{EMAIL, NAME, NOW, PASSWORD, Setup, Site, site, time};
pub use tap::Typed;

/// Compares answers with the snapshot of the given name: requests, statuses, headers and bodies as one conversation.
#[macro_export]
macro_rules! snapshot {
    ($name:literal, $($answer:expr),+ $(,)?) => {
        ::insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            ::insta::assert_snapshot!($name, $crate::conversation(&[$(&$answer),+]));
        })
    };
}
