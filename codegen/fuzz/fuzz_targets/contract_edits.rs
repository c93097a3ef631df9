//! Sound contracts after any changes.
#![cfg_attr(fuzzing, no_main)]

use contract_robustness::{contracts, fuzz_target, property};

fuzz_target!(holds);

fn holds(bytes: &[u8]) {
    if let Some(contract) = contracts::contract_edits(bytes) {
        property::holds(&contract);
    }
}
