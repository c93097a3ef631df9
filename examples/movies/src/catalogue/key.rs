//! Keys, lists and places of the movies' table.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use super::Genre;
use crate::table::cursor::Position;

/// The list of all movies.
pub(super) const MOVIES: &str = "movies";

pub(super) fn movie(id: Uuid) -> String {
    id.to_string()
}

pub(super) fn genre(id: Uuid, genre: Genre) -> String {
    format!("{id}#genre#{}", genre.as_str())
}

pub(super) fn genre_list(genre: Genre) -> String {
    format!("genre#{}", genre.as_str())
}

/// Where a movie stands in its lists: by year, then by id, which grows with the time of creation. A year has four digits.
pub(super) fn place(year: i64, id: Uuid) -> String {
    format!("{year:04}#{id}")
}

pub(super) fn review(movie: Uuid, username: &str) -> String {
    format!("{movie}#review#{username}")
}

pub(super) fn reviews(movie: Uuid) -> String {
    format!("reviews#{movie}")
}

/// Where a review stands in its lists: by time, in fixed width.
pub(super) fn review_place(time: DateTime<Utc>, username: &str) -> String {
    let time = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{time}#{username}")
}

/// The id of the movie that an item of a list of movies stands for.
pub(super) fn movie_of(key: &str) -> Option<Uuid> {
    let id = key.split_once('#').map_or(key, |(id, _)| id);
    // The canonical text alone: DynamoDB compares texts.
    let parsed = Uuid::try_parse(id).ok()?;
    (parsed.to_string() == id).then_some(parsed)
}

/// Whether a position can be one of the list of all movies, or of a genre, in a year if one is asked for.
pub(super) fn fits_movies(position: &Position, wanted: Option<Genre>, year: Option<i64>) -> bool {
    let Some((place_year, id)) = position.place.split_once('#') else {
        return false;
    };
    let (Ok(place_year), Some(id)) = (place_year.parse::<i64>(), movie_of(id)) else {
        return false;
    };
    let key = wanted.map_or_else(|| movie(id), |wanted| genre(id, wanted));
    year.is_none_or(|year| year == place_year)
        && position.place == place(place_year, id)
        && position.key == key
}

/// Whether a position can be one of a list of reviews: of a movie, or of a user.
pub(super) fn fits_reviews(
    position: &Position,
    wanted: Option<Uuid>,
    reviewer: Option<&str>,
) -> bool {
    let Some((time, username)) = position.place.split_once('#') else {
        return false;
    };
    let (Ok(time), Some(movie)) = (time.parse::<DateTime<Utc>>(), movie_of(&position.key)) else {
        return false;
    };
    wanted.is_none_or(|wanted| wanted == movie)
        && reviewer.is_none_or(|reviewer| reviewer == username)
        && position.place == review_place(time, username)
        && position.key == review(movie, username)
}
