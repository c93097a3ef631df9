//! Writing one item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use chrono::{DateTime, Utc};
use contract_runtime::dynamodb::{LostAnswers, is_conflict};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::expression::{Change, Condition, Placeholders};
use super::read::{Item, typed};
use super::tombstone::tombstone;
use super::{Backoff, Key, Table, TableError};

/// What became of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The item is stored.
    Written,
    /// The condition did not hold; nothing was changed.
    Refused,
}

/// The attribute that says which write made the stored version of an item.
const WRITE: &str = "Write";

impl Table {
    /// Stores a whole item if `condition` holds. The stored item carries a token of this very write: when an attempt was
    /// committed but its answer lost, the SDK's next attempt meets our own token and the write is reported as done. If it
    /// meets another's, nobody can say whether ours was there before: that is neither done nor refused but an error,
    /// since whoever believed in a refusal would make the same change a second time.
    pub async fn put<T: Serialize>(
        &self,
        key: &Key,
        item: &T,
        condition: Condition,
    ) -> Result<Outcome, TableError> {
        let token = Uuid::new_v4().simple().to_string();
        let mut item = attributes(key, item)?;
        item.insert(WRITE.to_owned(), AttributeValue::S(token.clone()));
        let mut placeholders = Placeholders::default();
        let condition = condition.expression(&mut placeholders);
        let request = self
            .client
            .put_item()
            .table_name(self.name())
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let lost = LostAnswers::default();
        let mut backoff = Backoff::default();
        loop {
            let attempts = request.clone().customize().interceptor(lost.clone());
            match attempts.send().await {
                Ok(output) => {
                    self.meter.add_write(&output.consumed_capacity);
                    return Ok(Outcome::Written);
                }
                Err(error) if refused(&error) => {
                    return if write_token(&error) == Some(token.as_str()) {
                        Ok(Outcome::Written)
                    } else if lost.any() {
                        let cause = "PutItem: an answer was lost, and another write came after it";
                        Err(TableError::Unavailable(cause.to_owned()))
                    } else {
                        Ok(Outcome::Refused)
                    };
                }
                Err(error) if is_conflict(&error) && backoff.wait().await => {}
                Err(error) => return Err(TableError::of("PutItem", error)),
            }
        }
    }

    /// Changes some attributes and returns the whole item as it is then. An attempt whose answer was lost is sent again
    /// by the SDK, so amounts may be added twice: for counters where that is harmless. Others use a transaction.
    pub async fn change<T: DeserializeOwned>(
        &self,
        key: &Key,
        change: Change,
    ) -> Result<T, TableError> {
        let mut placeholders = Placeholders::default();
        let expression = change.expression(&mut placeholders);
        let request = self
            .client
            .update_item()
            .table_name(self.name())
            .set_key(Some(key.attributes()))
            .update_expression(expression)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
            .return_values(ReturnValue::AllNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut backoff = Backoff::default();
        loop {
            match request.clone().send().await {
                Ok(output) => {
                    self.meter.add_write(&output.consumed_capacity);
                    return typed("UpdateItem", output.attributes.unwrap_or_default());
                }
                Err(error) if is_conflict(&error) && backoff.wait().await => {}
                Err(error) => return Err(TableError::of("UpdateItem", error)),
            }
        }
    }

    /// Deletes an item that was made on condition that it was [absent](Condition::Absent), whether it exists or not; see
    /// [`Write::bury`](super::Write::bury).
    pub async fn bury(&self, key: &Key, now: DateTime<Utc>) -> Result<(), TableError> {
        let request = self
            .client
            .put_item()
            .table_name(self.name())
            .set_item(Some(tombstone(key, now)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut backoff = Backoff::default();
        loop {
            match request.clone().send().await {
                Ok(output) => {
                    self.meter.add_write(&output.consumed_capacity);
                    return Ok(());
                }
                Err(error) if is_conflict(&error) && backoff.wait().await => {}
                Err(error) => return Err(TableError::of("PutItem", error)),
            }
        }
    }
}

/// The item's attributes with its key.
pub(super) fn attributes<T: Serialize>(key: &Key, item: &T) -> Result<Item, TableError> {
    let mut attributes: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(item)
        .map_err(|error| TableError::item("serialise", error))?;
    attributes.extend(key.attributes());
    Ok(attributes)
}

fn refused<R>(error: &SdkError<PutItemError, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(PutItemError::is_conditional_check_failed_exception)
}

fn write_token<R>(error: &SdkError<PutItemError, R>) -> Option<&str> {
    match error.as_service_error()? {
        PutItemError::ConditionalCheckFailedException(failed) => {
            failed.item()?.get(WRITE)?.as_s().ok().map(String::as_str)
        }
        _ => None,
    }
}
