//! Absent and null are different things.
//!
//! ```
//! use portfolio_client::{Nullable, types::ProjectUpdate};
//!
//! let update: ProjectUpdate = ProjectUpdate::builder()
//!     .github_url(Nullable::Null)
//!     .live_url(Nullable::from("https://engine.example"))
//!     .try_into()?;
//! let sent = serde_json::to_string(&update)?;
//! assert_eq!(sent, r#"{"githubUrl":null,"liveUrl":"https://engine.example"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use contract_client::Nullable;
pub(crate) use contract_client::present;
