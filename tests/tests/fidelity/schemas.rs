//! The schemas that the server's types derive are the contract's.

use contract_judge::comparison::{changes, component_differences, differences};
use contract_runtime::component::schemas;
use portfolio_server::contract::COMPONENTS;
use portfolio_tests::contract::CONTRACT;

#[test]
fn types_derive_the_components() {
    let differences = differences(&CONTRACT, &schemas(COMPONENTS));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Changes of the contract that change nothing: integers have 64 bits whether it says so or not, and `password` is a
/// hint to those who draw forms.
const SAME: [&str; 2] = [
    r#"/format: "int64" removed"#,
    r#"/format: "password" removed"#,
];

/// That the comparison sees something: no change of any keyword of any component, or of its type, gets past it.
#[test]
fn no_change_of_a_component_goes_unnoticed() {
    let (derived, mut contract) = (schemas(COMPONENTS), CONTRACT.clone());
    let (mut changed, mut unnoticed) = (0, Vec::new());
    for (name, schema) in &derived {
        for change in changes(schema) {
            changed += 1;
            if component_differences(&CONTRACT, name, &change.schema).is_empty() {
                unnoticed.push(format!("type {name}: {}", change.what));
            }
        }
        let own = CONTRACT["components"]["schemas"][name].clone();
        for change in changes(&own) {
            if SAME.iter().any(|same| change.what.ends_with(same)) {
                continue;
            }
            changed += 1;
            contract["components"]["schemas"][name] = change.schema;
            if component_differences(&contract, name, schema).is_empty() {
                unnoticed.push(format!("component {name}: {}", change.what));
            }
        }
        contract["components"]["schemas"][name] = own;
    }
    assert_eq!(unnoticed, Vec::<String>::new());
    assert!(changed > 2000, "{changed} changes");
}
