//! Which answers the tests have seen, for `cargo xtask coverage`.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::json;

use super::contract::Contract;

/// The environment variable that names the file. Without it nothing is written down.
const VARIABLE: &str = "CONTRACT_COVERAGE";

/// The file, and what this process has written to it; or why there is none.
static RECORD: LazyLock<Option<Result<Mutex<Record>, String>>> = LazyLock::new(|| {
    let path = std::env::var_os(VARIABLE)?;
    Some(Record::at(Path::new(&path)).map(Mutex::new))
});

#[derive(Debug)]
struct Record {
    file: File,
    seen: HashSet<String>,
}

impl Record {
    /// Goes on with what is in the file. Cargo runs each package's tests in the package's folder, so that a relative path
    /// would be another file for each of them.
    fn at(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let folder = path.parent().filter(|_| path.is_absolute());
        let folder = folder.ok_or_else(|| {
            format!(
                "{VARIABLE} must be the absolute path of a file, such as \"$PWD/target/coverage/answers.jsonl\", not {shown:?}"
            )
        })?;
        let open = || {
            std::fs::create_dir_all(folder)?;
            OpenOptions::new().create(true).append(true).open(path)
        };
        let file = open().map_err(|error| format!("{VARIABLE}: {shown}: {error}"))?;
        let seen = HashSet::new();
        Ok(Self { file, seen })
    }
}

/// Writes down that a test saw an operation answer with a status.
pub(super) fn record(contract: &Contract, test: &str, operation: &str, status: u16) {
    let Some(record) = &*RECORD else { return };
    let record = record.as_ref().unwrap_or_else(|why| panic!("{why}"));
    let line = json!({
        "contract": contract.title(),
        "test": test,
        "operation": operation,
        "status": status,
    });
    let line = line.to_string() + "\n";
    let mut record = record.lock().unwrap();
    if record.seen.insert(line.clone()) {
        // In one piece, since other test processes may append to it at the same time.
        record.file.write_all(line.as_bytes()).unwrap();
    }
}

/// The running test: libtest names threads after tests.
#[must_use]
pub fn test() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_is_refused() {
        for relative in ["", "answers.jsonl", "target/coverage/answers.jsonl"] {
            let refusal = Record::at(Path::new(relative)).unwrap_err();
            assert!(refusal.contains("must be the absolute path"), "{refusal}");
        }
        assert!(Record::at(Path::new("/")).is_err());
    }

    #[test]
    fn an_absolute_path_is_taken_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.jsonl");
        for text in ["one\n", "two\n"] {
            let mut record = Record::at(&path).unwrap();
            record.file.write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\ntwo\n");
    }
}
