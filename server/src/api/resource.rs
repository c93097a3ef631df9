//! What reading content has in common, whatever its kind: who may see it, and whether the
//! caller's copy is still current.

use contract_runtime::etag::{self, EntityTag};
use contract_runtime::security::Principal;
use uuid::Uuid;

use super::failure;
use crate::content::{Contents, Item, Kind, Status, Statuses};
use crate::contract::responses::{Forbidden, NotFound, NotModified, Unauthorized};
use crate::contract::types::{ContentStatus, ListStatus};
use crate::identity::session::OWNER_ROLE;
use crate::table::TableError;

/// The entity tag of an item, as a header has it.
pub(super) fn entity_tag<K: Kind>(item: &Item<K>) -> String {
    EntityTag::strong(item.version).to_string()
}

/// Whether `If-Match` allows a version. The contract's pattern lets no malformed header through;
/// if one came, nothing would be changed.
pub(super) fn allows(if_match: Option<String>) -> impl Fn(u64) -> bool + Send + Sync {
    move |version| {
        let current = EntityTag::strong(version);
        etag::if_match(if_match.as_deref(), Some(&current)).unwrap_or(false)
    }
}

fn is_owner(principal: Option<&Principal>) -> bool {
    principal.is_some_and(|principal| principal.has_role(OWNER_ROLE))
}

/// What a list may include.
pub(super) fn statuses<E>(principal: Option<&Principal>, asked: ListStatus) -> Result<Statuses, E>
where
    E: From<Unauthorized> + From<Forbidden>,
{
    let statuses = match asked {
        ListStatus::Published => return Ok(Statuses::Published),
        ListStatus::Draft => Statuses::Draft,
        ListStatus::All => Statuses::All,
    };
    match principal {
        None => Err(failure::unauthorized("Sign in as the owner to see drafts.").into()),
        Some(_) if !is_owner(principal) => Err(failure::forbidden().into()),
        Some(_) => Ok(statuses),
    }
}

/// An item, or word that the caller's copy of it is current.
pub(super) enum Reading<K: Kind> {
    Item(Item<K>),
    NotModified(NotModified),
}

/// Reads an item. A draft is there for the owner only.
pub(super) async fn read<K: Kind, E>(
    contents: &Contents<K>,
    id: Uuid,
    principal: Option<&Principal>,
    if_none_match: Option<&str>,
) -> Result<Reading<K>, E>
where
    E: From<NotFound> + From<TableError>,
{
    let visible = if is_owner(principal) {
        Statuses::All
    } else {
        Statuses::Published
    };
    let item = contents.get(id, visible).await?;
    let item = item.ok_or_else(failure::not_found)?;
    let current = EntityTag::strong(item.version);
    // RFC 9110, section 13.1.2: false means that the caller has this version.
    if etag::if_none_match(if_none_match, Some(&current)).unwrap_or(true) {
        Ok(Reading::Item(item))
    } else {
        let etag = current.to_string();
        Ok(Reading::NotModified(NotModified { etag }))
    }
}

impl From<Status> for ContentStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::Published => Self::Published,
        }
    }
}

/// A bound that the contract has checked to be 0 or more.
pub(super) fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// A number as JSON has it.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
