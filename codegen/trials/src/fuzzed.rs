//! What each fuzz target (`codegen/fuzz/`) tries. `cargo test` calls the same with the inputs that are committed.

use crate::edited;
use crate::property::holds;

/// Any bytes as a contract. Whether it was accepted.
///
/// # Panics
///
/// If [`holds`] does.
pub fn contract(bytes: &[u8]) -> bool {
    holds(&String::from_utf8_lossy(bytes))
}

/// A sound contract after any changes ([`edited::contract`]). Whether it was accepted; none if the bytes stand for none.
///
/// # Panics
///
/// If [`holds`] does.
pub fn contract_edits(bytes: &[u8]) -> Option<bool> {
    edited::contract(bytes).map(|contract| holds(&contract))
}
