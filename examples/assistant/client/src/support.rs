//! What generated code calls: what every generated client does, and a token.

// Public as far as generated code re-exports it.
#![allow(unreachable_pub)]

use reqwest::header::{AUTHORIZATION, HeaderValue};

// All of it: which parts are called, the contract decides.
pub use contract_client::*;

use crate::contract::{Client, OPERATIONS};

/// Who calls: nobody, or whoever a token names.
#[derive(Clone, Default)]
pub struct Inner {
    token: Option<HeaderValue>,
}

impl Inner {
    /// The calls of whoever this ID token names; none if the token cannot stand in a header.
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
        let takes_token = OPERATIONS
            .iter()
            .any(|operation| operation.function == info.operation_id && operation.token);
        if let Some(token) = self.inner().token.as_ref().filter(|_| takes_token) {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        Ok(())
    }
}
