//! What is committed and derived from a contract: written, or checked to be what would be written.

use std::path::PathBuf;

use crate::command::say;
use crate::{frontend, gateway, golden, operations_table};

/// What to do with derived files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// A derived file as it should be.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let mut files = golden::files()?;
    files.push(operations_table::file()?);
    files.extend(gateway::files()?);
    // Last: it needs Node.js, and the others can be written without.
    let types = frontend::types();
    files.extend(types.as_ref().ok().cloned());
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
            if let Some(folder) = file.path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| format!("{shown} cannot be written: {error}"))?;
            }
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
            types?;
            say(&format!(
                "{} derived files are as the contracts say\n",
                files.len()
            ));
            Ok(())
        }
    }
}

/// A text with something else between two markers.
pub(crate) fn replaced(text: &str, begin: &str, end: &str, middle: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{middle}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let change = |text| replaced(text, "<begin>\n", "<end>", "new\n");
        assert_eq!(
            change("a\n<begin>\nold\n<end>\nb\n").as_deref(),
            Some("a\n<begin>\nnew\n<end>\nb\n")
        );
        assert_eq!(change("no markers"), None);
    }
}
