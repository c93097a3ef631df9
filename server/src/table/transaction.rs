//! Writing several items at once, all or none (TransactWriteItems).

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use chrono::{DateTime, Utc};
use contract_runtime::dynamodb::transact;
use serde::Serialize;

use super::expression::{Change, Condition, Placeholders};
use super::read::Item;
use super::tombstone::tombstone;
use super::write::attributes;
use super::{Key, Table, TableError, Transaction};

/// One write of a transaction. Each item may appear once.
#[derive(Debug, Clone)]
pub struct Write {
    action: Action,
    condition: Option<Condition>,
}

#[derive(Debug, Clone)]
enum Action {
    Put(Item),
    Change(Key, Change),
    Delete(Key),
}

impl Write {
    /// Stores a whole item.
    pub fn put<T: Serialize>(key: &Key, item: &T) -> Result<Self, TableError> {
        Ok(Self {
            action: Action::Put(attributes(key, item)?),
            condition: None,
        })
    }

    /// Changes some attributes of an item.
    pub fn change(key: Key, change: Change) -> Self {
        Self {
            action: Action::Change(key, change),
            condition: None,
        }
    }

    /// Deletes an item that was made on condition that it was [absent](Condition::Absent), and keeps its key taken for a
    /// day: a creation that is still on its way is refused. Reads by key do not see what is left. Queries of the table do,
    /// so it is not for partitions that are queried.
    pub fn bury(key: Key, now: DateTime<Utc>) -> Self {
        Self {
            action: Action::Put(tombstone(&key, now)),
            condition: None,
        }
    }

    /// Deletes an item; it need not exist.
    pub fn delete(key: Key) -> Self {
        Self {
            action: Action::Delete(key),
            condition: None,
        }
    }

    /// Makes the whole transaction depend on this condition.
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    fn into_request(self, table: &str) -> Result<TransactWriteItem, BuildError> {
        let mut placeholders = Placeholders::default();
        let condition = self
            .condition
            .map(|condition| condition.expression(&mut placeholders));
        let write = TransactWriteItem::builder();
        let write = match self.action {
            Action::Put(item) => write.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(placeholders.names())
                    .set_expression_attribute_values(placeholders.values())
                    .build()?,
            ),
            Action::Change(key, change) => {
                let change = change.expression(&mut placeholders);
                write.update(
                    Update::builder()
                        .table_name(table)
                        .set_key(Some(key.attributes()))
                        .update_expression(change)
                        .set_condition_expression(condition)
                        .set_expression_attribute_names(placeholders.names())
                        .set_expression_attribute_values(placeholders.values())
                        .build()?,
                )
            }
            Action::Delete(key) => write.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(placeholders.names())
                    .set_expression_attribute_values(placeholders.values())
                    .build()?,
            ),
        };
        Ok(write.build())
    }
}

impl Table {
    /// Makes all writes or none; see [`transact`].
    pub async fn transact(&self, writes: Vec<Write>) -> Result<Transaction, TableError> {
        let writes: Result<Vec<_>, _> = writes
            .into_iter()
            .map(|write| write.into_request(self.name()))
            .collect();
        let writes =
            writes.map_err(|error| TableError::Internal(format!("TransactWriteItems: {error}")))?;
        transact(&self.client, &self.meter, writes).await
    }
}
