//! For contract tests over HTTP: a client that holds every answer against a contract, whatever the test was about.
//!
//! [`Contract`] is what is declared, [`Witness`] asks, and an [`Answer`] whose status, headers or body the contract does
//! not declare fails the test by itself. Answers are JSON or server-sent events.

mod answer;
mod client;
mod contract;
mod coverage;
mod operation;
mod redaction;
mod strict;

pub use answer::{Answer, Sent, conversation};
pub use client::{Request, Witness};
pub use contract::{COMMON_HEADERS, Contract};
pub use coverage::test;
pub use operation::Operation;

/// Compares answers with the snapshot of the given name: requests, statuses, headers and bodies as one conversation. The
/// crate that calls it must depend on `insta`.
#[macro_export]
macro_rules! snapshot {
    ($name:literal, $($answer:expr),+ $(,)?) => {
        ::insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            ::insta::assert_snapshot!($name, $crate::witness::conversation(&[$(&$answer),+]));
        })
    };
}
