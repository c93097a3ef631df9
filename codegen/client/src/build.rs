//! For build scripts: the whole of one, with the same name as [`contract_codegen::build`].

use std::path::Path;
use std::process::ExitCode;

/// Generates a contract's client into the build folder: `contract.rs` to include.
///
/// Every mistake in the contract, and everything in it that the client could not express, becomes an error of the build.
#[must_use]
pub fn run(contract: impl AsRef<Path>) -> ExitCode {
    contract_codegen::build::run_with(contract, |source, file| {
        Ok(vec![("contract.rs", crate::generate(source, file)?)])
    })
}
