//! Sound contracts after any changes.
#![no_main]

#[path = "../../tests/robustness/edited.rs"]
mod edited;
#[path = "../../tests/robustness/property.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(contract) = edited::contract(bytes) {
        property::holds(&contract);
    }
});
