//! The contract of the portfolio, over HTTP, on the embedded database: a file for each tag, and one for each promise
//! that cuts across them.

// Clippy knows tests from what they call by the attribute alone.
#![allow(clippy::unwrap_used)]

mod analytics;
mod authentication;
mod blog_posts;
mod budget;
mod certifications;
mod clock;
mod concurrency;
mod content;
mod every_operation;
mod faults;
mod generated_client;
mod layer;
mod limits;
mod projects;
mod tokens;
mod visitors;
