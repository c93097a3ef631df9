//! The committed inputs of a target: what fuzzing kept, by libFuzzer's names, and seeds that somebody wrote and named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::target::failed;

/// Inputs of a target: few enough for `cargo test`.
const KEPT: usize = 48;

/// Their bytes.
const KEPT_BYTES: u64 = 72 * 1024;

/// Makes a corpus of its named seeds, all of them, and of what was found as far as there is room: roughly what reaches the
/// most, which is written first. The old one stays until the new one is complete. How many inputs it has.
pub(super) fn replace(corpus: &Path, found: &Path) -> Result<usize, String> {
    let [fresh, old] = ["fresh", "old"].map(|state| corpus.with_extension(state));
    if old.exists() {
        return Err(format!(
            "{} is left of an attempt that was interrupted: move back what {} misses, and delete it",
            old.display(),
            corpus.display()
        ));
    }
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(failed(&fresh))?;
    }
    fs::create_dir(&fresh).map_err(failed(&fresh))?;
    let (mut contents, mut bytes) = (BTreeSet::new(), 0);
    let mut add = |path: &Path, seed: bool| {
        let content = fs::read(path).map_err(failed(path))?;
        let size = content.len() as u64;
        let room = contents.len() < KEPT && bytes + size <= KEPT_BYTES;
        if seed || room && !contents.contains(&content) {
            let name = path.file_name().unwrap_or_default();
            let copy = fresh.join(name);
            fs::write(&copy, &content).map_err(failed(&copy))?;
            contents.insert(content);
            bytes += size;
        }
        Ok::<(), String>(())
    };
    for seed in files(corpus)?.iter().filter(|path| !is_hash(path)) {
        add(seed, true)?;
    }
    for input in &files(found)? {
        add(input, false)?;
    }
    let kept = files(&fresh)?.len();
    if kept == 0 {
        return Err(format!("no inputs for {}", corpus.display()));
    }
    fs::rename(corpus, &old).map_err(failed(corpus))?;
    if let Err(error) = fs::rename(&fresh, corpus) {
        fs::rename(&old, corpus).map_err(failed(&old))?;
        return Err(failed(&fresh)(error));
    }
    fs::remove_dir_all(&old).map_err(failed(&old))?;
    Ok(kept)
}

/// Whether this is what libFuzzer calls an input: 40 hexadecimal digits, its SHA-1.
fn is_hash(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.len() == 40 && name.iter().all(u8::is_ascii_hexdigit)
}

/// A folder's files by the time of their last change, and by their names where that is the same.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = || {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let (path, about) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            files.push((about.modified()?, path));
        }
        files.sort();
        Ok(files.into_iter().map(|(_, path)| path).collect())
    };
    listed().map_err(failed(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a corpus and with what was found, gone afterwards.
    struct Folders(PathBuf);

    impl Folders {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir();
            let folder = folder.join(format!("corpus-{name}-{}", std::process::id()));
            for inside in ["corpus", "found"] {
                fs::create_dir_all(folder.join(inside)).unwrap();
            }
            for (path, content) in files {
                fs::write(folder.join(path), content).unwrap();
            }
            Self(folder)
        }

        fn replace(&self) -> Result<usize, String> {
            replace(&self.0.join("corpus"), &self.0.join("found"))
        }

        fn names(&self, folder: &str) -> Vec<String> {
            let mut names: Vec<_> = fs::read_dir(self.0.join(folder))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Folders {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn hash(number: usize) -> String {
        format!("{number:040x}")
    }

    #[test]
    fn seeds_stay_and_what_was_kept_before_gives_way() {
        let (old, new, seed) = (hash(1), hash(2), hash(3));
        let folders = Folders::new(
            "seeds",
            &[
                ("corpus/good", "a seed"),
                ("corpus/0", "another"),
                (&format!("corpus/{old}"), "kept before"),
                (&format!("found/{new}"), "found"),
                // As found as it is a seed.
                (&format!("found/{seed}"), "a seed"),
            ],
        );
        assert_eq!(folders.replace(), Ok(3));
        assert_eq!(folders.names("corpus"), ["0", &new, "good"]);
        assert_eq!(folders.names(""), ["corpus", "found"]);
    }

    #[test]
    fn there_is_room_for_so_many_beside_the_seeds() {
        let found: Vec<_> = (0..60)
            .map(|number| (format!("found/{}", hash(number)), number.to_string()))
            .collect();
        let mut files: Vec<(&str, &str)> = found
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_str()))
            .collect();
        files.push(("corpus/good", "a seed"));
        let folders = Folders::new("room", &files);
        assert_eq!(folders.replace(), Ok(KEPT));
        assert!(folders.names("corpus").contains(&"good".to_owned()));
    }

    #[test]
    fn a_copy_that_fails_leaves_the_corpus_as_it_was() {
        let kept = format!("corpus/{}", hash(1));
        let folders = Folders::new("failure", &[("corpus/good", "a seed"), (&kept, "kept")]);
        // Nobody can read a folder as a file.
        fs::create_dir(folders.0.join("found/folder")).unwrap();
        assert!(folders.replace().is_err());
        assert_eq!(folders.names("corpus"), [&hash(1), "good"]);
        // What it left does not stand in the way of the next one.
        fs::remove_dir(folders.0.join("found/folder")).unwrap();
        assert_eq!(folders.replace(), Ok(1));
        assert_eq!(folders.names(""), ["corpus", "found"]);
    }
}
