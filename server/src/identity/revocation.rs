//! Sessions that were ended before their tokens expire.

use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use serde::{Deserialize, Serialize};

use crate::table::{Change, Consistency, Key, Table, TableError};

/// The list of ended sessions in the table: one small read per authenticated request, and every instance knows.
#[derive(Debug, Clone)]
pub struct Revocations {
    table: Table,
    clock: Clock,
}

/// Added to the lifetime of tokens: the verifier's leeway, clocks that differ, and a refresh that was under way.
const MARGIN: TimeDelta = TimeDelta::minutes(10);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Revoked {
    expires_at: i64,
}

impl Revocations {
    /// The ended sessions in `table`.
    pub fn new(table: Table, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Ends a session and remembers it for `memory`, in which the last of its tokens must expire.
    pub async fn revoke(&self, session: &str, memory: TimeDelta) -> Result<(), TableError> {
        let expires_at = (self.clock.now() + memory.max(TimeDelta::zero()) + MARGIN).timestamp();
        let _: Revoked = self
            .table
            .change(
                &Key::revoked(session),
                Change::new().set("ExpiresAt", expires_at),
            )
            .await?;
        Ok(())
    }

    /// Whether a session was ended. A strongly consistent read: an eventual one would cost half, and let a token pass
    /// for a moment after its session was ended on another instance.
    pub async fn revoked(&self, session: &str) -> Result<bool, TableError> {
        let revoked: Option<Revoked> = self
            .table
            .get(&Key::revoked(session), Consistency::Strong)
            .await?;
        Ok(revoked.is_some_and(|revoked| revoked.expires_at > self.clock.now().timestamp()))
    }
}
