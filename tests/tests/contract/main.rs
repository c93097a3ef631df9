//! The contract of the portfolio, over HTTP, on the embedded database: a file for each tag, and one for each promise
//! that cuts across them.
//!
//! The rule: whatever the generated client can say is sent by the generated client, and every answer to it must come out
//! of its types as it went over the wire. A raw request (`get`, `post`, `put`, `delete`, `call`) is for what that client
//! cannot say: input that breaks the contract, paths and methods that it does not have, a cookie or header of the caller's
//! own, another spelling of the same thing. `every_operation` derives its requests from the contract itself and is raw too.

// Clippy knows tests from what they call by the attribute alone.
#![allow(clippy::unwrap_used)]

mod analytics;
mod authentication;
mod blog_posts;
mod budget;
mod certifications;
mod clock;
mod cognito;
mod concurrency;
mod content;
mod every_operation;
mod excess;
mod faults;
mod forgeries;
mod generated_client;
mod layer;
mod limits;
mod projects;
mod tokens;
mod visitors;
