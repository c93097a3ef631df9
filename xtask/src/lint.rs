//! A public linter's opinion of the contract.

use std::process::Command;

use crate::command;

const PACKAGE: &str = "@redocly/cli@2.77.0";
const INSTALL: &str = "install Node.js 20 or newer, with npm (https://nodejs.org)";

pub(crate) fn run() -> Result<(), String> {
    let tools = crate::root().join("target/tools/redocly");
    let binary = tools.join("node_modules/.bin/redocly");
    let installed = tools.join(format!(".{}", PACKAGE.replace(['@', '/'], "-")));
    if !installed.exists() {
        std::fs::create_dir_all(&tools)
            .map_err(|error| format!("{} cannot be made: {error}", tools.display()))?;
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
        ]);
        command::run(npm.arg(&tools).arg(PACKAGE), INSTALL)?;
        std::fs::write(&installed, "")
            .map_err(|error| format!("{} cannot be written: {error}", installed.display()))?;
    }
    let mut linter = Command::new(binary);
    linter.args([
        "lint",
        "openapi.yml",
        "--config",
        "redocly.yaml",
        "--max-problems",
        "1000",
    ]);
    // It would report its use, and look for a newer version, over the network.
    linter
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    command::run(&mut linter, INSTALL)
}
