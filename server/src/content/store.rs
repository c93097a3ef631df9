//! Creating, reading, changing and deleting one piece of content.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use chrono::SubsecRound;
use contract_runtime::clock::Clock;
use uuid::{ContextV7, Timestamp, Uuid};

use super::item::{Record, Stored};
use super::{ContentError, Item, Kind, Statuses};
use crate::table::{
    Backoff, Condition, Consistency, Key, Outcome, Table, TableError, Transaction, Write,
};

/// All content of one kind.
pub struct Contents<K> {
    pub(super) table: Table,
    pub(super) clock: Clock,
    /// Ids made within one millisecond still ascend, so that lists show them in the order of their making.
    ids: Arc<Mutex<ContextV7>>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Contents<K> {
    fn clone(&self) -> Self {
        Self {
            table: self.table.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            kind: PhantomData,
        }
    }
}

impl<K> fmt::Debug for Contents<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents")
            .field("table", &self.table.name())
            .finish_non_exhaustive()
    }
}

impl<K: Kind> Contents<K> {
    /// The content of this kind in `table`.
    pub fn new(table: Table, clock: Clock) -> Self {
        Self {
            table,
            clock,
            ids: Arc::new(Mutex::new(ContextV7::new())),
            kind: PhantomData,
        }
    }

    /// Stores a new draft.
    pub async fn create(&self, mut document: K::Document) -> Result<Item<K>, TableError> {
        let now = self.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let id = Uuid::new_v7(Timestamp::from_unix(
            &*self.ids,
            seconds,
            now.timestamp_subsec_nanos(),
        ));
        K::derive(id, &mut document);
        let item = Item::<K>::new(id, now, document);
        match self
            .table
            .put(
                &Key::content(K::ENTITY, id),
                &Record::of(&item),
                Condition::Absent,
            )
            .await?
        {
            Outcome::Written => Ok(item),
            Outcome::Refused => Err(TableError::Internal(format!("the new id {id} is taken"))),
        }
    }

    /// The content with this id, if there is any of these statuses. What is not found is looked for once more with a
    /// strongly consistent read: it may have been made, or published, a moment ago.
    pub async fn get(&self, id: Uuid, statuses: Statuses) -> Result<Option<Item<K>>, TableError> {
        let is_wanted = |item: &Item<K>| statuses.include(item.status);
        let found = self.read(id, Consistency::Eventual).await?;
        match found.filter(is_wanted) {
            Some(item) => Ok(Some(item)),
            None => Ok(self.read(id, Consistency::Strong).await?.filter(is_wanted)),
        }
    }

    /// Applies `change` to the document. `allows` is asked whether the caller's `If-Match` allows the current version;
    /// without one it allows every version. When another change gets in between, both start again from the newer
    /// version, so that neither change is lost.
    pub async fn update(
        &self,
        id: Uuid,
        allows: impl Fn(u64) -> bool + Send + Sync,
        change: impl Fn(&mut K::Document) + Send + Sync,
    ) -> Result<Item<K>, ContentError> {
        let key = Key::content(K::ENTITY, id);
        let mut races = Backoff::default();
        loop {
            let mut item = self.current(id, &allows).await?;
            let unchanged = is_version(item.version);
            change(&mut item.document);
            K::derive(id, &mut item.document);
            item.version += 1;
            item.updated_at = self.clock.now().trunc_subsecs(3);
            match self.table.put(&key, &Record::of(&item), unchanged).await? {
                Outcome::Written => return Ok(item),
                Outcome::Refused if races.wait().await => {}
                Outcome::Refused => return Err(too_many_races()),
            }
        }
    }

    /// Deletes the content and its view counter, together.
    pub async fn delete(
        &self,
        id: Uuid,
        allows: impl Fn(u64) -> bool + Send + Sync,
    ) -> Result<(), ContentError> {
        let mut races = Backoff::default();
        loop {
            let item = self.current(id, &allows).await?;
            let writes = vec![
                Write::bury(Key::content(K::ENTITY, id), self.clock.now())
                    .when(is_version(item.version)),
                Write::delete(Key::views(K::ENTITY, id)),
            ];
            match self.table.transact(writes).await? {
                Transaction::Committed => return Ok(()),
                Transaction::Refused { .. } if races.wait().await => {}
                Transaction::Refused { .. } => return Err(too_many_races()),
            }
        }
    }

    /// The current version for a change, if the caller's `If-Match` allows it.
    pub(super) async fn current(
        &self,
        id: Uuid,
        allows: impl Fn(u64) -> bool,
    ) -> Result<Item<K>, ContentError> {
        let item = self.read(id, Consistency::Strong).await?;
        let item = item.ok_or(ContentError::NotFound)?;
        if allows(item.version) {
            Ok(item)
        } else {
            Err(ContentError::PreconditionFailed)
        }
    }

    async fn read(
        &self,
        id: Uuid,
        consistency: Consistency,
    ) -> Result<Option<Item<K>>, TableError> {
        let stored: Option<Stored<K::Document>> = self
            .table
            .get(&Key::content(K::ENTITY, id), consistency)
            .await?;
        Ok(stored.map(|stored| stored.into_item(id)))
    }
}

/// The item exists and nobody has changed it since this version was read.
pub(super) fn is_version(version: u64) -> Condition {
    Condition::equals("Version", i64::try_from(version).unwrap_or(i64::MAX))
}

pub(super) fn too_many_races() -> ContentError {
    TableError::Unavailable("others change the item all the time".to_owned()).into()
}
