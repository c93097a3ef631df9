//! Sound contracts after any changes.
#![cfg_attr(fuzzing, no_main)]

contract_judge::fuzz_target!(contract_trials::fuzzed::contract_edits);
