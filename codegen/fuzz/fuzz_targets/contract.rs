//! Any bytes as a contract.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    contract_trials::fuzzed::contract(bytes);
});
