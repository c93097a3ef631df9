//! The catalogue.

use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::Transaction;
use uuid::Uuid;

use super::genres::entries;
use super::key::{self, fits_movies};
use super::{Facts, Genre, Movie, Reviews};
use crate::error::Error;
use crate::table::cursor::Position;
use crate::table::definition::LISTED;
use crate::table::{Consistency, Page, Query, Tables};

/// That a movie is there and not about to go.
pub(super) const PRESENT: &str = "attribute_exists(#movieId) AND attribute_not_exists(#deleted)";

const STALE: &str =
    "Somebody else has changed the movie since you read it; read it again and repeat the change.";

/// The catalogue.
#[derive(Debug)]
pub struct Movies {
    pub(super) tables: Tables,
    pub(super) reviews: Reviews,
    clock: Clock,
}

/// Which movies to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only this genre.
    pub genre: Option<Genre>,
    /// Only this year.
    pub year: Option<i64>,
}

impl Movies {
    /// The catalogue in these tables.
    pub fn new(tables: Tables, reviews: Reviews, clock: Clock) -> Self {
        Self {
            tables,
            reviews,
            clock,
        }
    }

    /// A movie that was not deleted.
    pub async fn get(&self, id: Uuid, consistency: Consistency) -> Result<Movie, Error> {
        let movie: Option<Movie> = self.tables.movies.get(&key::movie(id), consistency).await?;
        movie.filter(|movie| !movie.deleted).ok_or(Error::NotFound)
    }

    /// A page of movies, latest year first: a Query of keys and a BatchGetItem. One that is deleted in between is left out.
    pub async fn list(
        &self,
        filter: Filter,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Movie>, Error> {
        let Filter { genre, year } = filter;
        let after = Position::read(cursor, |position| fits_movies(position, genre, year))?;
        let list = genre.map_or_else(|| key::MOVIES.to_owned(), key::genre_list);
        let prefix = year.map(|year| format!("{year:04}#")).unwrap_or_default();
        let query = Query {
            index: LISTED,
            partition: &list,
            prefix: &prefix,
            after,
            limit,
        };
        let page = self.tables.movies.keys(query).await?;
        let ids: Vec<String> = page
            .items
            .iter()
            .filter_map(|key| key::movie_of(key))
            .map(key::movie)
            .collect();
        let mut movies: Vec<Movie> = self.tables.movies.get_many(&ids).await?;
        movies.retain(|movie| !movie.deleted);
        Ok(page.with(movies))
    }

    /// Adds a movie to the catalogue and to the lists of its genres.
    pub async fn create(&self, facts: Facts) -> Result<Movie, Error> {
        let movie = Movie::new(facts, self.clock.now());
        let table = &self.tables.movies;
        let genres = (movie.facts.year, movie.facts.genres.as_slice());
        let put = table.put(&movie)?.when("attribute_not_exists(#movieId)");
        let mut writes = vec![put];
        writes.extend(entries(table, movie.movie_id, None, Some(genres))?);
        match self.tables.transact(writes).await? {
            Transaction::Committed => Ok(movie),
            Transaction::Refused { .. } => {
                Err(Error::Internal("a new movie's id is taken".to_owned()))
            }
        }
    }

    /// Replaces what editors say of a movie, if it still has the version that they read. Ratings are left alone.
    pub async fn update(&self, id: Uuid, facts: Facts, version: i64) -> Result<Movie, Error> {
        let mut movie = self.get(id, Consistency::Strong).await?;
        if movie.version != version {
            return Err(Error::Conflict(STALE));
        }
        let now = self.clock.now();
        let genres: Vec<&str> = facts.genres.iter().map(|genre| genre.as_str()).collect();
        let directors: Vec<&str> = facts.directors.iter().map(String::as_str).collect();
        let changes = "SET #title = :title, #year = :year, #genres = :genres, #directors = :directors, \
                       #minutes = :minutes, #description = :description, #place = :place, #updatedAt = :now, \
                       #version = :next";
        let table = &self.tables.movies;
        let update = table
            .update(&key::movie(id), changes)
            .when(format!("{PRESENT} AND #version = :version"))
            .with(":title", facts.title.as_str())
            .with(":year", facts.year)
            .with(":genres", genres)
            .with(":directors", directors)
            .with(":minutes", facts.minutes)
            .with(":description", facts.description.as_str())
            .with(":place", key::place(facts.year, id).as_str())
            .with(":now", crate::table::time(now).as_str())
            .with(":next", version + 1)
            .with(":version", version);
        let mut writes = vec![update];
        let before = (movie.facts.year, movie.facts.genres.as_slice());
        let after = (facts.year, facts.genres.as_slice());
        writes.extend(entries(table, id, Some(before), Some(after))?);
        match self.tables.transact(writes).await? {
            Transaction::Committed => {
                movie.facts = facts;
                movie.version = version + 1;
                movie.updated_at = now;
                Ok(movie)
            }
            Transaction::Refused { .. } => Err(Error::Conflict(STALE)),
        }
    }
}
