//! Credentials.
#![cfg_attr(fuzzing, no_main)]

contract_robustness::fuzz_target!(portfolio_tests::hostile::token);
