//! What posts, projects and certifications share: storing, listing, publishing.
//!
//! A [`Kind`] says what is particular: the document's fields, the facts that lists filter by, its place in the order of
//! lists. [`Contents`] does the rest, so that no kind can publish or delete in its own way.

pub mod certification;
pub mod error;
mod filter;
pub mod item;
pub mod kind;
mod list;
pub mod post;
pub mod project;
pub mod read_time;
pub mod slug;
mod status_change;
mod store;

#[cfg(test)]
mod tests;

pub use certification::{Certification, CertificationFacts, CertificationType};
pub use error::ContentError;
pub use filter::Filter;
pub use item::{Item, Status};
pub use kind::Kind;
pub use list::{Page, Statuses};
pub use post::{Post, PostFacts};
pub use project::{Project, ProjectFacts};
pub use store::Contents;
