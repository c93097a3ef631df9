//! What is stored of a movie.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Genre, key};

/// What editors say of a movie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The title.
    pub title: String,
    /// The year of the first showing, 1888 to 2100.
    pub year: i64,
    /// Its kinds, all different.
    pub genres: Vec<Genre>,
    /// Who directed it.
    pub directors: Vec<String>,
    /// How long it runs.
    pub minutes: i64,
    /// What it is about.
    pub description: String,
}

/// A movie as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Movie {
    /// The key.
    pub movie_id: Uuid,
    /// The list of all movies; none once it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// What editors say.
    #[serde(flatten)]
    pub facts: Facts,
    /// The sum of its ratings and how many there are: whole numbers, so that their average is exact.
    pub rating_sum: i64,
    /// How many reviews it has.
    pub rating_count: i64,
    /// Grows by one with every change by an editor.
    pub version: i64,
    /// Whether it is on its way out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When an editor changed it last.
    pub updated_at: DateTime<Utc>,
}

impl Movie {
    /// A new one without any rating.
    pub(super) fn new(facts: Facts, now: DateTime<Utc>) -> Self {
        let id = Uuid::now_v7();
        Self {
            movie_id: id,
            list: Some(key::MOVIES.to_owned()),
            place: Some(key::place(facts.year, id)),
            facts,
            rating_sum: 0,
            rating_count: 0,
            version: 1,
            deleted: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// The average of the ratings to two decimals, halves up; none without a rating.
    pub fn average(&self) -> Option<f64> {
        let (sum, count) = (self.rating_sum, self.rating_count);
        (count > 0).then(|| ((200 * sum + count) / (2 * count)) as f64 / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_is_rounded_to_two_decimals() {
        let facts = Facts {
            title: "Metropolis".to_owned(),
            year: 1927,
            genres: vec![Genre::Drama],
            directors: Vec::new(),
            minutes: 153,
            description: String::new(),
        };
        let mut movie = Movie::new(facts, Utc::now());
        assert_eq!(movie.average(), None);
        for (sum, count, average) in [(8, 1, 8.0), (25, 3, 8.33), (26, 3, 8.67), (1005, 200, 5.03)]
        {
            (movie.rating_sum, movie.rating_count) = (sum, count);
            assert_eq!(movie.average(), Some(average), "{sum} of {count}");
        }
    }
}
