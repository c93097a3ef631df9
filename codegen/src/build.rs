//! For build scripts: the whole of one.

// Cargo reads what a build script prints.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use crate::{Diagnostics, Options};

/// Generates a contract's server layer into the build folder: `contract.rs` to include, and
/// beside it what it publishes: `openapi.yml` as it is, and `openapi.json`.
///
/// Every mistake in the contract becomes an error of the build, in the order of the file. Where
/// the generated code lies is printed as well. If the package that is built has a cargo feature
/// `schemas` and it is on, so is [`Options::schemas`].
#[must_use]
pub fn run(contract: impl AsRef<Path>) -> ExitCode {
    run_with(contract, |source, file| {
        let schemas = env::var_os("CARGO_FEATURE_SCHEMAS").is_some();
        let generated = crate::generate_with(source, file, Options { schemas })?;
        Ok(vec![
            ("contract.rs", generated.rust),
            ("openapi.yml", source.to_owned()),
            ("openapi.json", generated.json),
        ])
    })
}

/// Names and contents of generated files; the first is the one to read.
pub type Files = Vec<(&'static str, String)>;

/// As [`run`], with another generator. It gets the contract's text and its name in diagnostics.
#[must_use]
pub fn run_with(
    contract: impl AsRef<Path>,
    generate: impl FnOnce(&str, &str) -> Result<Files, Diagnostics>,
) -> ExitCode {
    let contract = contract.as_ref();
    println!("cargo::rerun-if-changed={}", contract.display());
    match try_run(contract, generate) {
        Ok(written) => {
            println!(
                "cargo::warning=generated from {}: {}",
                shown(contract),
                written.display()
            );
            ExitCode::SUCCESS
        }
        Err(messages) => {
            for message in messages {
                println!("cargo::error={message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn try_run(
    contract: &Path,
    generate: impl FnOnce(&str, &str) -> Result<Files, Diagnostics>,
) -> Result<PathBuf, Vec<String>> {
    let source = fs::read_to_string(contract)
        .map_err(|error| vec![format!("{} cannot be read: {error}", contract.display())])?;
    let files =
        generate(&source, &shown(contract)).map_err(|found| found.lines().collect::<Vec<_>>())?;
    let folder = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| vec!["OUT_DIR is not set; call this from a build script".to_owned()])?;
    let mut written = folder.clone();
    for (name, text) in files.iter().rev() {
        written = folder.join(name);
        fs::write(&written, text)
            .map_err(|error| vec![format!("{} cannot be written: {error}", written.display())])?;
    }
    Ok(written)
}

/// The contract's name as people know it.
fn shown(contract: &Path) -> String {
    contract
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
