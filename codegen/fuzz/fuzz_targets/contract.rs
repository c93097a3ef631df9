//! Any bytes as a contract.
#![cfg_attr(fuzzing, no_main)]

contract_judge::fuzz_target!(contract_trials::fuzzed::contract);
