//! Where everything comes from that is built into the programs, what it may be used for, and whether all of it is used.

use std::process::Command;

use crate::cargo_tool::CargoTool;
use crate::command::run as run_command;

const DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
};

const MACHETE: CargoTool = CargoTool {
    name: "cargo-machete",
    version: "0.9.2",
};

/// Installed by itself, so this is never the advice.
const INSTALL: &str = "run this command again";

/// Licences, sources and duplicates, and dependencies that nothing uses. The advisories are a database on the network.
pub(crate) fn run(advisories: bool) -> Result<(), String> {
    run_command(&mut Command::new(MACHETE.program()?), INSTALL)?;
    let mut deny = Command::new(DENY.program()?);
    deny.args(["--workspace", "--locked", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]);
    if advisories {
        deny.arg("advisories");
    }
    run_command(&mut deny, INSTALL)
}
