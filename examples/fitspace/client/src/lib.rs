//! A typed client of FitSpace, generated from `openapi.yml`: a method of [`Client`] per operation, which begins a request.
//!
//! ```no_run
//! use fitspace_client::{Client, Nullable, types};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new_with_client("http://127.0.0.1:8000", reqwest::Client::new(), ());
//! let user = types::UserInput::builder().name("Ada Lovelace").email("ada@example.com");
//! let created = client.create_user().body(user).send().await?;
//! // Left out stays, null goes.
//! let patch = types::AvatarUpdate::builder().weight_kg(Nullable::Value(types::Weight(63.8))).age(Nullable::Null);
//! client.update_avatar().user_id(created.data.id.0).avatar_id(1).body(patch).send().await?;
//! # Ok(())
//! # }
//! ```

mod contract;
use contract_client as support;

pub use contract::{Client, OPERATIONS, builder as requests, types};
pub use support::{Error, Nullable, Operation, ResponseValue};

impl support::ClientHooks<support::Inner> for Client {}
