//! Writing several items at once, all or none (TransactWriteItems).

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update};
use serde::Serialize;
use uuid::Uuid;

use super::backoff::Backoff;
use super::expression::{Change, Condition, Placeholders};
use super::read::Item;
use super::write::attributes;
use super::{Key, Table, TableError};

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

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Transaction {
    /// Every write was made.
    Committed,
    /// Nothing was written: the conditions of the writes at these positions did not hold.
    Refused(Vec<usize>),
}

impl Table {
    /// Makes all writes or none. One client token covers every attempt, the SDK's and ours, so an attempt that was
    /// committed without our hearing of it is not made twice. Conflicts and throttling are retried with jitter.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<Transaction, TableError> {
        let writes: Result<Vec<_>, _> = writes
            .into_iter()
            .map(|write| write.into_request(self.name()))
            .collect();
        let writes = writes.map_err(|error| TableError::Internal(format!("{ACTION}: {error}")))?;
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .client_request_token(Uuid::new_v4().to_string())
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut backoff = Backoff::default();
        loop {
            let error = match request.clone().send().await {
                Ok(output) => {
                    self.meter.add_write(output.consumed_capacity());
                    return Ok(Transaction::Committed);
                }
                Err(error) => error,
            };
            match failure(&error) {
                Failure::Refused(positions) => return Ok(Transaction::Refused(positions)),
                Failure::Passing if backoff.wait().await => {}
                Failure::Passing => {
                    return Err(TableError::Unavailable(format!(
                        "{ACTION}: {}",
                        reasons(&error)
                    )));
                }
                Failure::Other => return Err(TableError::of(ACTION, error)),
            }
        }
    }
}

const ACTION: &str = "TransactWriteItems";

enum Failure {
    Refused(Vec<usize>),
    /// Worth another attempt: other writers were faster, or DynamoDB was busy.
    Passing,
    Other,
}

fn failure(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> Failure {
    let Some(error) = error.as_service_error() else {
        return Failure::Other;
    };
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        let in_progress = error.is_transaction_in_progress_exception();
        return if in_progress {
            Failure::Passing
        } else {
            Failure::Other
        };
    };
    let reasons = cancelled.cancellation_reasons();
    let positions = |wanted: &[&str]| -> Vec<usize> {
        let codes = reasons
            .iter()
            .map(|reason| reason.code().unwrap_or_default());
        codes
            .enumerate()
            .filter(|(_, code)| wanted.contains(code))
            .map(|(position, _)| position)
            .collect()
    };
    let refused = positions(&["ConditionalCheckFailed"]);
    if !refused.is_empty() {
        return Failure::Refused(refused);
    }
    let passing = positions(&[
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ]);
    if passing.is_empty() {
        Failure::Other
    } else {
        Failure::Passing
    }
}

/// The codes of all cancellation reasons, for the log.
fn reasons(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> String {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let codes = cancelled
                .cancellation_reasons()
                .iter()
                .filter_map(|reason| reason.code());
            codes.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.code().unwrap_or("no code").to_owned(),
        None => "no answer".to_owned(),
    }
}
