//! Reading: one item, many items by key, one partition.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity};
use serde::de::DeserializeOwned;

use super::expression::{Condition, Placeholders, Value};
use super::tombstone::is_alive;
use super::{Backoff, Key, Table, TableError};

pub(super) type Item = HashMap<String, AttributeValue>;

/// Whether a read may miss the latest writes (DynamoDB developer guide, "Read consistency").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// May be some milliseconds old; half the price.
    Eventual,
    /// Sees every write acknowledged before it.
    Strong,
}

/// A Query of one partition, of the table or of GSI1.
#[derive(Debug, Clone)]
pub struct Query {
    partition: String,
    index: bool,
    range: Option<(String, String)>,
    descending: bool,
    limit: Option<u16>,
    consistency: Consistency,
    attributes: &'static [&'static str],
    filter: Vec<Condition>,
}

impl Query {
    /// All items of a partition of the table, ascending by sort key, eventually consistent.
    pub fn partition(partition: impl Into<String>) -> Self {
        Self {
            partition: partition.into(),
            index: false,
            range: None,
            descending: false,
            limit: None,
            consistency: Consistency::Eventual,
            attributes: &[],
            filter: Vec::new(),
        }
    }

    /// All items of a partition of GSI1. Indexes are always eventually consistent.
    pub fn index(partition: impl Into<String>) -> Self {
        Self {
            index: true,
            ..Self::partition(partition)
        }
    }

    /// Only items whose sort key lies between the two, both included.
    pub fn between(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.range = Some((first.into(), last.into()));
        self
    }

    /// Greatest sort key first.
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Only the first `limit` items.
    pub fn limit(mut self, limit: u16) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Only these attributes of each item; one inside a map is named with the map (`Facts.category`). The price is that of
    /// whole items; there is less to send and to read.
    pub fn only(mut self, attributes: &'static [&'static str]) -> Self {
        self.attributes = attributes;
        self
    }

    /// Only items that meet all these conditions. The price is that of all items of the query.
    pub fn filter(mut self, conditions: Vec<Condition>) -> Self {
        self.filter = conditions;
        self
    }

    /// Sees every acknowledged write, at twice the price.
    pub fn strong(mut self) -> Self {
        self.consistency = Consistency::Strong;
        self
    }
}

/// BatchGetItem takes at most this many keys.
const BATCH: usize = 100;

impl Table {
    /// The item with this key.
    pub async fn get<T: DeserializeOwned>(
        &self,
        key: &Key,
        consistency: Consistency,
    ) -> Result<Option<T>, TableError> {
        let output = self
            .client
            .get_item()
            .table_name(self.name())
            .set_key(Some(key.attributes()))
            .consistent_read(consistency == Consistency::Strong)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| TableError::of("GetItem", error))?;
        self.meter.add_read(&output.consumed_capacity);
        let item = output.item.filter(is_alive);
        item.map(|item| typed("GetItem", item)).transpose()
    }

    /// The items with these keys, those that exist, eventually consistent. Keys must be distinct.
    pub async fn get_many<T: DeserializeOwned>(
        &self,
        keys: &[Key],
    ) -> Result<HashMap<Key, T>, TableError> {
        let mut found = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            let mut keys: Vec<Item> = keys.iter().map(Key::attributes).collect();
            let mut backoff = Backoff::default();
            // A response holds at most 16 MB; what did not fit, or was throttled, comes back as unprocessed.
            while !keys.is_empty() {
                let (items, unprocessed) = self.get_batch(keys).await?;
                if !unprocessed.is_empty() && !backoff.wait().await {
                    return Err(TableError::Unavailable(
                        "BatchGetItem: keys stay unprocessed".to_owned(),
                    ));
                }
                for item in items.into_iter().filter(is_alive) {
                    let key = Key::of(&item).ok_or_else(|| {
                        TableError::Internal("BatchGetItem: an item without key".to_owned())
                    })?;
                    found.insert(key, typed("BatchGetItem", item)?);
                }
                keys = unprocessed;
            }
        }
        Ok(found)
    }

    async fn get_batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>), TableError> {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .build()
            .map_err(|error| TableError::Internal(format!("BatchGetItem: {error}")))?;
        let output = self
            .client
            .batch_get_item()
            .request_items(self.name(), request)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| TableError::of("BatchGetItem", error))?;
        self.meter.add_read(output.consumed_capacity());
        let items = output
            .responses
            .and_then(|mut tables| tables.remove(self.name()));
        let unprocessed = output
            .unprocessed_keys
            .and_then(|mut tables| tables.remove(self.name()));
        Ok((
            items.unwrap_or_default(),
            unprocessed.map(|rest| rest.keys).unwrap_or_default(),
        ))
    }

    /// The items of one partition: all pages, or as many as the query's limit.
    pub async fn query<T: DeserializeOwned>(&self, query: Query) -> Result<Vec<T>, TableError> {
        let (partition, sort) = if query.index {
            ("GSI1PK", "GSI1SK")
        } else {
            ("PK", "SK")
        };
        let mut placeholders = Placeholders::default();
        let mut condition = format!(
            "{} = {}",
            placeholders.name(partition),
            placeholders.value(Value::Text(query.partition))
        );
        if let Some((first, last)) = query.range {
            let sort = placeholders.name(sort);
            let (first, last) = (
                placeholders.value(Value::Text(first)),
                placeholders.value(Value::Text(last)),
            );
            condition.push_str(&format!(" AND {sort} BETWEEN {first} AND {last}"));
        }
        let attributes = query.attributes.iter().map(|path| placeholders.path(path));
        let attributes: Vec<String> = attributes.collect();
        let attributes = (!attributes.is_empty()).then(|| attributes.join(", "));
        let filter = query.filter.into_iter();
        let filter: Vec<String> = filter
            .map(|condition| format!("({})", condition.expression(&mut placeholders)))
            .collect();
        let filter = (!filter.is_empty()).then(|| filter.join(" AND "));
        let request = self
            .client
            .query()
            .table_name(self.name())
            .set_projection_expression(attributes)
            .set_filter_expression(filter)
            .set_index_name(query.index.then(|| "GSI1".to_owned()))
            .key_condition_expression(condition)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
            .scan_index_forward(!query.descending)
            .consistent_read(query.consistency == Consistency::Strong)
            .set_limit(query.limit.map(i32::from))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let wanted = query.limit.map_or(usize::MAX, usize::from);
        let mut items = Vec::new();
        let mut start: Option<Item> = None;
        loop {
            let page = request
                .clone()
                .set_exclusive_start_key(start.take())
                .send()
                .await
                .map_err(|error| TableError::of("Query", error))?;
            self.meter.add_read(&page.consumed_capacity);
            for item in page.items.unwrap_or_default() {
                items.push(typed("Query", item)?);
            }
            start = page.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() || items.len() >= wanted {
                items.truncate(wanted);
                return Ok(items);
            }
        }
    }
}

impl Key {
    pub(super) fn attributes(&self) -> Item {
        HashMap::from([
            ("PK".to_owned(), AttributeValue::S(self.partition.clone())),
            ("SK".to_owned(), AttributeValue::S(self.sort.clone())),
        ])
    }

    fn of(item: &Item) -> Option<Self> {
        let part = |name: &str| item.get(name)?.as_s().ok().cloned();
        Some(Self {
            partition: part("PK")?,
            sort: part("SK")?,
        })
    }
}

pub(super) fn typed<T: DeserializeOwned>(action: &str, item: Item) -> Result<T, TableError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| TableError::item(action, error))
}
