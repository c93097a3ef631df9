//! Inputs of fuzzing that are kept.

use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};

/// The contents of all files in a folder, whether they are committed yet or not, in the order of their names.
///
/// # Panics
///
/// If the folder has no file, or something in it cannot be read.
#[must_use]
pub fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.unwrap_or_else(|error| unreadable(folder, &error));
    let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no inputs in {}", folder.display());
    read(&paths)
}

pub(crate) fn read(paths: &[PathBuf]) -> Vec<Vec<u8>> {
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
        let folder = tempfile::tempdir().unwrap();
        for name in ["c", "a", "b"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        assert_eq!(inputs(folder.path()), [b"a", b"b", b"c"]);
    }

    #[test]
    #[should_panic(expected = "no-such-corpus")]
    fn a_corpus_that_is_missing_is_no_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let _ = inputs(&folder.path().join("no-such-corpus"));
    }

    #[test]
    #[should_panic(expected = "no inputs in ")]
    fn a_corpus_without_inputs_is_a_mistake() {
        let _ = inputs(tempfile::tempdir().unwrap().path());
    }
}
