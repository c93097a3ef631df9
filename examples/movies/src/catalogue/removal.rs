//! The end of a movie and of its reviews.

use std::time::Duration;

use contract_runtime::dynamodb::{Backoff, Transaction};
use uuid::Uuid;

use super::genres::entries;
use super::movies::PRESENT;
use super::{Movie, Movies, key};
use crate::error::Error;
use crate::table::Consistency;

/// How long one request goes on deleting; the next one finds the rest.
const PATIENCE: Duration = Duration::from_secs(12);

impl Movies {
    /// Takes the movie out of sight and out of all lists in one transaction, from when on nobody can review it; then deletes
    /// its reviews and the movie last, which knows how many are left. What is cut off in between is finished by the
    /// same call again.
    pub async fn delete(&self, id: Uuid) -> Result<(), Error> {
        self.retire(id).await?;
        let emptied = tokio::time::timeout(PATIENCE, self.empty(id)).await;
        emptied.unwrap_or_else(|_| {
            let cause = "a movie has more reviews than one request deletes".to_owned();
            Err(Error::Unavailable(cause))
        })
    }

    async fn retire(&self, id: Uuid) -> Result<(), Error> {
        let table = &self.tables.movies;
        let mut backoff = Backoff::default();
        loop {
            let movie: Option<Movie> = table.get(&key::movie(id), Consistency::Strong).await?;
            let movie = movie.ok_or(Error::NotFound)?;
            if movie.deleted {
                return Ok(());
            }
            let update = table
                .update(&key::movie(id), "SET #deleted = :true REMOVE #list, #place")
                .when(format!("{PRESENT} AND #version = :version"))
                .with(":true", true)
                .with(":version", movie.version);
            let mut writes = vec![update];
            let genres = (movie.facts.year, movie.facts.genres.as_slice());
            writes.extend(entries(table, id, Some(genres), None)?);
            match self.tables.transact(writes).await? {
                Transaction::Committed => return Ok(()),
                // An editor was faster, or another who deletes.
                Transaction::Refused { .. } if backoff.wait().await => {}
                Transaction::Refused { .. } => {
                    return Err(Error::Unavailable("a movie keeps changing".to_owned()));
                }
            }
        }
    }

    async fn empty(&self, id: Uuid) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        loop {
            let last = self
                .tables
                .movies
                .delete(&key::movie(id))
                .when("attribute_not_exists(#ratingCount) OR #ratingCount = :none")
                .with(":none", 0_i64);
            if self.tables.transact(vec![last]).await? == Transaction::Committed {
                return Ok(());
            }
            // The index may not have heard of the latest review yet.
            if self.reviews.remove_some_from(id).await? == 0 && !backoff.wait().await {
                let cause = "a movie's reviews are not to be found yet".to_owned();
                return Err(Error::Unavailable(cause));
            }
        }
    }
}
