//! A typed client of the assistant's API, generated from `openapi.yml`: [`Client`] with a method per operation, [`types`]
//! and [`builder`]s. It asks for whole answers; streams are for those who read events themselves.
//!
//! ```no_run
//! # async fn example(id_token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use assistant_client::{Client, Inner};
//!
//! let inner = Inner::with_token(id_token).ok_or("no token")?;
//! let client = Client::new_with_client("http://127.0.0.1:8000", reqwest::Client::new(), inner);
//! let status = client.get_status().send().await?;
//! # let _ = status;
//! # Ok(())
//! # }
//! ```

mod contract;
mod support;

pub use contract::*;
pub use support::{Error, Inner, Operation, ResponseValue};
