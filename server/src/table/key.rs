//! Where every item lies. No Scan is ever needed: each access is a GetItem by full key or a Query of one partition.

use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use uuid::Uuid;

/// A kind of content: the prefix of its keys and its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A blog post.
    Blog,
    /// A project.
    Project,
    /// A certification or course.
    Certification,
}

impl Entity {
    /// All kinds of content.
    pub const ALL: [Entity; 3] = [Entity::Blog, Entity::Project, Entity::Certification];

    /// The name in keys and in `EntityType`, upper case.
    pub fn prefix(self) -> &'static str {
        match self {
            Entity::Blog => "BLOG",
            Entity::Project => "PROJECT",
            Entity::Certification => "CERTIFICATION",
        }
    }

    /// The name in the contract's `contentType`, lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Entity::Blog => "blog",
            Entity::Project => "project",
            Entity::Certification => "certification",
        }
    }

    /// The partition of GSI1 that lists all content of this kind in one status (`PUBLISHED`, `DRAFT`).
    pub fn status_partition(self, status: &str) -> String {
        format!("{}#STATUS#{status}", self.prefix())
    }

    /// The partition that holds the view counters of this kind's content.
    pub fn views_partition(self) -> String {
        format!("VIEWS#{}", self.as_str())
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The primary key of one item: partition key `PK` and sort key `SK`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// `PK`.
    pub partition: String,
    /// `SK`.
    pub sort: String,
}

impl Key {
    /// A key from its two parts; the constructors below are the table's layout.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self {
            partition: partition.into(),
            sort: sort.into(),
        }
    }

    /// A post, project or certification; once deleted, a tombstone, which expires.
    pub fn content(entity: Entity, id: Uuid) -> Self {
        Self::new(format!("{}#{id}", entity.prefix()), "METADATA")
    }

    /// The view counter of one piece of content.
    pub fn views(entity: Entity, id: Uuid) -> Self {
        Self::new(entity.views_partition(), id.to_string())
    }

    /// That a session has viewed one piece of content; expires.
    pub fn view_session(session: &str, entity: Entity, id: Uuid) -> Self {
        Self::new(format!("VIEW#{session}"), format!("{entity}#{id}"))
    }

    /// The visits of one month in one shard.
    pub fn visits(shard: u16, month: impl fmt::Display) -> Self {
        Self::new(visits_partition(shard), month.to_string())
    }

    /// That a session has visited on one day (UTC); expires.
    pub fn visit_session(session: &str, day: NaiveDate) -> Self {
        Self::new(format!("VISIT#{session}"), day.to_string())
    }

    /// That a session of the owner was ended before its tokens expire; expires.
    pub fn revoked(session: &str) -> Self {
        Self::new(format!("SESSION#{session}"), "REVOKED")
    }

    /// The attempts of one client in one window of a shared rate limit; expires.
    pub fn attempts(limit: &str, client: impl fmt::Display, window: DateTime<Utc>) -> Self {
        Self::new(
            format!("RATE#{limit}#{client}"),
            window.to_rfc3339_opts(SecondsFormat::Secs, true),
        )
    }
}

/// The partition that holds the months of one shard of the visit counter.
pub fn visits_partition(shard: u16) -> String {
    format!("VISITS#{shard}")
}

/// The sort key of content in GSI1: its time in milliseconds and fixed width, then its id, so that lists have one stable
/// order even when times are equal.
pub fn list_sort(time: DateTime<Utc>, id: Uuid) -> String {
    format!("{}#{id}", time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
