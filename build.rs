//! From openapi.yml to Rust, for the packages that read the contract.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.yml");
    match env!("CARGO_PKG_NAME") {
        "portfolio-client" => contract_codegen::build::client(contract),
        _ => contract_codegen::build::server(contract),
    }
}
