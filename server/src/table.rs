//! The single table: keys, typed items, conditions, transactions and retries.
//!
//! Only this room knows aws-sdk-dynamodb and its expressions. The services above it say what they want with [`Key`],
//! [`Condition`], [`Change`], [`Query`] and [`Write`], and get serde types back. Every call asks DynamoDB what it cost and
//! adds the answer to the table's [`Meter`].

pub mod connection;
mod expression;
pub mod key;
mod limits;
mod provision;
mod read;
pub mod schema;
mod tombstone;
mod transaction;
mod write;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod trial;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;

pub(crate) use contract_runtime::dynamodb::Backoff;
pub use contract_runtime::dynamodb::{Meter, TableError, Transaction, Units};
pub use expression::{Change, Condition, Name, Value};
pub use key::{Entity, Key};
pub use provision::{ProvisionError, Provisioned};
pub use read::{Consistency, Query};
pub use transaction::Write;
pub use write::Outcome;

/// One DynamoDB table: a client, the table's name and what its calls have cost so far. Clones share all three.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: Arc<str>,
    meter: Arc<Meter>,
}

impl Table {
    /// The table `name` as `client` reaches it. Nothing is called yet; see [`Table::create`] for the embedded engine.
    pub fn new(client: Client, name: impl Into<Arc<str>>) -> Self {
        Self {
            client,
            name: name.into(),
            meter: Arc::default(),
        }
    }

    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The request units that all calls through this table and its clones have consumed since it was made.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }
}
