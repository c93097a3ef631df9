//! Reviews, and the sums of ratings that follow them.
//!
//! A review, its movie's sum and count, and its user's number of reviews change in one transaction. The review's condition is
//! that it is as it was read, so the difference that is added is right whatever happens at the same time; the movie's and
//! the user's are that they are there. Writers of one movie meet on one item: who loses tries again with jitter, for some
//! four seconds, and is asked to come back (503) after that.

use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::{Backoff, Transaction};
use uuid::Uuid;

use super::key::{self, fits_reviews};
use super::movies::PRESENT;
use super::{Movie, Review};
use crate::error::Error;
use crate::table::cursor::Position;
use crate::table::definition::{BY_REVIEWER, Index, LISTED};
use crate::table::{Consistency, Page, Query, Tables, Write, time};

/// Reviews that are deleted in one transaction: each is two writes of at most 100, and the movie is one.
const BATCH: usize = 40;

/// All reviews.
#[derive(Debug, Clone)]
pub struct Reviews {
    tables: Tables,
    clock: Clock,
}

/// What storing a review did.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// There was none of this user.
    Created(Review),
    /// It replaced the one that there was.
    Changed(Review),
}

/// That a review is as it was read. Its rating is what sums are made of; but a rating alone comes back, and an attempt that
/// arrives late would take a later review for this one.
const UNCHANGED: &str = "#rating = :old AND #updatedAt = :read";

/// How the ratings of a movie change.
const COUNTED: &str = "ADD #ratingSum :sum, #ratingCount :count";

impl Reviews {
    /// The reviews in these tables.
    pub fn new(tables: Tables, clock: Clock) -> Self {
        Self { tables, clock }
    }

    /// A user's review of a movie.
    pub async fn get(&self, movie: Uuid, username: &str) -> Result<Review, Error> {
        let review = self.read(movie, username, Consistency::Eventual).await?;
        review.ok_or(Error::NotFound)
    }

    async fn read(
        &self,
        movie: Uuid,
        username: &str,
        consistency: Consistency,
    ) -> Result<Option<Review>, Error> {
        let key = key::review(movie, username);
        Ok(self.tables.movies.get(&key, consistency).await?)
    }

    /// A page of a movie's reviews, newest first.
    pub async fn of_movie(
        &self,
        movie: Uuid,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Review>, Error> {
        let after = Position::read(cursor, |position| fits_reviews(position, Some(movie), None))?;
        let found: Option<Movie> = self
            .tables
            .movies
            .get(&key::movie(movie), Consistency::Eventual)
            .await?;
        if found.is_none_or(|movie| movie.deleted) {
            return Err(Error::NotFound);
        }
        self.page(LISTED, &key::reviews(movie), limit, after).await
    }

    /// A page of a user's reviews, newest first.
    pub async fn of_user(
        &self,
        username: &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Review>, Error> {
        let after = Position::read(cursor, |position| {
            fits_reviews(position, None, Some(username))
        })?;
        self.page(BY_REVIEWER, username, limit, after).await
    }

    async fn page(
        &self,
        index: Index,
        partition: &str,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<Review>, Error> {
        let query = Query {
            index,
            partition,
            prefix: "",
            after,
            limit,
        };
        let page = self.tables.movies.keys(query).await?;
        let reviews = self.tables.movies.get_many(&page.items).await?;
        Ok(page.with(reviews))
    }

    /// Stores a user's only review of a movie.
    pub async fn put(
        &self,
        movie: Uuid,
        username: &str,
        rating: i64,
        text: &str,
    ) -> Result<Stored, Error> {
        let mut backoff = Backoff::default();
        loop {
            let old = self.read(movie, username, Consistency::Strong).await?;
            let created_at = old.as_ref().map(|old| old.created_at);
            let review = Review::new(movie, username, rating, text, created_at, self.clock.now());
            let put = self.tables.movies.put(&review)?;
            let (put, difference, count) = match &old {
                Some(old) => {
                    let put = put.when(UNCHANGED).with(":old", old.rating);
                    let put = put.with(":read", time(old.updated_at).as_str());
                    (put, rating - old.rating, 0)
                }
                None => (put.when("attribute_not_exists(#movieId)"), rating, 1),
            };
            // The user is named even where his number stays: an account that has just ended writes no more.
            let writes = vec![
                put,
                self.rated(movie, difference, count),
                self.counted(username, count),
            ];
            match self.tables.transact(writes).await? {
                Transaction::Committed if old.is_none() => return Ok(Stored::Created(review)),
                Transaction::Committed => return Ok(Stored::Changed(review)),
                Transaction::Refused { positions, .. } if positions.contains(&1) => {
                    return Err(Error::NotFound);
                }
                // That there is no review can be so again.
                Transaction::Refused {
                    unsettled: true, ..
                } if old.is_none() => {
                    let cause = "an answer was lost, and another review came after it";
                    return Err(Error::Unavailable(cause.to_owned()));
                }
                Transaction::Refused { positions, .. } if positions.contains(&2) => {
                    return Err(Error::Rejected);
                }
                // The same user changed it from elsewhere: look again.
                Transaction::Refused { .. } if backoff.wait().await => {}
                Transaction::Refused { .. } => {
                    return Err(Error::Unavailable("a review keeps changing".to_owned()));
                }
            }
        }
    }

    /// What the ratings of a movie that is there change by.
    fn rated(&self, movie: Uuid, sum: i64, count: i64) -> Write {
        let update = self.tables.movies.update(&key::movie(movie), COUNTED);
        let update = update.when(PRESENT);
        update.with(":sum", sum).with(":count", count)
    }

    /// What the number of reviews of a user who is there changes by.
    fn counted(&self, username: &str, count: i64) -> Write {
        let users = &self.tables.users;
        let condition = "attribute_exists(#username) AND attribute_not_exists(#deleted)";
        if count == 0 {
            return users.check(username).when(condition);
        }
        let update = users.update(username, "ADD #reviews :count");
        update.when(condition).with(":count", count)
    }

    /// Deletes a user's review of a movie.
    pub async fn remove(&self, movie: Uuid, username: &str) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        loop {
            let review = self.read(movie, username, Consistency::Strong).await?;
            let review = review.ok_or(Error::NotFound)?;
            let writes = self.removal(movie, &[review]);
            match self.tables.transact(writes).await? {
                Transaction::Committed => return Ok(()),
                Transaction::Refused { .. } if backoff.wait().await => {}
                Transaction::Refused { .. } => {
                    return Err(Error::Unavailable("a review keeps changing".to_owned()));
                }
            }
        }
    }

    /// The writes that delete reviews of one movie. Movie and users are there as long as they have reviews, on their way
    /// out or not.
    fn removal(&self, movie: Uuid, reviews: &[Review]) -> Vec<Write> {
        let Tables { users, movies } = &self.tables;
        let sum: i64 = reviews.iter().map(|review| review.rating).sum();
        let count = i64::try_from(reviews.len()).unwrap_or(i64::MAX);
        let rated = movies
            .update(&key::movie(movie), COUNTED)
            .when("attribute_exists(#movieId)")
            .with(":sum", -sum)
            .with(":count", -count);
        let each = reviews.iter().flat_map(|review| {
            let delete = movies
                .delete(&review.movie_id)
                .when(UNCHANGED)
                .with(":old", review.rating)
                .with(":read", time(review.updated_at).as_str());
            let counted = users
                .update(&review.reviewer, "ADD #reviews :less")
                .when("attribute_exists(#username)")
                .with(":less", -1_i64);
            [delete, counted]
        });
        std::iter::once(rated).chain(each).collect()
    }

    /// Deletes some of a movie's reviews; how many.
    pub(super) async fn remove_some_from(&self, movie: Uuid) -> Result<usize, Error> {
        let list = key::reviews(movie);
        let Page { items, .. } = self.page(LISTED, &list, BATCH, None).await?;
        if items.is_empty() {
            return Ok(0);
        }
        let writes = self.removal(movie, &items);
        Ok(match self.tables.transact(writes).await? {
            Transaction::Committed => items.len(),
            // One of them has changed since it was read.
            Transaction::Refused { .. } => 0,
        })
    }

    /// Deletes some of a user's reviews, each with its movie's rating; how many.
    pub async fn remove_some_of(&self, username: &str) -> Result<usize, Error> {
        let Page { items, .. } = self.page(BY_REVIEWER, username, BATCH, None).await?;
        let mut removed = 0;
        for review in items {
            match self.remove(review.movie, username).await {
                Ok(()) => removed += 1,
                // Somebody else was faster.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }
}
