//! Sign-in, roles, movies and users over DynamoDB.
//!
//! [`api`] implements the contract's traits with [`users`], [`catalogue`] and [`tokens`]; these use [`table`], which alone
//! knows DynamoDB. [`service`] puts them together.

pub mod api;
pub mod catalogue;
pub mod contract;
pub mod error;
pub mod program;
pub mod service;
pub mod settings;
pub mod table;
pub mod tokens;
pub mod users;
