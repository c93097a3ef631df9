//! Contracts with mistakes: each `diagnostics/NAME.yml` gives the lines in `diagnostics/NAME.txt`.
//!
//! `BLESS=1 cargo test -p contract-codegen --test diagnostics` writes the lines anew; read them
//! before they are committed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn contracts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut contracts: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    contracts.sort();
    contracts
}

fn lines(contract: &Path) -> String {
    let source = std::fs::read_to_string(contract).unwrap();
    match contract_codegen::generate(&source, "openapi.yml") {
        Ok(_) => panic!("{} has no mistakes", contract.display()),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let mut wrong = String::new();
    for contract in contracts() {
        let path = contract.with_extension("txt");
        let found = lines(&contract);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            wrong += &format!(
                "{}\nexpected:\n{expected}\nfound:\n{found}\n",
                contract.display()
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_has_a_case() {
    let all: String = contracts().iter().map(|contract| lines(contract)).collect();
    let codes: BTreeSet<&str> = all
        .lines()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    // The client's and the gateway's own, C017 and C018, are tried there.
    let numbers = (1..=16).chain([19]);
    let expected: Vec<String> = numbers.map(|number| format!("C{number:03}")).collect();
    assert!(codes.into_iter().eq(expected));
}
