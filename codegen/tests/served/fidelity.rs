//! The schemas that generated types derive, held against the contracts that they were generated from.

use contract_judge::comparison::differences;
use contract_runtime::component::{Component, schemas};
use contract_runtime::serde_json::{self, Value};

use crate::services::{everything, names};

fn hold(contract: &str, components: &[Component]) {
    let generated = contract_codegen::generate(contract, "openapi.yml").unwrap();
    let contract: Value = serde_json::from_str(&generated.json).unwrap();
    let differences = differences(&contract, &schemas(components));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn types_of_every_kind_derive_the_contract() {
    hold(
        include_str!("../golden/everything/openapi.yml"),
        everything::contract::COMPONENTS,
    );
}

#[test]
fn types_of_any_name_derive_the_contract() {
    hold(
        include_str!("../golden/names/openapi.yml"),
        names::contract::COMPONENTS,
    );
}
