//! A typed client of the portfolio's API, generated from `openapi.yml`.
//!
//! Each operation of the contract is a method of [`Client`] that begins a request: set its parameters, then `send().await`.
//! What comes back is a [`ResponseValue`]: the typed body, with status and headers.
//!
//! ```
//! # use contract_runtime::{clock::Clock, dynamodb::embedded::Engine, serve::Server};
//! # use portfolio_server::{app::{App, Storage}, settings::Settings};
//! use portfolio_client::{Client, types};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let settings = [
//! #     ("OWNER_EMAIL", "ada@example.com"),
//! #     ("OWNER_PASSWORD", "correct horse battery staple"),
//! #     ("SAMPLE_CONTENT", "false"),
//! # ];
//! # let settings = Settings::from(&settings.into_iter().collect())?;
//! # let server = Server::bind("127.0.0.1", 0).await?;
//! # let address = format!("http://{}/v1", server.address());
//! # let storage = Storage { engine: Some(Engine::memory()?), ..Storage::default() };
//! # let app = App::start(&settings, storage, Clock::system()).await?;
//! # tokio::spawn(server.serve(app.router(), std::future::pending()));
//! // `address` is http://127.0.0.1:8000/v1, for example.
//! let client = Client::builder(address).build()?;
//! client.sign_in("ada@example.com", "correct horse battery staple").await?;
//!
//! let draft = client
//!     .create_blog_post()
//!     .body(types::BlogPostCreate {
//!         title: "Counting visits exactly once".to_owned(),
//!         excerpt: "What it takes to count a reader once.".to_owned(),
//!         content: "Every retry is a chance to count twice.".to_owned(),
//!         category: "Cloud".to_owned(),
//!         tags: vec!["rust".to_owned()],
//!     })
//!     .send()
//!     .await?;
//!
//! // Published only if nobody has changed it in between.
//! let version = draft.etag().ok_or("a version")?;
//! client.publish_blog_post().post_id(draft.id).if_match(version).send().await?;
//!
//! // Everybody sees it.
//! let posts = client.list_blog_posts().tag("rust").limit(10_u64).send().await?;
//! assert_eq!(posts.posts[0].slug, "counting-visits-exactly-once");
//! # Ok(())
//! # }
//! ```
//!
//! **Tokens** go with the operations that require or allow one, and with no other. [`Client::sign_in`] opens a session;
//! [`ClientBuilder::credentials`] does so with the first call that needs it. A session is renewed before its token ends, and
//! once when the server refuses it, by one call at a time however many are waiting. [`Client::session`] gives it away, to
//! go on with in another run. Without a session requests are sent as a visitor's.
//!
//! **Retries** happen where they are safe, after 429 and 503 and when the connection fails: [`Retries`].
//!
//! **Errors** are [`Error`]: what the contract declares, with its body; no valid token; no connection; and
//! [`Error::UnexpectedResponse`] for a server that answers anything else, with operation, status, what is wrong and the raw
//! body. Nothing that a server sends makes the client panic.
//!
//! **Versions**: [`ResponseValue::etag`] is what `if_match` and `if_none_match` take, and a 304 is a value,
//! [`Conditional::NotModified`].
//!
//! **Null** is not absence: [`Nullable`].
//!
//! Lengths, patterns and ranges are the server's to check; it answers with every violation at once. Visits are counted once
//! per session: give the HTTP client a cookie store ([`ClientBuilder::http`]) or each call an `x_session_id`.
//!
//! Feature `tls`: https. Off by default, see Cargo.toml.

mod answer;
mod builder;
mod contract;
mod error;
mod hooks;
mod nullable;
mod observer;
mod operation;
mod response;
mod retry;
mod session;
mod support;
mod timer;
mod tokens;

pub use answer::{Answer, Problem};
pub use builder::{BuildError, ClientBuilder};
/// The requests that the methods of [`Client`] begin.
pub use contract::builder as requests;
/// The contract's schemas.
pub use contract::types;
pub use contract::{Client, OPERATIONS};
pub use error::Error;
pub use nullable::Nullable;
pub use observer::Exchange;
pub use operation::Operation;
pub use response::{Conditional, ResponseValue};
pub use retry::Retries;
pub use session::Session;
pub use timer::{SystemTimer, Timer};
