//! From openapi.yml to Rust. The queries in the code are checked against `.sqlx` (`cargo xtask queries` writes it), not
//! against the DATABASE_URL that the service is started with.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Set while the answers in .sqlx are written.
    if std::env::var_os("SQLX_OFFLINE_DIR").is_none() {
        println!("cargo::rustc-env=SQLX_OFFLINE=true");
    }
    println!("cargo::rerun-if-env-changed=SQLX_OFFLINE_DIR");
    for read in [".sqlx", "migrations"] {
        println!("cargo::rerun-if-changed={}", folder.join(read).display());
    }
    contract_codegen::build::run(folder.join("openapi.yml"))
}
