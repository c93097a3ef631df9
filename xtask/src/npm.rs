//! Packages from npm, exactly as a package-lock.json lists them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command;

/// What to do when Node.js or npm is missing.
pub(crate) const NODE: &str = "install Node.js 20 or newer, with npm (https://nodejs.org)";

/// Installs what the package in `from` needs into `into`, unless that has been done. Both are folders below the
/// repository's; they may be the same.
pub(crate) fn install(from: &str, into: &str) -> Result<(), String> {
    let (from, target) = (crate::root().join(from), crate::root().join(into));
    let lock = from.join("package-lock.json");
    let wanted = fs::read_to_string(&lock)
        .map_err(|error| format!("{} cannot be read: {error}", lock.display()))?;
    let installed = target.join("node_modules/.installed");
    if fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", target.display());
    if from != target {
        fs::create_dir_all(&target).map_err(failed)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(from.join(file), target.join(file)).map_err(failed)?;
        }
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--prefix", into])
        .args(["--no-audit", "--no-fund", "--ignore-scripts"]);
    command::run(&mut npm, NODE)?;
    fs::write(installed, wanted).map_err(failed)
}

/// What an installed package offers as a command.
pub(crate) fn binary(folder: &str, name: &str) -> Command {
    let folder: &Path = folder.as_ref();
    Command::new(
        crate::root()
            .join(folder)
            .join("node_modules/.bin")
            .join(name),
    )
}
