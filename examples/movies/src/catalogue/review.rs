//! What is stored of a review.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::key;

/// A review as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// The key: `ID#review#USERNAME`.
    pub(super) movie_id: String,
    /// The list of its movie's reviews.
    list: String,
    /// Where it stands there and among its user's.
    place: String,
    /// Which movie it is about.
    pub movie: Uuid,
    /// Who wrote it.
    pub reviewer: String,
    /// From 1 to 10.
    pub rating: i64,
    /// Why; may be empty.
    pub text: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When its user changed it last.
    pub updated_at: DateTime<Utc>,
}

impl Review {
    /// What a user says now; `created_at` is that of the review that it replaces, if there is one.
    pub(super) fn new(
        movie: Uuid,
        reviewer: &str,
        rating: i64,
        text: &str,
        created_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            movie_id: key::review(movie, reviewer),
            list: key::reviews(movie),
            place: key::review_place(now, reviewer),
            movie,
            reviewer: reviewer.to_owned(),
            rating,
            text: text.to_owned(),
            created_at: created_at.unwrap_or(now),
            updated_at: now,
        }
    }
}
