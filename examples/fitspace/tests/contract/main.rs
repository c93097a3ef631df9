//! The service over HTTP, on a real PostgreSQL. Every answer is held against openapi.yml.

// Clippy knows tests from what they call by the attribute alone.
#![allow(clippy::unwrap_used)]

mod avatars;
mod bounds;
mod client;
mod every_answer;
mod failures;
mod lists;
mod migrations;
mod pinning;
mod races;
mod rotation;
mod site;
mod status;
mod texts;
mod users;
mod workouts;
