//! What fuzzing kept: inputs that each take another way through the generator.

use std::path::Path;

use contract_judge::corpus;
use contract_trials::property::survives;
use contract_trials::{edited, fuzzed};

/// The inputs of a fuzz target.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    corpus::inputs(&folder.join(target))
}

#[test]
fn texts_that_fuzzing_found() {
    for input in inputs("contract") {
        fuzzed::contract(&input);
    }
}

#[test]
fn changed_contracts_that_fuzzing_found() {
    let inputs = inputs("contract_edits");
    let outcomes = inputs
        .iter()
        .filter_map(|input| fuzzed::contract_edits(input));
    let accepted = outcomes.filter(|accepted| *accepted).count();
    assert!(0 < accepted && accepted < inputs.len(), "{accepted}");
}

/// Whichever contract the first byte chooses: without a change it is one that is accepted.
#[test]
fn contracts_without_a_change_are_accepted() {
    for first in 0..edited::VALUES {
        let input = [u8::try_from(first).unwrap()];
        let contract = edited::contract(&input).unwrap();
        assert!(survives(&contract), "{:?}", edited::base(&input));
    }
    assert!(edited::contract(&[]).is_none());
}
