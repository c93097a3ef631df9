//! Credentials.
#![cfg_attr(fuzzing, no_main)]

contract_judge::fuzz_target!(portfolio_tests::hostile::token);
