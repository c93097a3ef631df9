//! From openapi.yml to Rust. Which generator that is, the package says in its build dependencies.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    contract_codegen::build::run(Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.yml"))
}
