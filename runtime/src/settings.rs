//! Settings: read from the environment and a `.env` file, checked all at once before anything starts.
//!
//! A [`Source`] knows values by name. A [`Reader`] makes typed values of them and collects every mistake. [`Common`] is
//! what every service has; a service reads its own beside it, and says in [`Row`]s what they mean.

mod common;
mod reader;
mod row;
mod source;

#[cfg(test)]
mod tests;

use std::fmt;

pub use self::common::{Common, Environment, MetricsDetail, Place};
pub use self::reader::{Reader, listed};
pub use self::row::Row;
pub use self::source::Source;

/// What is wrong with the settings: one sentence per mistake, each naming the setting and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The sentences.
    pub mistakes: Vec<String>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistakes.join("\n"))
    }
}

impl std::error::Error for SettingsError {}

impl From<String> for SettingsError {
    fn from(sentence: String) -> Self {
        Self {
            mistakes: vec![sentence],
        }
    }
}
