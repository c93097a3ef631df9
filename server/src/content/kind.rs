//! What is particular about one kind of content.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Item;
use crate::table::Entity;

/// A kind of content.
pub trait Kind: Send + Sync + Sized + 'static {
    /// Its name in keys.
    const ENTITY: Entity;

    /// What an author writes, and what is derived from it. Stored as the item's `Data`.
    type Document: Serialize + DeserializeOwned + Clone + Send + Sync;

    /// The small part that lists filter by. Stored as the item's `Facts`, which the index carries; keep it small, its
    /// size is what a list costs.
    type Facts: Serialize + Send + Sync;

    /// The facts of a document.
    fn facts(document: &Self::Document) -> Self::Facts;

    /// Recomputes the fields that follow from others (a slug from a title). Called before every write.
    fn derive(_id: Uuid, _document: &mut Self::Document) {}

    /// The time by which lists are ordered, newest first.
    fn list_time(item: &Item<Self>) -> DateTime<Utc> {
        item.created_at
    }
}
