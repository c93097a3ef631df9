//! A copy of the repository.

use std::fs::{self, File};
use std::path::Path;

use crate::git::git;

/// Copies what git knows or would add into `folder`, whatever was there.
pub(crate) fn into(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(folder, &error))?;
    }
    let listed = git(&crate::root())
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .output()
        .map_err(|error| format!("git could not be run: {error}"))?;
    if !listed.status.success() {
        return Err("git does not know which files belong here; run this in a clone".to_owned());
    }
    for path in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let from = crate::root().join(path);
        if from.is_file() {
            let to = folder.join(path);
            copy(&from, &to).map_err(|error| failed(&to, &error))?;
        }
    }
    Ok(())
}

/// With its time, so that cargo sees what has changed since the last run and what has not.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)?;
    let modified = from.metadata()?.modified()?;
    File::options().write(true).open(to)?.set_modified(modified)
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
