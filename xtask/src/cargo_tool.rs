//! Cargo's commands from crates.io, in the build folder.

use std::path::PathBuf;

use crate::command::{INSTALL_RUST, cargo_program, run};

/// A command of cargo's, at the version that is used here.
pub(crate) struct CargoTool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl CargoTool {
    /// The program. It is built with the dependencies that its authors locked when it is missing, which takes some minutes.
    pub(crate) fn program(&self) -> Result<PathBuf, String> {
        let Self { name, version } = self;
        let folder = crate::root().join(format!("target/tools/{name}-{version}"));
        let program = folder.join("bin").join(name);
        if !program.exists() {
            let mut install = cargo_program();
            install
                .args(["install", "--locked", "--quiet", "--version", version])
                .arg("--root")
                .arg(&folder)
                .arg(name)
                // Beside the workspace's own artefacts, which it shares nothing with, and gone when it is built.
                .env_remove("CARGO_TARGET_DIR");
            run(&mut install, INSTALL_RUST)?;
        }
        Ok(program)
    }
}
