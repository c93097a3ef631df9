//! From openapi.yml to a client.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    contract_codegen_client::build::run(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.yml"),
    )
}
