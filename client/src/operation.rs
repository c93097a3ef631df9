//! What the contract says about an operation beside its types.

use crate::contract::OPERATIONS;

/// An operation of the contract. [`OPERATIONS`] lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`, such as `getBlogPost`.
    pub id: &'static str,
    /// The method of [`Client`](crate::Client), such as `get_blog_post`.
    pub function: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path's template, below the base address: `/blog/posts/{postId}`.
    pub path: &'static str,
    /// Whether the contract requires or allows a token.
    pub token: bool,
    /// Whether doing it twice is as good as doing it once: by its method (RFC 9110, section 9.2.2) or by `x-idempotent`.
    pub idempotent: bool,
    /// Whether the server may answer that the caller's copy is current (304).
    pub not_modified: bool,
}

impl Operation {
    /// The operation behind a method of the generated client.
    pub(crate) fn of(function: &str) -> Option<&'static Self> {
        OPERATIONS
            .iter()
            .find(|operation| operation.function == function)
    }
}
