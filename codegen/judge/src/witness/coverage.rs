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

/// The file, and what this process has written to it.
static RECORD: LazyLock<Option<Mutex<Record>>> = LazyLock::new(|| {
    let path = std::env::var_os(VARIABLE)?;
    let path = Path::new(&path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let seen = HashSet::new();
    Some(Mutex::new(Record { file, seen }))
});

struct Record {
    file: File,
    seen: HashSet<String>,
}

/// Writes down that a test saw an operation answer with a status.
pub(super) fn record(contract: &Contract, test: &str, operation: &str, status: u16) {
    let Some(record) = &*RECORD else { return };
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
