//! Where everything comes from that is built into the programs, what it may be used for, and whether all of it is used.

use std::process::Command;

use crate::cargo_tool::CargoTool;
use crate::command::{run as run_command, say};

const DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
};

const MACHETE: CargoTool = CargoTool {
    name: "cargo-machete",
    version: "0.9.2",
};

const CYCLONEDX: CargoTool = CargoTool {
    name: "cargo-cyclonedx",
    version: "0.5.9",
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

/// A bill of materials (CycloneDX 1.5, JSON) for what is deployed: each crate with version, licence and checksum.
pub(crate) fn bill() -> Result<(), String> {
    let folder = crate::root().join("target/sbom");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    // It writes beside each manifest, so it is given a copy of the commit's.
    let source = folder.join("source");
    if source.exists() {
        std::fs::remove_dir_all(&source).map_err(failed)?;
    }
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--shared"]);
    clone.arg(crate::root()).arg(&source);
    run_command(&mut clone, "install git")?;
    let mut bill = Command::new(CYCLONEDX.program()?);
    bill.args(["cyclonedx", "--format", "json", "--spec-version", "1.5"])
        .args(["--no-default-features", "--features", "docs"])
        .args(["--target", "aarch64-unknown-linux-gnu", "--no-build-deps"])
        .arg("--manifest-path")
        .arg(source.join("server/Cargo.toml"));
    run_command(&mut bill, INSTALL)?;
    let written = source.join("server/portfolio-server.cdx.json");
    let kept = folder.join("portfolio-server.cdx.json");
    std::fs::copy(&written, &kept).map_err(failed)?;
    std::fs::remove_dir_all(&source).map_err(failed)?;
    let text = std::fs::read_to_string(&kept).map_err(failed)?;
    let bill: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", kept.display()))?;
    let parts = bill["components"].as_array().map_or(0, Vec::len);
    if parts == 0 {
        return Err(format!("{} lists nothing", kept.display()));
    }
    say(&format!("{}: {parts} crates\n", kept.display()));
    Ok(())
}
