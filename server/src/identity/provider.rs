//! The seam between this server and who issues its tokens.

use contract_runtime::security::{Principal, Rejection};

#[cfg(feature = "embedded")]
use super::embedded::Embedded;
use super::{IdentityError, Session};

/// An issuer of tokens.
#[derive(Debug)]
pub enum Provider {
    /// Inside this process: one owner, for a laptop and for tests.
    #[cfg(feature = "embedded")]
    Embedded(Box<Embedded>),
}

// `*self` and `ref`, because a build may have no provider compiled in, and only a place can be matched without arms.
#[cfg_attr(
    not(feature = "embedded"),
    allow(unused_variables, clippy::unused_async)
)]
impl Provider {
    /// Starts a session; see [`super::Identity::login`].
    pub(super) async fn login(
        &self,
        email: &str,
        password: &str,
    ) -> Result<Session, IdentityError> {
        match *self {
            #[cfg(feature = "embedded")]
            Self::Embedded(ref embedded) => embedded.login(email, password).await,
        }
    }

    /// Continues a session; see [`super::Identity::refresh`].
    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Session, IdentityError> {
        match *self {
            #[cfg(feature = "embedded")]
            Self::Embedded(ref embedded) => embedded.refresh(refresh_token).await,
        }
    }

    /// Makes the refresh token of the principal's session useless. The session may have none any more.
    pub(super) async fn end(&self, principal: &Principal) -> Result<(), IdentityError> {
        match *self {
            #[cfg(feature = "embedded")]
            Self::Embedded(ref embedded) => embedded.end(&principal.session).await,
        }
    }

    /// Who a token speaks for, whether or not its session was ended.
    pub(super) async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        match *self {
            #[cfg(feature = "embedded")]
            Self::Embedded(ref embedded) => embedded.verify(token).await,
        }
    }

    /// The public keys, if the provider does not publish them itself.
    pub(super) fn key_set(&self) -> Option<&serde_json::Value> {
        match *self {
            #[cfg(feature = "embedded")]
            Self::Embedded(ref embedded) => Some(embedded.key_set()),
        }
    }
}
