//! Reading items by their keys.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use contract_runtime::dynamodb::{Backoff, TableError};
use serde::de::DeserializeOwned;

use super::{Item, Table};

/// Whether a read may miss the latest writes (DynamoDB developer guide, "Read consistency").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// May be some milliseconds old: half a read unit for each 4 KB.
    Eventual,
    /// Sees every write that was acknowledged before: one read unit.
    Strong,
}

impl Table {
    /// The item with this key.
    pub async fn get<T: DeserializeOwned>(
        &self,
        key: &str,
        consistency: Consistency,
    ) -> Result<Option<T>, TableError> {
        let output = self
            .client
            .get_item()
            .table_name(&*self.name)
            .set_key(Some(self.key(key)))
            .consistent_read(consistency == Consistency::Strong)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| TableError::of("GetItem", error))?;
        self.meter.add_read(&output.consumed_capacity);
        output.item.map(|item| typed("GetItem", item)).transpose()
    }

    /// The items with these keys, at most 100, in their order, each once; those that are gone are left out. An index can
    /// have an item at two places for a moment, and DynamoDB refuses a key that is asked for twice. Eventually consistent.
    pub async fn get_many<T: DeserializeOwned>(
        &self,
        keys: &[String],
    ) -> Result<Vec<T>, TableError> {
        let mut found: HashMap<String, T> = HashMap::with_capacity(keys.len());
        let distinct: HashSet<&String> = keys.iter().collect();
        let mut wanted: Vec<Item> = distinct.into_iter().map(|key| self.key(key)).collect();
        let mut backoff = Backoff::default();
        // What did not fit into 16 MB, or was throttled, comes back as unprocessed.
        while !wanted.is_empty() {
            let (items, unprocessed) = self.get_batch(wanted).await?;
            if !unprocessed.is_empty() && !backoff.wait().await {
                let cause = "BatchGetItem: keys stay unprocessed".to_owned();
                return Err(TableError::Unavailable(cause));
            }
            for item in items {
                let key = item.get(self.key).and_then(|key| key.as_s().ok()).cloned();
                found.insert(key.unwrap_or_default(), typed("BatchGetItem", item)?);
            }
            wanted = unprocessed;
        }
        Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
    }

    async fn get_batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>), TableError> {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .build()
            .map_err(|error| TableError::Internal(format!("BatchGetItem: {error}")))?;
        let output = self
            .client
            .batch_get_item()
            .request_items(&*self.name, request)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| TableError::of("BatchGetItem", error))?;
        self.meter.add_read(output.consumed_capacity());
        let items = output
            .responses
            .and_then(|mut tables| tables.remove(&*self.name));
        let unprocessed = output
            .unprocessed_keys
            .and_then(|mut tables| tables.remove(&*self.name));
        Ok((
            items.unwrap_or_default(),
            unprocessed.map(|rest| rest.keys).unwrap_or_default(),
        ))
    }
}

pub(super) fn typed<T: DeserializeOwned>(action: &str, item: Item) -> Result<T, TableError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| TableError::item(action, error))
}
