//! Workouts, as the database has them.

use chrono::{DateTime, Utc};
use sqlx::query_as;

use crate::contract::types::{Workout, WorkoutInput};
use crate::database::{Database, DatabaseError};
use crate::page::{Page, Window};

struct Row {
    id: i64,
    user_id: i64,
    title: String,
    activity: String,
    started_at: DateTime<Utc>,
    duration_minutes: i32,
    distance_km: Option<f64>,
    calories: Option<i32>,
    notes: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Workout {
    type Error = DatabaseError;

    fn try_from(row: Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            title: row.title,
            activity: choice(&row.activity)?,
            started_at: row.started_at.into(),
            duration_minutes: row.duration_minutes,
            distance_km: row.distance_km,
            calories: row.calories,
            notes: row.notes,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// A value of one of the contract's enumerations, which the table's constraint repeats.
pub(crate) fn choice<T: std::str::FromStr>(text: &str) -> Result<T, DatabaseError> {
    text.parse().map_err(|_| {
        DatabaseError::Internal(format!(
            "the database has {text:?}, which the contract does not know"
        ))
    })
}

/// A row of a list, or of an empty one.
struct Listed {
    known: bool,
    total: i64,
    id: Option<i64>,
    title: Option<String>,
    activity: Option<String>,
    started_at: Option<DateTime<Utc>>,
    duration_minutes: Option<i32>,
    distance_km: Option<f64>,
    calories: Option<i32>,
    notes: Option<String>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
}

impl Listed {
    fn row(self, user_id: i64) -> Option<Row> {
        Some(Row {
            id: self.id?,
            user_id,
            title: self.title?,
            activity: self.activity?,
            started_at: self.started_at?,
            duration_minutes: self.duration_minutes?,
            distance_km: self.distance_km,
            calories: self.calories,
            notes: self.notes,
            created_at: self.created_at?,
            updated_at: self.updated_at?,
        })
    }
}

/// A user's workouts, the latest first; none if there is no such user.
///
/// # Errors
///
/// Those of the database.
pub async fn list(
    database: &Database,
    user_id: i64,
    window: Window,
) -> Result<Option<Page<Workout>>, DatabaseError> {
    let rows = database
        .run(|session| {
            query_as!(
                Listed,
                r#"WITH page AS (
                    SELECT * FROM workouts WHERE user_id = $1
                    ORDER BY started_at DESC, id DESC LIMIT $2 OFFSET $3
                )
                SELECT EXISTS (SELECT FROM users WHERE users.id = $1) AS "known!", total AS "total!",
                    id AS "id?", title AS "title?", activity AS "activity?", started_at AS "started_at?",
                    duration_minutes AS "duration_minutes?", distance_km::float8 AS "distance_km?", calories AS "calories?",
                    notes AS "notes?", created_at AS "created_at?", updated_at AS "updated_at?"
                FROM (SELECT count(*) AS total FROM workouts WHERE user_id = $1) AS counted LEFT JOIN page ON true
                ORDER BY page.started_at DESC, page.id DESC"#,
                user_id,
                window.limit,
                window.offset,
            )
            .fetch_all(session)
        })
        .await?;
    let Some(total) = rows.first().filter(|row| row.known).map(|row| row.total) else {
        return Ok(None);
    };
    let rows = rows.into_iter().filter_map(|row| row.row(user_id));
    let items = rows.map(Workout::try_from).collect::<Result<_, _>>()?;
    Ok(Some(Page { items, total }))
}

/// Makes a workout.
///
/// # Errors
///
/// [`DatabaseError::Orphaned`] if there is no such user, and those of the database.
pub async fn create(
    database: &Database,
    user_id: i64,
    input: &WorkoutInput,
) -> Result<Workout, DatabaseError> {
    let optional = Optional::of(input);
    let row = database
        .run(|session| {
            query_as!(
                Row,
                r#"INSERT INTO workouts
                    (user_id, title, activity, started_at, duration_minutes, distance_km, calories, notes)
                VALUES ($1, $2, $3, $4, $5, $6::float8, $7, $8)
                RETURNING id, user_id, title, activity, started_at, duration_minutes,
                    distance_km::float8 AS distance_km, calories, notes, created_at, updated_at"#,
                user_id,
                input.title,
                input.activity.as_str(),
                *input.started_at,
                input.duration_minutes,
                optional.distance_km,
                optional.calories,
                optional.notes,
            )
            .fetch_one(session)
        })
        .await?;
    row.try_into()
}

/// What may be left out of a workout or be null, which is the same.
struct Optional<'i> {
    distance_km: Option<f64>,
    calories: Option<i32>,
    notes: Option<&'i String>,
}

impl<'i> Optional<'i> {
    fn of(input: &'i WorkoutInput) -> Self {
        Self {
            distance_km: input.distance_km.value(),
            calories: input.calories.value(),
            notes: input.notes.as_ref().value(),
        }
    }
}

/// A user's workout, if there is one.
///
/// # Errors
///
/// Those of the database.
pub async fn get(
    database: &Database,
    user_id: i64,
    id: i64,
) -> Result<Option<Workout>, DatabaseError> {
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "SELECT id, user_id, title, activity, started_at, duration_minutes, distance_km::float8 AS distance_km,
                    calories, notes, created_at, updated_at
                FROM workouts WHERE id = $1 AND user_id = $2",
                id,
                user_id,
            )
            .fetch_optional(session)
        })
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Gives a user's workout, if there is one, other data.
///
/// # Errors
///
/// Those of the database.
pub async fn update(
    database: &Database,
    user_id: i64,
    id: i64,
    input: &WorkoutInput,
) -> Result<Option<Workout>, DatabaseError> {
    let optional = Optional::of(input);
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "UPDATE workouts SET title = $3, activity = $4, started_at = $5, duration_minutes = $6,
                    distance_km = $7::float8, calories = $8, notes = $9, updated_at = now()
                WHERE id = $1 AND user_id = $2
                RETURNING id, user_id, title, activity, started_at, duration_minutes,
                    distance_km::float8 AS distance_km, calories, notes, created_at, updated_at",
                id,
                user_id,
                input.title,
                input.activity.as_str(),
                *input.started_at,
                input.duration_minutes,
                optional.distance_km,
                optional.calories,
                optional.notes,
            )
            .fetch_optional(session)
        })
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Deletes a user's workout. Whether there was one.
///
/// # Errors
///
/// Those of the database.
pub async fn delete(database: &Database, user_id: i64, id: i64) -> Result<bool, DatabaseError> {
    let done = database
        .run(|session| {
            sqlx::query!(
                "DELETE FROM workouts WHERE id = $1 AND user_id = $2",
                id,
                user_id
            )
            .execute(session)
        })
        .await?;
    Ok(done.rows_affected() > 0)
}
