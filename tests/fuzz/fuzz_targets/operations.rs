//! Requests to every operation.
#![cfg_attr(fuzzing, no_main)]

contract_judge::fuzz_target!(portfolio_tests::hostile::operations);
