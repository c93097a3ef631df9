//! What is deployed to AWS, held against the contract and the code: template.yaml and the API's definition, aws/api.yaml.
//!
//! Whether AWS takes them is for `cargo xtask template` to say.
#![allow(clippy::unwrap_used)]

mod definition;
mod environment;
mod parameters;
mod permissions;
mod resources;
mod yaml;

use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::Value;

/// A file of the repository.
fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// template.yaml; `!Ref X` is `{"Ref": "X"}` in it, and so on.
static TEMPLATE: LazyLock<Value> = LazyLock::new(|| yaml::parse(&read("template.yaml")));

/// The definition that the template includes.
static DEFINITION: LazyLock<Value> = LazyLock::new(|| {
    let include = &properties("Api")["DefinitionBody"]["Fn::Transform"];
    assert_eq!(include["Name"], "AWS::Include");
    yaml::parse(&read(include["Parameters"]["Location"].as_str().unwrap()))
});

/// The properties of a resource.
fn properties(resource: &str) -> &'static Value {
    let found = &TEMPLATE["Resources"][resource]["Properties"];
    assert!(found.is_object(), "the template has no {resource}");
    found
}
