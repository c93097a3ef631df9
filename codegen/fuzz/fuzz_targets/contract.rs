//! Any bytes as a contract.
#![no_main]

#[path = "../../tests/robustness/property.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    property::holds(&String::from_utf8_lossy(bytes));
});
