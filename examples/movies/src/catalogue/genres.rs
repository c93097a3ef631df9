//! Kinds of movie.

pub use crate::contract::types::Genre;
use crate::table::{Table, Write};
use contract_runtime::dynamodb::TableError;
use serde::Serialize;
use uuid::Uuid;

use super::key;

/// That a movie is of a genre: what lists of the genre are made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    movie_id: String,
    list: String,
    place: String,
}

/// The writes that put a movie into the lists of its genres as they are now, and take it out of those that it has left.
/// A movie that was not there before had none.
pub(super) fn entries(
    table: &Table,
    id: Uuid,
    before: Option<(i64, &[Genre])>,
    after: Option<(i64, &[Genre])>,
) -> Result<Vec<Write>, TableError> {
    let genres = |side: Option<(i64, &[Genre])>| side.map_or(Vec::new(), |(_, list)| list.to_vec());
    let (old, new) = (genres(before), genres(after));
    let has_moved = before.map(|(year, _)| year) != after.map(|(year, _)| year);
    let mut writes = Vec::new();
    for genre in &old {
        if !new.contains(genre) {
            writes.push(table.delete(&key::genre(id, *genre)));
        }
    }
    if let Some((year, _)) = after {
        for genre in &new {
            if has_moved || !old.contains(genre) {
                writes.push(table.put(&Entry {
                    movie_id: key::genre(id, *genre),
                    list: key::genre_list(*genre),
                    place: key::place(year, id),
                })?);
            }
        }
    }
    Ok(writes)
}
