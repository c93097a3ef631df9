//! The end of an account and of its reviews.

use std::time::Duration;

use contract_runtime::dynamodb::{Backoff, Transaction};

use super::Users;
use crate::error::Error;

/// How long one request goes on deleting; the next one finds the rest.
const PATIENCE: Duration = Duration::from_secs(12);

impl Users {
    /// Ends the account at once, then deletes its reviews one by one, each with its movie's rating, and the account last.
    /// What is cut off in between is finished by the same call again: until then the name is not free.
    pub async fn delete(&self, username: &str) -> Result<(), Error> {
        self.retire(username).await?;
        let emptied = tokio::time::timeout(PATIENCE, self.empty(username)).await;
        emptied.unwrap_or_else(|_| {
            let cause = "an account has more reviews than one request deletes".to_owned();
            Err(Error::Unavailable(cause))
        })
    }

    async fn empty(&self, username: &str) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        loop {
            let last = self
                .tables
                .users
                .delete(username)
                .when("attribute_exists(#deleted) AND (attribute_not_exists(#reviews) OR #reviews = :none)")
                .with(":none", 0_i64);
            if self.tables.transact(vec![last]).await? == Transaction::Committed {
                return Ok(());
            }
            // Somebody else was faster, and the name may be another's by now.
            if self
                .account(username)
                .await?
                .is_none_or(|account| !account.deleted)
            {
                return Ok(());
            }
            // The index may not have heard of the latest review yet.
            if self.reviews.remove_some_of(username).await? == 0 && !backoff.wait().await {
                let cause = "an account's reviews are not to be found yet".to_owned();
                return Err(Error::Unavailable(cause));
            }
        }
    }
}
