//! Sound contracts after any changes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    contract_trials::fuzzed::contract_edits(bytes);
});
