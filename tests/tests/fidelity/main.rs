//! openapi.yml, the server's types and the client's types: three readings of one contract, held against one another and
//! against an independent judge. Each component that is added to the contract is tested without a line here.
#![allow(clippy::unwrap_used)]

mod bodies;
mod examples;
mod schemas;

use portfolio_server::contract::COMPONENTS;

/// A component of the server.
fn component(name: &str) -> &'static contract_runtime::component::Component {
    let mut components = COMPONENTS.iter();
    components
        .find(|component| component.name == name)
        .unwrap_or_else(|| panic!("the server has no type for the component {name}"))
}

/// The name of the component that a schema refers to.
fn referred(schema: &serde_json::Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}
