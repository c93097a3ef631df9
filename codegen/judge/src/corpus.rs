//! Inputs of fuzzing, and the programs that try them.

use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};

/// A fuzz target, the whole program: with libFuzzer if it is built for fuzzing (`--cfg fuzzing`, as cargo-fuzz does), which
/// wants `#![cfg_attr(fuzzing, no_main)]` and the dependency libfuzzer-sys. Else it tries the files that it is given, so
/// that it compiles, and is checked, wherever the rest is.
#[macro_export]
macro_rules! fuzz_target {
    ($property:path) => {
        #[cfg(fuzzing)]
        ::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            $property(bytes);
        });

        #[cfg(not(fuzzing))]
        fn main() {
            for input in $crate::corpus::given() {
                $property(&input);
            }
        }
    };
}

/// The contents of the files that this program is given.
///
/// # Panics
///
/// If it is given none, or one that cannot be read.
#[must_use]
pub fn given() -> Vec<Vec<u8>> {
    let paths: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    assert!(!paths.is_empty(), "give the files to try");
    read(&paths)
}

/// The contents of a folder's files that are committed, in the order of their names.
///
/// # Panics
///
/// If the folder has no file, or something in it cannot be read.
#[must_use]
pub fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| unreadable(folder, &error));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no inputs in {}", folder.display());
    read(&paths)
}

fn read(paths: &[PathBuf]) -> Vec<Vec<u8>> {
    let read = |path: &PathBuf| fs::read(path).unwrap_or_else(|error| unreadable(path, &error));
    paths.iter().map(read).collect()
}

fn unreadable(path: &Path, error: &Error) -> ! {
    panic!("{}: {error}", path.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_have_the_order_of_their_names() {
        let folder = std::env::temp_dir().join(format!("corpus-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["c", "a", "b"] {
            fs::write(folder.join(name), name).unwrap();
        }
        let inputs = inputs(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(inputs, [b"a", b"b", b"c"]);
    }

    #[test]
    #[should_panic(expected = "no-such-corpus")]
    fn a_corpus_that_is_missing_is_no_empty_one() {
        let _ = inputs(&std::env::temp_dir().join("no-such-corpus"));
    }
}
