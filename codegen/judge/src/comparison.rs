//! Schemas that types derive, held against the contract's own.

mod changes;
mod normal_form;
#[cfg(test)]
mod tests;

pub use changes::{Change, changes};

use serde_json::{Map, Value};

use crate::member;
use normal_form::Normalizer;

/// Where derived schemas differ from a contract's components: one paragraph each, with component,
/// JSON pointer and both values. `derived` are by name, as `schemars` makes them with
/// `SchemaSettings::openapi3()`.
#[must_use]
pub fn differences(contract: &Value, derived: &Map<String, Value>) -> Vec<String> {
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    let normalizer = Normalizer::new(contract);
    let mut differences = Vec::new();
    for name in derived.keys().filter(|name| !schemas.contains_key(*name)) {
        differences.push(format!("{name}: derived, but no component of the contract"));
    }
    for (name, schema) in schemas {
        match derived.get(name) {
            Some(derived) => differences.extend(normalizer.differences(name, schema, derived)),
            None if normalizer.is_alias(schema) => {}
            None => differences.push(format!("{name}: no type derives it")),
        }
    }
    differences
}

/// [`differences`] of one component.
#[must_use]
pub fn component_differences(contract: &Value, name: &str, derived: &Value) -> Vec<String> {
    let schema = &contract["components"]["schemas"][name];
    Normalizer::new(contract).differences(name, schema, derived)
}

impl Normalizer<'_> {
    fn differences(&self, name: &str, schema: &Value, derived: &Value) -> Vec<String> {
        let (contract, derived) = (self.contract(schema), self.derived(derived));
        let mut differences = Vec::new();
        compare(name, "", Some(&contract), Some(&derived), &mut differences);
        differences
    }
}

fn compare(
    component: &str,
    pointer: &str,
    contract: Option<&Value>,
    derived: Option<&Value>,
    differences: &mut Vec<String>,
) {
    if contract == derived {
        return;
    }
    if let (Some(Value::Object(left)), Some(Value::Object(right))) = (contract, derived) {
        let more = right.keys().filter(|name| !left.contains_key(*name));
        for name in left.keys().chain(more) {
            let pointer = member(pointer, name);
            compare(
                component,
                &pointer,
                left.get(name),
                right.get(name),
                differences,
            );
        }
        return;
    }
    let shown = |side: Option<&Value>| side.map_or("nothing".to_owned(), Value::to_string);
    differences.push(format!(
        "{component}#{pointer}\n  contract: {}\n  derived:  {}",
        shown(contract),
        shown(derived)
    ));
}
