//! The operations, one file per tag, and what guards them.

mod catalogue;
mod chat;
mod status;

use contract_runtime::client::ClientAddress;
use contract_runtime::clock::Clock;
use contract_runtime::limit::{Decision, InstanceLimits, RateLimit, RateLimiter, Unavailable};
use contract_runtime::security::{Principal, Rejection};
use contract_runtime::settings::Environment;

use crate::catalogue::Catalogue;
use crate::chat::Chat;
use crate::contract::Security;
use crate::identity::Identity;

/// Everything that operations need.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) environment: Environment,
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    pub(crate) chat: Chat,
    pub(crate) catalogue: Catalogue,
    /// `None` if `RATE_LIMITS` is off.
    pub(crate) limits: Option<InstanceLimits>,
}

impl Security for Api {
    async fn id_token(&self, credential: &str) -> Result<Principal, Rejection> {
        self.identity.verify(credential).await
    }
}

impl RateLimiter for Api {
    async fn take(
        &self,
        limit: &'static RateLimit,
        client: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        match &self.limits {
            Some(limits) => limits.take(limit, client).await,
            None => Ok(None),
        }
    }
}
