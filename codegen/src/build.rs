//! For build scripts: the whole of one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use crate::Diagnostics;

/// Generates a contract's server layer into the build folder: `contract.rs` to include, and
/// `openapi.json` to publish.
///
/// Every mistake in the contract becomes an error of the build, in the order of the file. Where
/// the generated code lies is printed as well.
#[must_use]
pub fn server(contract: impl AsRef<Path>) -> ExitCode {
    build(contract.as_ref(), |source, file| {
        let generated = crate::generate(source, file)?;
        Ok(vec![
            ("contract.rs", generated.rust),
            ("openapi.json", generated.json),
        ])
    })
}

/// Generates a contract's client into the build folder: `contract.rs` to include.
///
/// As [`server`], with what the client could not express among the mistakes. The build fails if
/// this crate was built without its feature `client`.
#[must_use]
pub fn client(contract: impl AsRef<Path>) -> ExitCode {
    build(contract.as_ref(), client_files)
}

#[cfg(feature = "client")]
fn client_files(source: &str, file: &str) -> Result<Files, Diagnostics> {
    Ok(vec![(
        "contract.rs",
        crate::client::generate(source, file)?,
    )])
}

#[cfg(not(feature = "client"))]
fn client_files(_: &str, file: &str) -> Result<Files, Diagnostics> {
    let message = "a client is generated only if contract-codegen has its feature `client`";
    Err(crate::unexpected(file, message))
}

/// Names and contents; the first is the one to read.
type Files = Vec<(&'static str, String)>;

fn build(
    contract: &Path,
    generate: impl FnOnce(&str, &str) -> Result<Files, Diagnostics>,
) -> ExitCode {
    println!("cargo::rerun-if-changed={}", contract.display());
    match try_build(contract, generate) {
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

fn try_build(
    contract: &Path,
    generate: impl FnOnce(&str, &str) -> Result<Files, Diagnostics>,
) -> Result<PathBuf, Vec<String>> {
    let source = fs::read_to_string(contract)
        .map_err(|error| vec![format!("{} cannot be read: {error}", contract.display())])?;
    let files = generate(&source, &shown(contract))
        .map_err(|found| found.lines().collect::<Vec<_>>())?;
    let folder = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| vec!["OUT_DIR is not set; call this from a build script".to_owned()])?;
    for (name, text) in &files {
        let path = folder.join(name);
        fs::write(&path, text)
            .map_err(|error| vec![format!("{} cannot be written: {error}", path.display())])?;
    }
    Ok(folder.join("contract.rs"))
}

/// The contract's name as people know it.
fn shown(contract: &Path) -> String {
    contract
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
