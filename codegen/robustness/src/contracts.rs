//! The contract that an input stands for: a function for each fuzz target of `codegen/fuzz/`, by its name. Whoever fuzzes,
//! repeats an input, or compiles the code that is generated of it reads it so.

use contract_judge::edits;

use crate::bases;

/// Any bytes as a text, with U+FFFD for what is no UTF-8. There always is one.
#[must_use]
pub fn contract(bytes: &[u8]) -> Option<String> {
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// A sound contract after changes, so that fuzzing gets past the first look: the first byte chooses the contract, the
/// others are [`contract_judge::edits`]. None without any bytes.
#[must_use]
pub fn contract_edits(bytes: &[u8]) -> Option<String> {
    let (first, changes) = bytes.split_first()?;
    let (contract, vocabulary) = bases::chosen(*first).read();
    Some(edits::edited(contract, vocabulary, changes).to_string())
}
