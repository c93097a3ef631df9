//! The contract tests once more, against a DynamoDB in another process: the SDK's real connector, its retries and
//! timeouts, and an endpoint without TLS.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{self, INSTALL_RUST, cargo_program};
use crate::emulator::{DUMMY, Emulator};

/// The engine that is also embedded in the server, as a server of its own: the faithful one of those that can be had.
const ENGINE: &str = "3.2.0";

pub(crate) fn run() -> Result<(), String> {
    contract_tests(&[])
}

/// Runs the contract tests on an engine of their own, with these variables.
pub(crate) fn contract_tests(variables: &[(&str, &str)]) -> Result<(), String> {
    let engine = Emulator::start(&mut Command::new(installed(Build::Debug)?))?;
    command::run(
        cargo_program()
            .args(["test", "--test", "contract"])
            .env("CONTRACT_DYNAMODB", &engine.url)
            .envs(DUMMY)
            .envs(variables.iter().copied()),
        INSTALL_RUST,
    )
}

/// How the engine is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Soon.
    Debug,
    /// As the engine inside the release server is.
    Optimised,
}

/// The engine's program, built once into the build folder.
pub(crate) fn installed(build: Build) -> Result<PathBuf, String> {
    let tools = crate::root().join("target/tools");
    let (suffix, profile) = match build {
        Build::Debug => ("", &["--debug"][..]),
        Build::Optimised => ("-optimised", &[][..]),
    };
    let folder = tools.join(format!("dynoxide-{ENGINE}{suffix}"));
    let program = folder.join("bin").join("dynoxide");
    if program.is_file() {
        return Ok(program);
    }
    let version = format!("={ENGINE}");
    let mut cargo = cargo_program();
    cargo
        .args(["install", "dynoxide-rs", "--version", &version, "--locked"])
        .args(profile)
        .args([
            "--no-default-features",
            "--features",
            "cli,http-server,native-sqlite",
        ])
        .arg("--root")
        .arg(&folder)
        .env("CARGO_TARGET_DIR", tools.join("build"));
    if build == Build::Optimised {
        // Its own release profile is for size, and links for minutes.
        cargo
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    }
    command::run(&mut cargo, INSTALL_RUST)?;
    Ok(program)
}
