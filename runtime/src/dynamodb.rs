//! Amazon DynamoDB: what every service does with it alike, whatever its tables look like, and an engine where there is none.

#[cfg(feature = "dynamodb")]
mod backoff;
#[cfg(feature = "dynamodb")]
pub mod connection;
#[cfg(feature = "embedded-dynamodb")]
pub mod embedded;
#[cfg(feature = "dynamodb")]
mod error;
#[cfg(feature = "dynamodb")]
pub mod limits;
#[cfg(feature = "dynamodb")]
mod lost;
#[cfg(feature = "dynamodb")]
mod meter;
#[cfg(feature = "dynamodb")]
mod transaction;

#[cfg(feature = "dynamodb")]
pub use self::{
    backoff::Backoff,
    error::{TableError, is_conflict},
    lost::LostAnswers,
    meter::{Meter, Units},
    transaction::{Transaction, transact},
};
