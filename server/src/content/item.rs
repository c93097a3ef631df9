//! One piece of content, as services see it and as the table stores it.

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Kind;
use crate::table::key::list_sort;

/// Whether content is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Only the owner sees it.
    Draft,
    /// Everybody sees it.
    Published,
}

impl Status {
    /// The name in keys.
    pub(super) fn key(self) -> &'static str {
        match self {
            Status::Draft => "DRAFT",
            Status::Published => "PUBLISHED",
        }
    }
}

/// One piece of content.
pub struct Item<K: Kind> {
    /// Its id, a UUIDv7.
    pub id: Uuid,
    /// Whether it is public.
    pub status: Status,
    /// Counts its changes from 1: a strong entity tag (RFC 9110, 8.8.3).
    pub version: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its document or status last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was published first. Kept while it is a draft again; see [`Item::published_at`].
    pub first_published_at: Option<DateTime<Utc>>,
    /// The document.
    pub document: K::Document,
}

impl<K: Kind> Item<K> {
    /// A new draft.
    pub(super) fn new(id: Uuid, now: DateTime<Utc>, document: K::Document) -> Self {
        // The table keeps milliseconds; what is answered must be what is stored.
        let now = now.trunc_subsecs(3);
        Self {
            id,
            status: Status::Draft,
            version: 1,
            created_at: now,
            updated_at: now,
            first_published_at: None,
            document,
        }
    }

    /// When it was published first; none while it is a draft.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        self.first_published_at
            .filter(|_| self.status == Status::Published)
    }
}

impl<K: Kind> Clone for Item<K> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            ..*self
        }
    }
}

impl<K: Kind> fmt::Debug for Item<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Item");
        debug
            .field("id", &self.id)
            .field("status", &self.status)
            .field("version", &self.version);
        debug.finish_non_exhaustive()
    }
}

/// The item as it is written; its key is `Key::content(K::ENTITY, id)`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Record<'a, D, F> {
    #[serde(rename = "GSI1PK")]
    list: String,
    #[serde(rename = "GSI1SK")]
    list_sort: String,
    entity_type: &'static str,
    status: Status,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
    version: u64,
    facts: F,
    data: &'a D,
}

impl<'a, D, F> Record<'a, D, F> {
    pub(super) fn of<K: Kind<Document = D, Facts = F>>(item: &'a Item<K>) -> Self {
        Self {
            list: K::ENTITY.status_partition(item.status.key()),
            list_sort: list_sort(K::list_time(item), item.id),
            entity_type: K::ENTITY.prefix(),
            status: item.status,
            created_at: item.created_at,
            updated_at: item.updated_at,
            published_at: item.first_published_at,
            version: item.version,
            facts: K::facts(&item.document),
            data: &item.document,
        }
    }
}

/// What is read of the item again: the rest follows from it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Stored<D> {
    status: Status,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(default)]
    published_at: Option<DateTime<Utc>>,
    version: u64,
    data: D,
}

impl<D> Stored<D> {
    pub(super) fn into_item<K: Kind<Document = D>>(self, id: Uuid) -> Item<K> {
        Item {
            id,
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            first_published_at: self.published_at,
            document: self.data,
        }
    }
}
