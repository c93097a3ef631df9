//! The service behind the contract: what every operation works with, and what guards them.

use std::fmt;

use contract_runtime::client::ClientAddress;
use contract_runtime::dynamodb::limits::SharedLimits;
use contract_runtime::limit::{
    Decision, InstanceLimits, RateLimit, RateLimiter, Scope, Unavailable,
};
use contract_runtime::security::{Principal, Rejection};

use crate::content::{Certification, Contents, Post, Project};
use crate::contract::Security;
use crate::identity::Identity;
use crate::tracking::{Views, Visits};

/// The portfolio. Its operations are in [`crate::api`], one file per tag of the contract.
pub struct Portfolio {
    pub(crate) posts: Contents<Post>,
    pub(crate) projects: Contents<Project>,
    pub(crate) certifications: Contents<Certification>,
    pub(crate) visits: Visits,
    pub(crate) views: Views,
    pub(crate) identity: Identity,
    pub(crate) limits: Option<Limits>,
    /// Whether cookies are for HTTPS only.
    pub(crate) secure_cookies: bool,
}

/// The counters behind the contract's rate limits.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) instance: InstanceLimits,
    pub(crate) shared: SharedLimits,
}

impl fmt::Debug for Portfolio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Portfolio").finish_non_exhaustive()
    }
}

impl Security for Portfolio {
    async fn bearer_auth(&self, credential: &str) -> Result<Principal, Rejection> {
        self.identity.authenticate(credential).await
    }
}

impl RateLimiter for Portfolio {
    async fn take(
        &self,
        limit: &'static RateLimit,
        client: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        let Some(limits) = &self.limits else {
            return Ok(None);
        };
        let here = limits.instance.count(limit, client);
        // Who is over a shared limit on this instance alone is over it anyway: no write for him.
        if limit.scope == Scope::Instance || !here.allowed {
            return Ok(Some(here));
        }
        limits.shared.take(limit, client).await.map(Some)
    }
}
