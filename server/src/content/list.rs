//! Lists: filtered, counted exactly, newest first.
//!
//! The index holds small items (keys and facts): all of one status are read and filtered by DynamoDB, which hands over only
//! where those lie that pass; bodies are fetched for the asked page only. The price does not grow with the bodies, what is
//! sent and kept does not grow with what the filter refuses, and `total` is exact.

use std::collections::HashSet;
use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::item::Stored;
use super::{Contents, Filter, Item, Kind, Status};
use crate::table::{Key, Query, TableError};

/// Which statuses are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// Published content only: what everybody may see.
    Published,
    /// Drafts only.
    Draft,
    /// Both, in one order.
    All,
}

impl Statuses {
    fn each(self) -> &'static [Status] {
        match self {
            Statuses::Published => &[Status::Published],
            Statuses::Draft => &[Status::Draft],
            Statuses::All => &[Status::Published, Status::Draft],
        }
    }

    /// Whether this is one of them.
    pub fn include(self, status: Status) -> bool {
        self.each().contains(&status)
    }
}

/// Bytes of JSON that the bodies of one page have at most. A function on AWS answers with 6 MB at most (AWS Lambda,
/// "Quotas"), and its answer holds the body as a JSON string, in which each quotation mark and backslash of the body takes
/// one more byte: twice the bytes at worst.
const PAGE_BYTES: usize = 2_900_000;

/// Bytes of JSON around a document at most: id, times, status.
const AROUND: usize = 400;

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<K: Kind> {
    /// The part's items, newest first.
    pub items: Vec<Item<K>>,
    /// How many entries of the list the part spans: as many as asked for, or fewer if their bodies would be too large for
    /// one answer. The next part begins after them.
    pub limit: usize,
    /// How many items the whole list has.
    pub total: u64,
}

/// Where the index has one item.
#[derive(Deserialize)]
#[serde(try_from = "Row")]
struct Entry {
    id: Uuid,
    list_sort: String,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "GSI1SK")]
    list_sort: String,
}

impl TryFrom<Row> for Entry {
    type Error = String;

    fn try_from(Row { list_sort }: Row) -> Result<Self, Self::Error> {
        let id = list_sort
            .rsplit_once('#')
            .and_then(|(_, id)| id.parse().ok());
        Ok(Self {
            id: id.ok_or_else(|| format!("the sort key {list_sort:?} has no id"))?,
            list_sort,
        })
    }
}

impl<K: Kind> Contents<K> {
    /// The items that pass `filter`, newest first: `limit` of them after the first `offset`.
    pub async fn list(
        &self,
        statuses: Statuses,
        filter: Filter,
        limit: usize,
        offset: usize,
    ) -> Result<Page<K>, TableError> {
        let entries = self.entries(statuses, filter).await?;
        let total = entries.len() as u64;
        let ids: Vec<Uuid> = entries
            .iter()
            .skip(offset)
            .take(limit)
            .map(|entry| entry.id)
            .collect();
        let keys: Vec<Key> = ids.iter().map(|id| Key::content(K::ENTITY, *id)).collect();
        let mut records = self.table.get_many::<Stored<K::Document>>(&keys).await?;
        let mut items = Vec::with_capacity(ids.len());
        let mut bytes = 0;
        for (position, (id, key)) in ids.iter().zip(&keys).enumerate() {
            // The index is a little behind the table: what was deleted meanwhile is missing, and what was unpublished
            // meanwhile must not be shown to the public.
            let Some(item) = records.remove(key).map(|record| record.into_item(*id)) else {
                continue;
            };
            if !statuses.include(item.status) {
                continue;
            }
            bytes += AROUND + json_bytes(&item.document)?;
            if bytes > PAGE_BYTES && !items.is_empty() {
                return Ok(Page {
                    items,
                    limit: position,
                    total,
                });
            }
            items.push(item);
        }
        Ok(Page {
            items,
            limit,
            total,
        })
    }

    /// Some facts of all published items, in no order: `paths` are theirs in an item (`Facts.category`), and `F` has no others.
    pub(super) async fn published<F: DeserializeOwned>(
        &self,
        paths: &'static [&'static str],
    ) -> Result<Vec<F>, TableError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Row<F> {
            facts: F,
        }
        let rows: Vec<Row<F>> = self
            .table
            .query(index::<K>(Status::Published).only(paths))
            .await?;
        Ok(rows.into_iter().map(|row| row.facts).collect())
    }

    /// Where the index has what passes `filter`, newest first.
    async fn entries(&self, statuses: Statuses, filter: Filter) -> Result<Vec<Entry>, TableError> {
        let mut entries: Vec<Entry> = Vec::new();
        for status in statuses.each() {
            let query = index::<K>(*status).only(&["GSI1SK"]).descending();
            let found = self.table.query(query.filter(filter.clone().into()));
            entries.extend(found.await?);
        }
        if statuses == Statuses::All {
            entries.sort_unstable_by(|a: &Entry, b| b.list_sort.cmp(&a.list_sort));
        }
        // An item that moves while the pages are read, to the other status or to another place in its own, may be met
        // in both places.
        let mut seen = HashSet::with_capacity(entries.len());
        entries.retain(|entry| seen.insert(entry.id));
        Ok(entries)
    }
}

/// All items of one kind and status, by the index.
fn index<K: Kind>(status: Status) -> Query {
    Query::index(K::ENTITY.status_partition(status.key()))
}

/// The length of a document as JSON, found without writing it anywhere.
fn json_bytes(document: &impl Serialize) -> Result<usize, TableError> {
    struct Counted(usize);
    impl io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, document)
        .map_err(|error| TableError::Internal(format!("a document is no JSON: {error}")))?;
    Ok(counted.0)
}
