//! Users and workouts over PostgreSQL.

mod api;
pub mod avatars;
pub mod contract;
pub mod database;
pub mod migrations;
pub mod page;
pub mod program;
mod secret;
pub mod service;
pub mod settings;
pub mod users;
pub mod workouts;
