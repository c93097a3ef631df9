//! Who the owner is: login, refresh, logout, and what a token is worth.
//!
//! [`Provider`] is the seam: Amazon Cognito issues tokens, or a provider inside the process does; both put the same claims
//! into them. What is the same for both is here: a token that is verified is still refused when its session was ended.

pub mod challenge;
pub mod cognito;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod provider;
pub mod revocation;
pub mod secret;
pub mod session;

use contract_runtime::security::{Principal, Rejection};

pub use challenge::Challenge;
pub use error::{IdentityError, SignInError};
pub use provider::Provider;
pub use revocation::Revocations;
pub use secret::Secret;
pub use session::{Role, Session, User};

/// Login, refresh, logout and the check of tokens.
#[derive(Debug)]
pub struct Identity {
    provider: Provider,
    revocations: Revocations,
}

impl Identity {
    /// Identity by this provider; ended sessions are remembered in `revocations`.
    pub fn new(provider: Provider, revocations: Revocations) -> Self {
        Self {
            provider,
            revocations,
        }
    }

    /// Starts a session. A wrong email address and a wrong password give the same error after the same time.
    pub async fn login(&self, email: &str, password: &str) -> Result<Session, SignInError> {
        self.provider.login(email, password).await
    }

    /// Continues a session with a new token, and with the refresh token that the session then holds: the provider
    /// decides whether that is another one.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Session, IdentityError> {
        self.provider.refresh(refresh_token).await
    }

    /// Ends the principal's session: its ID tokens and its refresh token are refused from now on, on every instance.
    pub async fn logout(&self, principal: &Principal) -> Result<(), IdentityError> {
        self.provider.end(principal, &self.revocations).await
    }

    /// Who a bearer token speaks for: verified, and of a session that was not ended.
    pub async fn authenticate(&self, token: &str) -> Result<Principal, Rejection> {
        let principal = self.provider.verify(token).await?;
        if self.revocations.revoked(&principal.session).await? {
            return Err(Rejection::Invalid("the session was ended"));
        }
        Ok(principal)
    }

    /// The provider's public keys as a JWK set (RFC 7517), if it does not publish them itself.
    pub fn key_set(&self) -> Option<&serde_json::Value> {
        self.provider.key_set()
    }
}
