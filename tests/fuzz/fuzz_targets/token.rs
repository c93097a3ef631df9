//! Credentials.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| portfolio_tests::hostile::token(bytes));
