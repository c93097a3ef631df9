//! Status, chat and a catalogue behind Cognito.
//!
//! openapi.yml decides what is served; here is what its operations do.

mod api;
pub mod catalogue;
pub mod chat;
pub mod contract;
mod error;
pub mod identity;
pub mod program;
pub mod settings;

pub use program::Assistant;
