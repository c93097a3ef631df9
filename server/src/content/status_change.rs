//! Publishing and unpublishing: the content and its view counter change together, so that no view of a draft is ever
//! counted and no view of published content is refused.

use chrono::SubsecRound;
use uuid::Uuid;

use super::item::Record;
use super::store::{is_version, too_many_races};
use super::{ContentError, Contents, Item, Kind, Status};
use crate::table::{Backoff, Change, Key, Transaction, Write};

impl<K: Kind> Contents<K> {
    /// Makes content public. Doing it again changes nothing, and the time of the first publication is kept for ever.
    pub async fn publish(
        &self,
        id: Uuid,
        allows: impl Fn(u64) -> bool + Send + Sync,
    ) -> Result<Item<K>, ContentError> {
        self.become_status(id, Status::Published, allows).await
    }

    /// Makes content a draft again. Doing it again changes nothing; its views are kept for a later publication.
    pub async fn unpublish(
        &self,
        id: Uuid,
        allows: impl Fn(u64) -> bool + Send + Sync,
    ) -> Result<Item<K>, ContentError> {
        self.become_status(id, Status::Draft, allows).await
    }

    async fn become_status(
        &self,
        id: Uuid,
        status: Status,
        allows: impl Fn(u64) -> bool + Send + Sync,
    ) -> Result<Item<K>, ContentError> {
        let mut races = Backoff::default();
        loop {
            let mut item = self.current(id, &allows).await?;
            if item.status == status {
                return Ok(item);
            }
            let unchanged = is_version(item.version);
            let now = self.clock.now().trunc_subsecs(3);
            item.status = status;
            item.version += 1;
            item.updated_at = now;
            if status == Status::Published {
                item.first_published_at.get_or_insert(now);
            }
            let live = Change::new()
                .set_if_absent("Views", 0)
                .set("Live", status == Status::Published);
            let writes = vec![
                Write::put(&Key::content(K::ENTITY, id), &Record::of(&item))?.when(unchanged),
                Write::change(Key::views(K::ENTITY, id), live),
            ];
            match self.table.transact(writes).await? {
                Transaction::Committed => return Ok(item),
                Transaction::Refused { .. } if races.wait().await => {}
                Transaction::Refused { .. } => return Err(too_many_races()),
            }
        }
    }
}
