//! The operations of the contract, one file per tag.

mod authentication;
mod failure;
mod movies;
mod profile;
mod reviews;
mod users;

/// The contract's `limit`, which lies between 1 and 100.
fn page_size(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(1)
}
