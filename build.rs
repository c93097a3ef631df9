//! From openapi.yml to Rust, for the packages that read the contract. Which generator that is, each of them says in its
//! build dependencies.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    contract_codegen::build::run(Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.yml"))
}
