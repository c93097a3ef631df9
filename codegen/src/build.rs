//! For build scripts: the whole of one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// Generates a contract's server layer into the build folder: `contract.rs` to include, and
/// `openapi.json` to publish.
///
/// Every mistake in the contract becomes an error of the build, in the order of the file. Where
/// the generated code lies is printed as well.
#[must_use]
pub fn run(contract: impl AsRef<Path>) -> ExitCode {
    let contract = contract.as_ref();
    println!("cargo::rerun-if-changed={}", contract.display());
    match try_run(contract) {
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

fn try_run(contract: &Path) -> Result<PathBuf, Vec<String>> {
    let source = fs::read_to_string(contract)
        .map_err(|error| vec![format!("{} cannot be read: {error}", contract.display())])?;
    let generated = crate::generate(&source, &shown(contract))
        .map_err(|found| found.lines().collect::<Vec<_>>())?;
    let folder = env::var_os("OUT_DIR")
        .ok_or_else(|| vec!["OUT_DIR is not set; call this from a build script".to_owned()])?;
    let rust = Path::new(&folder).join("contract.rs");
    for (path, text) in [
        (&rust, &generated.rust),
        (&Path::new(&folder).join("openapi.json"), &generated.json),
    ] {
        fs::write(path, text)
            .map_err(|error| vec![format!("{} cannot be written: {error}", path.display())])?;
    }
    Ok(rust)
}

/// The contract's name as people know it.
fn shown(contract: &Path) -> String {
    contract
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
