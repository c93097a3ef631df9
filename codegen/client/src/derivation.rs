//! The copy of the contract that progenitor gets.

use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, Operation, PathItem, ReferenceOr};

use super::findings::Findings;
use super::operation::{self, Call};
use super::schemas::Schemas;

/// The copy and what goes with it.
#[derive(Debug)]
pub(super) struct Derived {
    /// The contract as progenitor reads it rightly.
    pub(super) document: OpenAPI,
    /// Components whose types are ours, with the type.
    pub(super) replacements: IndexMap<String, String>,
    /// Every operation, in the contract's order.
    pub(super) operations: Vec<Call>,
}

/// Derives the copy. What the client could not express is added to the findings.
pub(super) fn derive(original: &OpenAPI, findings: &mut Findings) -> Derived {
    let empty = Components::default();
    let components = original.components.as_ref().unwrap_or(&empty);
    let error = original
        .extensions
        .get("x-error-schema")
        .and_then(|name| name.as_str());
    let mut schemas = Schemas::new(components);
    schemas.components(findings);
    let mut document = original.clone();
    let mut operations = Vec::new();
    for (path, item) in &mut document.paths.paths {
        let ReferenceOr::Item(item) = item else {
            findings.add(
                &["paths", path],
                "the client needs the path's operations here, not a reference",
            );
            continue;
        };
        let shared = std::mem::take(&mut item.parameters);
        for (method, slot) in methods(item) {
            if let Some(operation) = slot {
                let place = ["paths", path.as_str(), method];
                let surroundings = operation::Surroundings {
                    components,
                    security: original.security.as_deref(),
                    error,
                    shared: &shared,
                    place: &place,
                };
                operations.extend(operation::derive(
                    operation,
                    &surroundings,
                    &mut schemas,
                    findings,
                ));
            }
        }
    }
    let (schemas, replacements) = schemas.finish();
    // Everything else has been copied to where it is used.
    document.components = Some(Components {
        schemas,
        ..Components::default()
    });
    document.extensions.clear();
    Derived {
        document,
        replacements,
        operations,
    }
}

/// A path's operations, in the order in which progenitor reads them.
fn methods(item: &mut PathItem) -> [(&'static str, Option<&mut Operation>); 8] {
    [
        ("get", item.get.as_mut()),
        ("put", item.put.as_mut()),
        ("post", item.post.as_mut()),
        ("delete", item.delete.as_mut()),
        ("options", item.options.as_mut()),
        ("head", item.head.as_mut()),
        ("patch", item.patch.as_mut()),
        ("trace", item.trace.as_mut()),
    ]
}
