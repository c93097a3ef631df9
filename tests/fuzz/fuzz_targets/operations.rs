//! Requests to every operation.
#![cfg_attr(fuzzing, no_main)]

contract_robustness::fuzz_target!(portfolio_tests::hostile::operations);
