//! The two tables: typed items, pages of an index, transactions. Only this room knows aws-sdk-dynamodb.
//!
//! Every access is a GetItem by key, a BatchGetItem of a page's keys, or a Query of one partition of an index; there is no
//! Scan. Items are written by TransactWriteItems, even a single one: its client token makes an attempt whose answer
//! was lost count once, at twice the price of a plain write, and nothing here is written often. Only the counters of rate limits
//! are plain UpdateItems: one that counts twice does no harm.

pub mod cursor;
pub mod definition;
mod page;
mod read;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, SecondsFormat, Utc};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::limits::{Layout, SharedLimits};
use contract_runtime::dynamodb::{Meter, TableError, transact};

pub use self::page::{Page, Query};
pub use self::read::Consistency;
pub use self::write::{Value, Write};
pub use contract_runtime::dynamodb::{Backoff, Transaction};

type Item = HashMap<String, AttributeValue>;

/// One table: a client, its name and the name of its key. Clones share what calls have cost.
#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    name: Arc<str>,
    key: &'static str,
    meter: Arc<Meter>,
}

/// The tables of the service.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Key `username`: accounts; the number of admins; the counters of shared rate limits.
    pub users: Table,
    /// Key `movieId`: movies, a small item for each genre of each, reviews.
    pub movies: Table,
}

impl Tables {
    /// The tables of these names. Nothing is called yet.
    pub fn new(client: Client, users: &str, movies: &str) -> Self {
        let meter = Arc::<Meter>::default();
        let table = |name: &str, key| Table {
            client: client.clone(),
            name: name.into(),
            key,
            meter: meter.clone(),
        };
        Self {
            users: table(users, "username"),
            movies: table(movies, "movieId"),
        }
    }

    /// What all calls have cost so far.
    pub fn meter(&self) -> &Meter {
        &self.users.meter
    }

    /// The counters of shared rate limits, among the users: `#` begins no username.
    pub fn shared_limits(&self, clock: Clock) -> SharedLimits {
        let layout = Layout {
            key: |attempts| {
                let (limit, client) = (attempts.limit, &attempts.client);
                let window = attempts.window.timestamp();
                let key = format!("#rate#{limit}#{client}#{window}");
                HashMap::from([("username".to_owned(), AttributeValue::S(key))])
            },
            count: "attempts",
            expires: definition::EXPIRES,
        };
        let Table {
            client,
            name,
            meter,
            ..
        } = self.users.clone();
        SharedLimits::new(client, meter, name, layout, clock)
    }

    /// Makes all writes, to either table, or none.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<Transaction, TableError> {
        let built: Result<Vec<_>, _> = writes.into_iter().map(Write::build).collect();
        let built =
            built.map_err(|error| TableError::Internal(format!("TransactWriteItems: {error}")))?;
        transact(&self.users.client, self.meter(), built).await
    }
}

impl Table {
    fn key(&self, key: &str) -> Item {
        HashMap::from([(self.key.to_owned(), AttributeValue::S(key.to_owned()))])
    }
}

/// A time as serde writes it into items.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
