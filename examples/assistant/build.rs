//! From openapi.yml to Rust, for the service and for its client. Which generator that is, each says in its build
//! dependencies.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = package.join("openapi.yml");
    contract_codegen::build::run(if own.exists() {
        own
    } else {
        package.join("../openapi.yml")
    })
}
