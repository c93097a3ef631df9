//! Rate limits that hold across instances, counted in a table: for what can be tried from many instances at once, such as
//! guessing a password.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use chrono::{DateTime, Utc};

use super::{Backoff, Meter, TableError, is_conflict};
use crate::client::ClientAddress;
use crate::clock::Clock;
use crate::limit::{Decision, RateLimit, Unavailable};

/// The counter of one client in one window of a limit. The window is part of the key, so that a counter that TTL has
/// not deleted yet is never counted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts<'a> {
    /// The limit's name in the contract.
    pub limit: &'a str,
    /// The client's network, as text.
    pub client: String,
    /// When the window began.
    pub window: DateTime<Utc>,
}

/// Where counters lie in a table that has other items too.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The whole key of a counter.
    pub key: fn(&Attempts<'_>) -> HashMap<String, AttributeValue>,
    /// The attribute that counts.
    pub count: &'static str,
    /// The table's TTL attribute, in seconds since the Unix epoch.
    pub expires: &'static str,
}

/// Counters of the limits whose scope is shared.
#[derive(Clone)]
pub struct SharedLimits {
    client: Client,
    meter: Arc<Meter>,
    table: Arc<str>,
    layout: Layout,
    clock: Clock,
}

impl SharedLimits {
    /// The counters in the table of this name.
    pub fn new(
        client: Client,
        meter: Arc<Meter>,
        table: impl Into<Arc<str>>,
        layout: Layout,
        clock: Clock,
    ) -> Self {
        Self {
            client,
            meter,
            table: table.into(),
            layout,
            clock,
        }
    }

    /// Counts one request of `client` against `limit`: one write unit. A lost answer may count a request twice, which
    /// only makes the limit stricter.
    ///
    /// # Errors
    ///
    /// If the table does not count.
    pub async fn take(
        &self,
        limit: &RateLimit,
        client: ClientAddress,
    ) -> Result<Decision, Unavailable> {
        let window = limit.window(self.clock.now());
        let attempts = Attempts {
            limit: limit.name,
            client: client.network().to_string(),
            window: DateTime::from_timestamp(window.start, 0).unwrap_or_default(),
        };
        let expires = window.end + i64::from(limit.seconds);
        let count = self.count((self.layout.key)(&attempts), expires).await;
        let count = count.map_err(|error| Unavailable(error.to_string()))?;
        Ok(limit.decide(count, window.left))
    }

    async fn count(
        &self,
        key: HashMap<String, AttributeValue>,
        expires: i64,
    ) -> Result<u64, TableError> {
        let request = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key))
            .update_expression("SET #expires = :expires ADD #count :one")
            .expression_attribute_names("#expires", self.layout.expires)
            .expression_attribute_names("#count", self.layout.count)
            .expression_attribute_values(":expires", AttributeValue::N(expires.to_string()))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut backoff = Backoff::default();
        let output = loop {
            match request.clone().send().await {
                Ok(output) => break output,
                Err(error) if is_conflict(&error) && backoff.wait().await => {}
                Err(error) => return Err(TableError::of("UpdateItem", error)),
            }
        };
        self.meter.add_write(&output.consumed_capacity);
        let attributes = output.attributes.unwrap_or_default();
        let count = attributes.get(self.layout.count);
        count
            .and_then(|count| count.as_n().ok()?.parse().ok())
            .ok_or_else(|| TableError::Internal("UpdateItem: the counter is no number".to_owned()))
    }
}

impl fmt::Debug for SharedLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLimits")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}
