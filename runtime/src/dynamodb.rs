//! Amazon DynamoDB where there is none.

pub mod embedded;
