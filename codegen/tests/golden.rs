//! The generated code under `golden/` is what the generator makes of the contract beside it.
//!
//! The tests in `served/` compile and run it. `generated.rs` is as services have it, and
//! `with_schemas.rs` is made with [`contract_codegen::Options::schemas`].
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use contract_robustness::golden::LAYERS;

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
        let json = contract.with_file_name("openapi.json");
        assert!(
            std::fs::read_to_string(&json).ok()
                == contract_codegen::generate(&source, "openapi.yml")
                    .ok()
                    .map(|made| made.json),
            "{} is stale; `cargo xtask regen` writes it anew",
            json.display()
        );
        let mut outputs = 0;
        for (name, options) in LAYERS {
            let path = contract.with_file_name(name);
            let Ok(committed) = std::fs::read_to_string(&path) else {
                continue;
            };
            let generated = contract_codegen::generate_with(&source, "openapi.yml", options)
                .unwrap_or_else(|diagnostics| panic!("{}\n{diagnostics}", contract.display()));
            assert!(
                committed == generated.rust,
                "{} is stale; `cargo xtask regen` writes it anew",
                path.display()
            );
            outputs += 1;
        }
        assert!(outputs > 0, "nothing beside {}", contract.display());
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
