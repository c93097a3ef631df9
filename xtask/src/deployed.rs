//! What is deployed: how it is built, and its sources as the last commit has them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::run as run_command;

/// The function's package.
pub(crate) const PACKAGE: &str = "portfolio-server";

/// Its features, as server/Cargo.toml tells cargo-lambda: neither database nor identity provider inside.
pub(crate) const FEATURES: [&str; 3] = ["--no-default-features", "--features", "docs"];

/// What cargo is told to build it.
pub(crate) fn arguments() -> Vec<&'static str> {
    [&["--package", PACKAGE][..], &FEATURES].concat()
}

pub(crate) const INSTALL_GIT: &str = "install git";

/// Puts the last commit into `folder`, whatever was there.
pub(crate) fn checkout(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--shared"]);
    clone.arg(crate::root()).arg(folder);
    run_command(&mut clone, INSTALL_GIT)
}
