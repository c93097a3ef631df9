//! Inputs of fuzzing that are committed, for tests to try again.

use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};

/// The contents of a folder's files, in the order of their names.
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
