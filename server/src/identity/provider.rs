//! The seam between this server and who issues its tokens.

use contract_runtime::security::{Principal, Rejection};

use super::cognito::Cognito;
#[cfg(feature = "embedded")]
use super::embedded::Embedded;
use super::{IdentityError, Revocations, Session, SignInError};

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

    /// Ends the principal's session, ID tokens and refresh token; see [`super::Identity::logout`].
    pub(super) async fn end(
        &self,
        principal: &Principal,
        revocations: &Revocations,
    ) -> Result<(), IdentityError> {
        match self {
            Self::Cognito(cognito) => cognito.end(principal, revocations).await,
            #[cfg(feature = "embedded")]
            Self::Embedded(embedded) => embedded.end(principal, revocations).await,
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
