//! Operations as tools that models may call: what generated code says of them.

use crate::violation::Location;

/// An operation that the contract offers as a tool (`x-mcp`).
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The `operationId`.
    pub name: &'static str,
    /// The operation's summary; may be empty.
    pub title: &'static str,
    /// The operation's description; may be empty.
    pub description: &'static str,
    /// In capitals, such as `GET`.
    pub method: &'static str,
    /// With the base path, parameters in braces.
    pub path: &'static str,
    /// The operation's parameters.
    pub arguments: &'static [Argument],
    /// Whether it takes a body, which is the argument `body`.
    pub body: bool,
    /// Whether calling it twice is calling it once.
    pub idempotent: bool,
    /// JSON Schema (draft 2020-12) of the object of all arguments.
    pub input: &'static str,
}

/// A parameter of a tool's operation.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The parameter's name, which is the argument's.
    pub name: &'static str,
    /// Where it goes.
    pub location: Location,
    /// Whether a list is given as repeated parameters, not as one with commas.
    pub explode: bool,
}
