//! A typed client of the movies' API, generated from `openapi.yml`: [`Client`] with a method per operation, [`types`] and
//! [`builder`]s.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use movies_client::{Client, Inner, types};
//!
//! let base = "http://127.0.0.1:8000/v1";
//! let client = Client::new_with_client(base, reqwest::Client::new(), Inner::default());
//! let credentials = types::Credentials {
//!     username: "ada".parse()?,
//!     password: "correct horse battery staple".parse()?,
//! };
//! let session = client.sign_in().body(credentials).send().await?;
//! let inner = Inner::with_token(&session.token).ok_or("no token")?;
//! let ada = Client::new_with_client(base, reqwest::Client::new(), inner);
//! let movies = client.list_movies().genre(types::Genre::Drama).send().await?;
//! # let _ = (ada, movies);
//! # Ok(())
//! # }
//! ```

mod contract;
mod support;

pub use contract::*;
pub use support::{Error, Inner, Operation, ResponseValue};
