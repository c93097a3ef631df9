//! What the contract says about an operation beside its types.

/// An operation of the contract. The generated list `OPERATIONS` has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`, such as `getNote`.
    pub id: &'static str,
    /// The method of the generated client, such as `get_note`.
    pub function: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path's template, below the base address: `/notes/{noteId}`.
    pub path: &'static str,
    /// Whether the contract requires or allows a token.
    pub token: bool,
    /// Whether doing it twice is as good as doing it once: by its method (RFC 9110, section 9.2.2) or by `x-idempotent`.
    pub idempotent: bool,
    /// Whether the server may answer that the caller's copy is current (304).
    pub not_modified: bool,
}
