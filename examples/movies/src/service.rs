//! The service behind the contract: what every operation works with, and what guards them.

use std::sync::Arc;

use contract_runtime::client::ClientAddress;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::limits::SharedLimits;
use contract_runtime::limit::{
    Decision, InstanceLimits, RateLimit, RateLimiter, Scope, Unavailable,
};
use contract_runtime::security::symmetric::SymmetricKeys;
use contract_runtime::security::{Principal, Rejection};

use crate::catalogue::{Movies, Reviews};
use crate::contract::Security;
use crate::table::Tables;
use crate::tokens::Tokens;
use crate::users::Users;

/// The service. Its operations are in [`crate::api`], one file per tag of the contract.
#[derive(Debug)]
pub struct MovieService {
    /// The accounts.
    pub users: Users,
    /// The catalogue.
    pub movies: Movies,
    /// What users say of it.
    pub reviews: Reviews,
    limits: Option<Limits>,
}

/// The counters behind the contract's rate limits.
#[derive(Debug)]
struct Limits {
    instance: InstanceLimits,
    shared: SharedLimits,
}

impl MovieService {
    /// The service over these tables, whose tokens are signed with these keys.
    pub fn new(
        tables: Tables,
        keys: Arc<SymmetricKeys>,
        has_rate_limits: bool,
        clock: Clock,
    ) -> Self {
        let reviews = Reviews::new(tables.clone(), clock.clone());
        let tokens = Tokens::new(keys, clock.clone());
        let limits = has_rate_limits.then(|| Limits {
            instance: InstanceLimits::new(clock.clone()),
            shared: tables.shared_limits(clock.clone()),
        });
        Self {
            users: Users::new(tables.clone(), reviews.clone(), tokens, clock.clone()),
            movies: Movies::new(tables, reviews.clone(), clock),
            reviews,
            limits,
        }
    }
}

impl Security for MovieService {
    async fn bearer_auth(&self, credential: &str) -> Result<Principal, Rejection> {
        self.users.authenticate(credential).await
    }
}

impl RateLimiter for MovieService {
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
