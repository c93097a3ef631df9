//! Tools from PyPI, in virtual environments of their own under the build folder.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command;

const INSTALL: &str =
    "install Python 3.11 or newer with its module venv (Debian: apt-get install python3-venv)";

/// The folder of the programs of an environment that holds exactly what `requirements` lists (a path from the
/// repository's root). It is made when it is missing or the list has changed.
pub(crate) fn environment(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let folder = crate::root().join("target/tools").join(name);
    let programs = folder.join("bin");
    let wanted = std::fs::read_to_string(crate::root().join(requirements))
        .map_err(|error| format!("{requirements} cannot be read: {error}"))?;
    let installed = folder.join("installed.txt");
    // Tests that want the same tool at the same time make it once.
    let lock = folder.with_extension("lock");
    let _locked = locked(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(programs);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    // Where the module venv is missing, Python itself says what to install.
    command::run(&mut venv, INSTALL)?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--requirement", requirements]);
    command::run(&mut pip, INSTALL)?;
    std::fs::write(&installed, wanted)
        .map_err(|error| format!("{} cannot be written: {error}", installed.display()))?;
    Ok(programs)
}

/// Held by one at a time, in this process or another, until the file is dropped.
fn locked(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(path)?;
    file.lock()?;
    Ok(file)
}
