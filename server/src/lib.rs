//! The portfolio's server: what the operations of the contract do.
//!
//! Imports point one way: [`program`] is what runs, [`app`] puts everything together, [`api`] implements the contract's traits with
//! [`content`], [`tracking`] and [`identity`], and these use [`table`], which alone knows DynamoDB.

pub mod api;
pub mod app;
pub mod content;
pub mod contract;
pub mod identity;
mod key_set;
pub mod portfolio;
pub mod program;
#[cfg(feature = "embedded")]
mod sample;
pub mod settings;
pub mod table;
pub mod tracking;
