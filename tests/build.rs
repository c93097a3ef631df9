//! Lists the client's types by the contract's names for them, so that a component that is added is tested too.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let contract = "../openapi.yml";
    println!("cargo::rerun-if-changed={contract}");
    let generated = contract_codegen::generate(&fs::read_to_string(contract)?, "openapi.yml")
        .map_err(|diagnostics| diagnostics.to_string())?;
    let components = generated.document.components.unwrap_or_default();
    let rows: String = components
        .schemas
        .keys()
        .map(|name| format!("    (\"{name}\", again::<portfolio_client::types::{name}>),\n"))
        .collect();
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("client_types.rs"), format!("&[\n{rows}]\n"))?;
    Ok(())
}
