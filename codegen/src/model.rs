//! The checked contract: everything an emitter needs, nothing that a reader has not enforced.
//!
//! The model knows OpenAPI, not Rust: names are the contract's own.

mod operation;
mod schema;

use std::collections::HashSet;

pub(crate) use operation::{
    Body, Events, Header, Operation, Parameter, ParameterLocation, RateLimit, Response, Scheme,
    SchemeKind, Security, SharedResponse,
};
pub(crate) use schema::{
    Definition, Format, Kind, Length, NamedSchema, Object, PatternId, Property, Range, Scalar,
    SchemaId, Text, Type,
};

/// What is known of a failure of the layer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultPart {
    /// A sentence.
    Message,
    /// The words that belong to the status: `Not Found`.
    Reason,
    /// The status.
    Status,
    /// Every breach of the contract, a sentence each.
    Violations,
}

/// A contract.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contract {
    pub(crate) title: String,
    pub(crate) version: String,
    /// The path of the first server, without a slash at its end.
    pub(crate) base_path: String,
    /// The schema of every error that the layer answers.
    pub(crate) error: Option<SchemaId>,
    /// What the layer puts into its properties; none if the service says so itself.
    pub(crate) error_fields: Option<Vec<(String, FaultPart)>>,
    pub(crate) schemas: Vec<NamedSchema>,
    pub(crate) patterns: Vec<String>,
    /// The responses under `components`, in the order of the file.
    pub(crate) responses: Vec<SharedResponse>,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) limits: Vec<RateLimit>,
    /// Tags that have operations, in the order of the contract, with their descriptions.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) operations: Vec<Operation>,
}

impl Contract {
    /// The operations that have a method of their own or are the first of those that share one.
    pub(crate) fn leaders(&self) -> impl Iterator<Item = &Operation> {
        let mut seen = HashSet::new();
        self.operations
            .iter()
            .filter(move |operation| match &operation.handler {
                Some(handler) => seen.insert(handler),
                None => true,
            })
    }

    /// The operations that share a method.
    pub(crate) fn sharing<'c>(&'c self, handler: &'c str) -> impl Iterator<Item = &'c Operation> {
        let operations = self.operations.iter();
        operations.filter(move |operation| operation.handler.as_deref() == Some(handler))
    }

    pub(crate) fn schema(&self, id: SchemaId) -> &NamedSchema {
        &self.schemas[id.0]
    }
}
