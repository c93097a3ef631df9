//! The components of a contract as values, for tests that hold generated types against it.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::body;
use crate::inspect::Inspect;
use crate::violation::{At, Report, Violation};

/// A component schema that has a type of its own.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    /// The contract's name for it.
    pub name: &'static str,
    add: fn(&mut SchemaGenerator),
    read: fn(&[u8]) -> Result<Value, Vec<Violation>>,
    inspect: fn(&Value) -> Vec<Violation>,
}

impl Component {
    /// The component that has the type `T`.
    pub const fn of<T: Inspect + Serialize + JsonSchema>(name: &'static str) -> Self {
        Self {
            name,
            add: add::<T>,
            read: read::<T>,
            inspect: inspect::<T>,
        }
    }

    /// Reads JSON as the body of a request, and writes it again.
    ///
    /// # Errors
    ///
    /// What a caller would be told.
    pub fn read(&self, json: &[u8]) -> Result<Value, Vec<Violation>> {
        (self.read)(json)
    }

    /// What the tolerant reading finds, which goes on after the first fault.
    #[must_use]
    pub fn inspect(&self, value: &Value) -> Vec<Violation> {
        (self.inspect)(value)
    }
}

/// The schemas that the types of components derive, by name, in the dialect of OpenAPI 3.0.
#[must_use]
pub fn schemas(components: &[Component]) -> Map<String, Value> {
    let mut generator = SchemaSettings::openapi3().into_generator();
    for component in components {
        (component.add)(&mut generator);
    }
    generator.take_definitions(true)
}

fn add<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

fn read<T: Inspect + Serialize>(json: &[u8]) -> Result<Value, Vec<Violation>> {
    let mut report = Report::new();
    let value: Option<T> = body::required(json, &mut report);
    match value {
        Some(value) if report.is_empty() => {
            Ok(serde_json::to_value(value).expect("types of a contract are JSON"))
        }
        _ => Err(report.into_violations()),
    }
}

fn inspect<T: Inspect>(value: &Value) -> Vec<Violation> {
    let mut report = Report::new();
    T::inspect(value, &At::Body, &mut report);
    report.into_violations()
}
