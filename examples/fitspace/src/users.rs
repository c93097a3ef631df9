//! Users, as the database has them.

use chrono::{DateTime, Utc};
use sqlx::query_as;

use crate::contract::types::{User, UserInput};
use crate::database::{Database, DatabaseError};
use crate::page::{Page, Window, literal};

/// The index that keeps two users from having one email address.
pub const EMAIL_TAKEN: &str = "users_email_taken";

struct Row {
    id: i64,
    name: String,
    email: String,
    phone: Option<String>,
    bio: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            bio: row.bio,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A row of a list, or of an empty one: then it says the total alone.
struct Listed {
    total: i64,
    id: Option<i64>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    bio: Option<String>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
}

impl Listed {
    fn user(self) -> Option<User> {
        Some(User {
            id: self.id?,
            name: self.name?,
            email: self.email?,
            phone: self.phone,
            bio: self.bio,
            created_at: self.created_at?.into(),
            updated_at: self.updated_at?.into(),
        })
    }
}

fn page(rows: Vec<Listed>) -> Page<User> {
    Page {
        total: rows.first().map_or(0, |row| row.total),
        items: rows.into_iter().filter_map(Listed::user).collect(),
    }
}

/// Users in the order in which they were created; those alone that a text occurs in, if there is one.
///
/// # Errors
///
/// Those of the database.
pub async fn list(
    database: &Database,
    search: Option<&str>,
    window: Window,
) -> Result<Page<User>, DatabaseError> {
    let pattern = search.map(|text| format!("%{}%", literal(text)));
    let rows = database
        .run(|session| {
            query_as!(
                Listed,
                r#"WITH page AS (
                    SELECT * FROM users
                    WHERE $1::text IS NULL OR name ILIKE $1 OR email ILIKE $1
                    ORDER BY id LIMIT $2 OFFSET $3
                )
                SELECT total AS "total!", id AS "id?", name AS "name?", email AS "email?", phone AS "phone?", bio AS "bio?",
                    created_at AS "created_at?", updated_at AS "updated_at?"
                FROM (
                    SELECT count(*) AS total FROM users
                    WHERE $1::text IS NULL OR name ILIKE $1 OR email ILIKE $1
                ) AS counted LEFT JOIN page ON true
                ORDER BY id"#,
                pattern.as_deref(),
                window.limit,
                window.offset,
            )
            .fetch_all(session)
        })
        .await?;
    Ok(page(rows))
}

/// Users whose name or email address contains a text; names that begin with it first.
///
/// # Errors
///
/// Those of the database.
pub async fn search(
    database: &Database,
    text: &str,
    window: Window,
) -> Result<Page<User>, DatabaseError> {
    let start = format!("{}%", literal(text));
    let pattern = format!("%{start}");
    let rows = database
        .run(|session| {
            query_as!(
                Listed,
                r#"WITH page AS (
                    SELECT * FROM users WHERE name ILIKE $1 OR email ILIKE $1
                    ORDER BY (name ILIKE $2) DESC, lower(name), id LIMIT $3 OFFSET $4
                )
                SELECT total AS "total!", id AS "id?", name AS "name?", email AS "email?", phone AS "phone?", bio AS "bio?",
                    created_at AS "created_at?", updated_at AS "updated_at?"
                FROM (SELECT count(*) AS total FROM users WHERE name ILIKE $1 OR email ILIKE $1) AS counted
                    LEFT JOIN page ON true
                ORDER BY (name ILIKE $2) DESC, lower(name), id"#,
                pattern,
                start,
                window.limit,
                window.offset,
            )
            .fetch_all(session)
        })
        .await?;
    Ok(page(rows))
}

/// Makes a user.
///
/// # Errors
///
/// [`DatabaseError::Taken`] with [`EMAIL_TAKEN`], and those of the database.
pub async fn create(database: &Database, input: &UserInput) -> Result<User, DatabaseError> {
    let (phone, bio) = (input.phone.as_ref().value(), input.bio.as_ref().value());
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "INSERT INTO users (name, email, phone, bio) VALUES ($1, $2, $3, $4)
                RETURNING id, name, email, phone, bio, created_at, updated_at",
                input.name,
                input.email,
                phone,
                bio,
            )
            .fetch_one(session)
        })
        .await?;
    Ok(row.into())
}

/// A user, if there is one.
///
/// # Errors
///
/// Those of the database.
pub async fn get(database: &Database, id: i64) -> Result<Option<User>, DatabaseError> {
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "SELECT id, name, email, phone, bio, created_at, updated_at FROM users WHERE id = $1",
                id,
            )
            .fetch_optional(session)
        })
        .await?;
    Ok(row.map(Into::into))
}

/// Gives a user, if there is one, other data.
///
/// # Errors
///
/// [`DatabaseError::Taken`] with [`EMAIL_TAKEN`], and those of the database.
pub async fn update(
    database: &Database,
    id: i64,
    input: &UserInput,
) -> Result<Option<User>, DatabaseError> {
    let (phone, bio) = (input.phone.as_ref().value(), input.bio.as_ref().value());
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "UPDATE users SET name = $2, email = $3, phone = $4, bio = $5, updated_at = now() WHERE id = $1
                RETURNING id, name, email, phone, bio, created_at, updated_at",
                id,
                input.name,
                input.email,
                phone,
                bio,
            )
            .fetch_optional(session)
        })
        .await?;
    Ok(row.map(Into::into))
}

/// Deletes a user with everything that is the user's. Whether there was one.
///
/// # Errors
///
/// Those of the database.
pub async fn delete(database: &Database, id: i64) -> Result<bool, DatabaseError> {
    let done = database
        .run(|session| sqlx::query!("DELETE FROM users WHERE id = $1", id).execute(session))
        .await?;
    Ok(done.rows_affected() > 0)
}
