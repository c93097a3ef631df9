//! What is committed and derived from a contract: written, or checked to be what would be written.

use std::path::PathBuf;

use crate::command::say;
use crate::{golden, operations_table};

/// What to do with derived files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// A derived file as it should be.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let mut files = golden::files()?;
    files.push(operations_table::file()?);
    let mut stale = Vec::new();
    for file in &files {
        if std::fs::read_to_string(&file.path).is_ok_and(|text| text == file.text) {
            continue;
        }
        let shown = file
            .path
            .strip_prefix(crate::root())
            .unwrap_or(&file.path)
            .display()
            .to_string();
        if mode == Mode::Write {
            std::fs::write(&file.path, &file.text)
                .map_err(|error| format!("{shown} cannot be written: {error}"))?;
            say(&format!("wrote {shown}\n"));
        }
        stale.push(shown);
    }
    match mode {
        Mode::Check if !stale.is_empty() => Err(format!(
            "stale: {}; run `cargo xtask regen` and commit what it writes",
            stale.join(", ")
        )),
        _ => {
            say(&format!(
                "{} derived files are as the contracts say\n",
                files.len()
            ));
            Ok(())
        }
    }
}
