//! The seam between this server and who issues its tokens.

use chrono::TimeDelta;
use contract_runtime::security::{Principal, Rejection};

use super::cognito::Cognito;
#[cfg(feature = "embedded")]
use super::embedded::Embedded;
use super::{IdentityError, Session, SignInError};

/// An issuer of tokens.
#[derive(Debug)]
pub enum Provider {
    /// An Amazon Cognito user pool.
    Cognito(Box<Cognito>),
    /// Inside this process: one owner, for a laptop and for tests.
    #[cfg(feature = "embedded")]
    Embedded(Box<Embedded>),
}

impl Provider {
    /// Starts a session; see [`super::Identity::login`].
    pub(super) async fn login(&self, email: &str, password: &str) -> Result<Session, SignInError> {
        match self {
            Self::Cognito(cognito) => cognito.login(email, password).await,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => Ok(embedded.login(email, password).await?),
        }
    }

    /// Continues a session; see [`super::Identity::refresh`].
    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Session, IdentityError> {
        match self {
            Self::Cognito(cognito) => cognito.refresh(refresh_token).await,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => embedded.refresh(refresh_token).await,
        }
    }

    /// Makes the refresh token of the principal's session useless. The session may have none any more.
    pub(super) async fn end(&self, principal: &Principal) -> Result<(), IdentityError> {
        match self {
            Self::Cognito(cognito) => cognito.end(principal).await,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => embedded.end(&principal.session).await,
        }
    }

    /// How long it must be remembered that the principal's session has ended: until the last token of it has expired
    /// that this provider could have issued or could still issue.
    pub(super) fn memory(&self, principal: &Principal) -> TimeDelta {
        let token = principal.expires_at - principal.issued_at;
        match self {
            Self::Cognito(cognito) => cognito.memory().max(token),
            // Its refresh tokens are gone with their family.
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => token,
        }
    }

    /// Who a token speaks for, whether or not its session was ended.
    pub(super) async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        match self {
            Self::Cognito(cognito) => cognito.verify(token).await,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => embedded.verify(token).await,
        }
    }

    /// The public keys, if the provider does not publish them itself.
    pub(super) fn key_set(&self) -> Option<&serde_json::Value> {
        match self {
            Self::Cognito(_) => None,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => Some(embedded.key_set()),
        }
    }
}
