//! The programs that try inputs.

use std::path::PathBuf;

use crate::corpus;

/// A fuzz target, the whole program. Built for fuzzing (`--cfg fuzzing`, as cargo-fuzz does) it is libFuzzer's, which wants
/// `#![cfg_attr(fuzzing, no_main)]` and the dependency libfuzzer-sys. Otherwise it tries the files that it is given, so that
/// what it calls compiles, and is checked, wherever the rest is; libFuzzer's half is seen by `cargo xtask fuzz` alone.
#[macro_export]
macro_rules! fuzz_target {
    ($property:path) => {
        #[cfg(fuzzing)]
        ::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            $property(bytes);
        });

        #[cfg(not(fuzzing))]
        fn main() {
            for input in $crate::program::given() {
                $property(&input);
            }
        }
    };
}

/// The contents of the files that this program is given. For [`fuzz_target`](crate::fuzz_target) alone.
///
/// # Panics
///
/// If it is given none, or one that cannot be read.
#[doc(hidden)]
#[must_use]
pub fn given() -> Vec<Vec<u8>> {
    let paths: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    assert!(!paths.is_empty(), "give the files to try");
    corpus::read(&paths)
}
