//! Views: once per session, piece of content and 24 hours.
//!
//! The counter lies beside the content, not in it: `Views`, and `Live`, which publishing and unpublishing keep in step
//! with the content's status in the same transaction. Tracking therefore never reads a body and never counts a draft.

use chrono::{DateTime, TimeDelta, Utc};
use contract_runtime::clock::Clock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Tracked;
use crate::table::{
    Backoff, Change, Condition, Consistency, Entity, Key, Query, Table, TableError, Transaction,
    Write,
};

/// The views of one piece of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentViews {
    /// The content's id.
    pub id: Uuid,
    /// Its views.
    pub views: u64,
    /// Whether it is published now.
    pub live: bool,
}

/// The view counters.
#[derive(Debug, Clone)]
pub struct Views {
    table: Table,
    clock: Clock,
}

/// How long a session's view of one piece of content covers its further views.
const WINDOW: TimeDelta = TimeDelta::hours(24);

impl Views {
    /// The view counters in `table`.
    pub fn new(table: Table, clock: Clock) -> Self {
        Self { table, clock }
    }

    /// Counts a view of published content unless the session's last counted view of it is less than 24 hours old.
    /// None when there is no such content or it is a draft.
    pub async fn track(
        &self,
        session: &str,
        entity: Entity,
        id: Uuid,
    ) -> Result<Option<Tracked>, TableError> {
        let now = self.clock.now();
        let (mark, counter) = (
            Key::view_session(session, entity, id),
            Key::views(entity, id),
        );
        let mut races = Backoff::default();
        loop {
            let mut items = self
                .table
                .get_many::<Stored>(&[mark.clone(), counter.clone()])
                .await?;
            let views = match items.remove(&counter).and_then(Stored::live_views) {
                Some(views) => views,
                // Published a moment ago, perhaps: a view must not be lost to a read that is behind.
                None => match self.live_views(&counter, Consistency::Strong).await? {
                    Some(views) => views,
                    None => return Ok(None),
                },
            };
            if items.remove(&mark).is_some_and(|mark| mark.valid(now)) {
                return Ok(Some(Tracked {
                    count: views,
                    tracked: false,
                }));
            }
            let expires_at = (now + WINDOW).timestamp();
            let writes = vec![
                Write::put(&mark, &Mark { expires_at })?.when(Condition::AbsentOrExpired(now)),
                Write::change(counter.clone(), Change::new().add("Views", 1))
                    .when(Condition::equals("Live", true)),
            ];
            match self.table.transact(writes).await? {
                Transaction::Committed => {
                    return Ok(Some(Tracked {
                        count: views + 1,
                        tracked: true,
                    }));
                }
                Transaction::Refused {
                    positions,
                    unsettled,
                } => {
                    let known =
                        self.live_views(&counter, Consistency::Strong)
                            .await?
                            .map(|count| Tracked {
                                count,
                                tracked: false,
                            });
                    // Another request of the session was faster.
                    if positions.contains(&0) && known.is_some() {
                        return Ok(known);
                    }
                    // While or when the content is published again, an attempt that arrives then is counted.
                    if unsettled {
                        let cause = "an answer was lost, and the content was unpublished after it";
                        return Err(TableError::Unavailable(cause.to_owned()));
                    }
                    // The content is a draft now.
                    if known.is_none() {
                        return Ok(None);
                    }
                    // It was unpublished and is published again: the view is still to be counted.
                    if !races.wait().await {
                        let cause = "others publish and unpublish the content all the time";
                        return Err(TableError::Unavailable(cause.to_owned()));
                    }
                }
            }
        }
    }

    /// The views, if the content is published.
    async fn live_views(
        &self,
        counter: &Key,
        consistency: Consistency,
    ) -> Result<Option<u64>, TableError> {
        let stored: Option<Stored> = self.table.get(counter, consistency).await?;
        Ok(stored.and_then(Stored::live_views))
    }

    /// The views of one piece of published content; None when there is none with this id or it is a draft. What is not
    /// found is looked for once more with a strongly consistent read: it may have been published a moment ago.
    pub async fn count(&self, entity: Entity, id: Uuid) -> Result<Option<u64>, TableError> {
        let counter = Key::views(entity, id);
        match self.live_views(&counter, Consistency::Eventual).await? {
            Some(views) => Ok(Some(views)),
            None => self.live_views(&counter, Consistency::Strong).await,
        }
    }

    /// The views of all content of one kind that was ever published and still exists, ordered by id.
    pub async fn stats(&self, entity: Entity) -> Result<Vec<ContentViews>, TableError> {
        let counters = Query::partition(entity.views_partition()).only(&["SK", "Views", "Live"]);
        let counters: Vec<Counter> = self.table.query(counters).await?;
        Ok(counters
            .into_iter()
            .map(|item| ContentViews {
                id: item.id,
                views: item.views,
                live: item.live,
            })
            .collect())
    }

    /// The published content of one kind with the most views, most first, equal ones by id; at most `limit`.
    pub async fn top(&self, entity: Entity, limit: usize) -> Result<Vec<ContentViews>, TableError> {
        let mut stats = self.stats(entity).await?;
        stats.retain(|content| content.live);
        // A stable sort: stats are ordered by id.
        stats.sort_by_key(|content| std::cmp::Reverse(content.views));
        stats.truncate(limit);
        Ok(stats)
    }

    /// The views of everything that is published.
    pub async fn total(&self) -> Result<u64, TableError> {
        let kinds = Entity::ALL.map(|entity| self.stats(entity));
        let kinds = futures_util::future::try_join_all(kinds).await?;
        let live = kinds.iter().flatten().filter(|content| content.live);
        Ok(live.map(|content| content.views).sum())
    }
}

/// That a session has viewed something.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Mark {
    expires_at: i64,
}

/// A mark or a counter, as one batch reads them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stored {
    expires_at: Option<i64>,
    views: Option<u64>,
    #[serde(default)]
    live: bool,
}

impl Stored {
    /// TTL deletes late: an expired mark that is still there says nothing.
    fn valid(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end > now.timestamp())
    }

    fn live_views(self) -> Option<u64> {
        self.live.then_some(self.views.unwrap_or(0))
    }
}

/// A counter of a partition.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Counter {
    #[serde(rename = "SK")]
    id: Uuid,
    views: u64,
    live: bool,
}
