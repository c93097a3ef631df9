//! What fuzzing kept: inputs that each take another way through the generator.

use std::path::Path;

use contract_robustness::{contracts, corpus, property};

/// Whether each contract was accepted that an input of a fuzz target stands for, after it was tried as fuzzing tries it.
fn outcomes(target: &str, contract: fn(&[u8]) -> Option<String>) -> Vec<bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let inputs = corpus::inputs(&folder.join(target));
    let contracts = inputs.iter().filter_map(|input| contract(input));
    contracts.map(|source| property::holds(&source)).collect()
}

#[test]
fn texts_that_fuzzing_found() {
    outcomes("contract", contracts::contract);
}

#[test]
fn changed_contracts_that_fuzzing_found() {
    let outcomes = outcomes("contract_edits", contracts::contract_edits);
    assert!(outcomes.contains(&true) && outcomes.contains(&false));
}
