//! What generated code calls: progenitor's own, and a token.

// Public as far as generated code re-exports it.
#![allow(unreachable_pub)]

use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::{Deserialize, Deserializer};

pub use progenitor_client::{
    ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, QueryParam, RequestBuilderExt,
    ResponseValue, encode_path,
};

use crate::contract::Client;

/// Who calls: nobody, or whoever a token names.
#[derive(Clone, Default)]
pub struct Inner {
    token: Option<HeaderValue>,
}

impl Inner {
    /// The calls of whoever this token of `signIn` names; none if the token cannot stand in a header.
    pub fn with_token(token: &str) -> Option<Self> {
        let mut token = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        token.set_sensitive(true);
        Some(Self { token: Some(token) })
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner")
            .field("signed_in", &self.token.is_some())
            .finish()
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        // progenitor's own; the contract does not know it.
        request.headers_mut().remove("api-version");
        let takes_token = crate::contract::OPERATIONS
            .iter()
            .any(|operation| operation.function == info.operation_id && operation.token);
        if let Some(token) = self.inner().token.as_ref().filter(|_| takes_token) {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        Ok(())
    }
}

/// An operation of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`, such as `getMovie`.
    pub id: &'static str,
    /// The method of [`Client`], such as `get_movie`.
    pub function: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path's template, below the base address: `/movies/{movieId}`.
    pub path: &'static str,
    /// Whether the contract requires or allows a token.
    pub token: bool,
    /// Whether doing it twice is as good as doing it once.
    pub idempotent: bool,
    /// Whether the server may answer that the caller's copy is current (304).
    pub not_modified: bool,
}

/// Reads a member that is there: null is an error, unless the type itself knows null.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
