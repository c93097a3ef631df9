//! What is left where an item was deleted.
//!
//! A request that the SDK gave up and sent again can still reach DynamoDB, later than the attempt that was acknowledged,
//! and later than the deletion of what that one made. An update then meets another version, and a transaction its own
//! client token, if it was committed; but [`Condition::Absent`](super::Condition::Absent) would hold again, and what was
//! deleted would be back. So the key stays taken for a while. It costs what a deletion costs: DynamoDB charges the larger of
//! the item before and after, and its Time to Live is free.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};

use super::Key;
use super::read::Item;

/// The attribute that makes a tombstone.
const DELETED: &str = "Deleted";

/// How long it stays at least, since Time to Live takes its time: by far longer than a request is under way, and than
/// clocks differ.
const MEMORY: TimeDelta = TimeDelta::days(1);

/// The tombstone of an item that is deleted `now`. It has no keys of the index, so no list has it.
pub(super) fn tombstone(key: &Key, now: DateTime<Utc>) -> Item {
    let expires_at = (now + MEMORY).timestamp();
    let mut item = key.attributes();
    item.extend([
        (DELETED.to_owned(), AttributeValue::Bool(true)),
        (
            "ExpiresAt".to_owned(),
            AttributeValue::N(expires_at.to_string()),
        ),
    ]);
    item
}

/// Whether an item was not deleted.
pub(super) fn is_alive(item: &Item) -> bool {
    !item.contains_key(DELETED)
}
