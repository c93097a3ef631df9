//! Sound contracts after changes that bytes name, so that fuzzing gets past the first look: the first byte chooses the
//! contract, the others are [`contract_judge::edits`].

use contract_judge::edits;

use crate::bases;

/// How many values of the first byte there are; they count around.
pub const VALUES: usize = bases::VALUES;

/// The contract that bytes stand for; none without any.
#[must_use]
pub fn contract(bytes: &[u8]) -> Option<String> {
    let (first, changes) = bytes.split_first()?;
    let (contract, vocabulary) = bases::chosen(*first)?.read();
    Some(edits::edited(contract, vocabulary, changes).to_string())
}

/// The name of the contract that is changed; none without any bytes.
#[must_use]
pub fn base(bytes: &[u8]) -> Option<&'static str> {
    Some(bases::chosen(*bytes.first()?)?.name)
}
