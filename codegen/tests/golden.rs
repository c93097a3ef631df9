//! The generated code under `golden/` is what the generator makes of the contract beside it.
//!
//! The tests in `served/` compile and run it.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

fn contracts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = std::fs::read_dir(folder).unwrap();
    folders
        .map(|folder| folder.unwrap().path().join("openapi.yml"))
        .collect()
}

#[test]
fn generated_code_is_up_to_date() {
    let contracts = contracts();
    assert!(contracts.len() >= 3);
    for contract in contracts {
        let source = std::fs::read_to_string(&contract).unwrap();
        let generated = contract_codegen::generate(&source, "openapi.yml")
            .unwrap_or_else(|diagnostics| panic!("{}\n{diagnostics}", contract.display()));
        let path = contract.with_file_name("generated.rs");
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == generated.rust,
            "{} is stale; `cargo xtask regen` writes it anew",
            path.display()
        );
    }
}

#[test]
fn the_same_contract_gives_the_same_code() {
    for contract in contracts() {
        let source = std::fs::read_to_string(&contract).unwrap();
        let generate = || contract_codegen::generate(&source, "openapi.yml").unwrap();
        let (one, two) = (generate(), generate());
        assert!(one.rust == two.rust && one.json == two.json);
    }
}

/// JSON is YAML, so a contract in JSON gives the same code.
#[test]
fn a_contract_in_json_gives_the_same_code() {
    for contract in contracts() {
        let source = std::fs::read_to_string(&contract).unwrap();
        let generated = contract_codegen::generate(&source, "openapi.yml").unwrap();
        let again = contract_codegen::generate(&generated.json, "openapi.yml").unwrap();
        assert!(again.rust == generated.rust, "{}", contract.display());
    }
}
