//! How an operation on content ends if not well.

use std::fmt;

use crate::table::TableError;

/// Why an operation on content was not done.
#[derive(Debug)]
pub enum ContentError {
    /// There is nothing with this id.
    NotFound,
    /// The caller's `If-Match` does not allow the current version (RFC 9110, 13.1.1).
    PreconditionFailed,
    /// The table failed.
    Table(TableError),
}

impl From<TableError> for ContentError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no content with this id"),
            Self::PreconditionFailed => {
                f.write_str("the content has another version than the caller expects")
            }
            Self::Table(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ContentError {}
