//! Rate limits that hold across instances, counted in the table: of all limits only login's, because a password can be
//! guessed from many instances at once.

use chrono::DateTime;
use contract_runtime::client::ClientAddress;
use contract_runtime::clock::Clock;
use contract_runtime::limit::{Decision, RateLimit, Unavailable};
use serde::Deserialize;

use crate::table::{Change, Key, Table};

/// Counters of the limits whose scope is shared.
#[derive(Debug, Clone)]
pub struct SharedLimits {
    table: Table,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attempts {
    count: u64,
}

impl SharedLimits {
    /// The counters in `table`.
    pub fn new(table: Table, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Counts one request of `client` against `limit`: one write unit. A lost answer may count a request twice, which
    /// only makes the limit stricter.
    pub async fn take(
        &self,
        limit: &RateLimit,
        client: ClientAddress,
    ) -> Result<Decision, Unavailable> {
        let window = limit.window(self.clock.now());
        let start = DateTime::from_timestamp(window.start, 0).unwrap_or_default();
        let key = Key::attempts(limit.name, client.network(), start);
        // The window is part of the key, so a counter that TTL has not deleted yet is never counted on.
        let change = Change::new()
            .add("Count", 1)
            .set("ExpiresAt", window.end + i64::from(limit.seconds));
        let attempts: Attempts = self
            .table
            .change(&key, change)
            .await
            .map_err(|error| Unavailable(error.to_string()))?;
        Ok(limit.decide(attempts.count, window.left))
    }
}
