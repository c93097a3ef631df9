//! The portfolio's server: what the operations of the contract do.
//!
//! Imports point one way: handlers use [`content`], [`tracking`] and [`identity`], and these use [`table`].

pub mod content;
pub mod identity;
pub mod settings;
pub mod table;
pub mod tracking;
