//! The committed inputs of `cargo xtask fuzz`: seeds, and what fuzzing kept.

use std::path::Path;

use contract_robustness::corpus;
use portfolio_tests::hostile;

fn replay(target: &str, property: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for input in corpus::inputs(&folder.join(target)) {
        property(&input);
    }
}

#[test]
fn requests_that_are_seeds_or_that_fuzzing_kept() {
    replay("operations", hostile::operations);
}

#[test]
fn credentials_that_are_seeds_or_that_fuzzing_kept() {
    replay("token", hostile::token);
}

/// A token that is not changed is good, so the property means something.
#[test]
fn a_good_token_is_taken() {
    assert!(hostile::is_taken(&[3]));
    assert!(hostile::is_taken(&[4]));
}
