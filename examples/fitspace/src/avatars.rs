//! Avatars, as the database has them.

mod row;

use sqlx::query_as;

use self::row::{Listed, Row};
use crate::contract::types::{Avatar, AvatarCreate, AvatarUpdate};
use crate::database::{Database, DatabaseError};
use crate::page::{Page, Window};

/// A user's avatars in the order in which they were created; none if there is no such user.
///
/// # Errors
///
/// Those of the database.
pub async fn list(
    database: &Database,
    user_id: i64,
    window: Window,
) -> Result<Option<Page<Avatar>>, DatabaseError> {
    let rows = database
        .run(|session| {
            query_as!(
                Listed,
                r#"WITH page AS (SELECT * FROM avatars WHERE user_id = $1 ORDER BY id LIMIT $2 OFFSET $3)
                SELECT EXISTS (SELECT FROM users WHERE users.id = $1) AS "known!", total AS "total!",
                    id AS "id?", display_name AS "display_name?", age AS "age?", gender AS "gender?",
                    height_cm::float8 AS "height_cm?", weight_kg::float8 AS "weight_kg?",
                    body_fat_percent::float8 AS "body_fat_percent?", neck_cm::float8 AS "neck_cm?",
                    chest_cm::float8 AS "chest_cm?", waist_cm::float8 AS "waist_cm?", hips_cm::float8 AS "hips_cm?",
                    upper_arm_cm::float8 AS "upper_arm_cm?", thigh_cm::float8 AS "thigh_cm?", notes AS "notes?",
                    created_at AS "created_at?", updated_at AS "updated_at?"
                FROM (SELECT count(*) AS total FROM avatars WHERE user_id = $1) AS counted LEFT JOIN page ON true
                ORDER BY page.id"#,
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
    let items = rows.map(Avatar::try_from).collect::<Result<_, _>>()?;
    Ok(Some(Page { items, total }))
}

/// Makes an avatar. What is left out was not measured.
///
/// # Errors
///
/// [`DatabaseError::Orphaned`] if there is no such user, and those of the database.
pub async fn create(
    database: &Database,
    user_id: i64,
    input: &AvatarCreate,
) -> Result<Avatar, DatabaseError> {
    let measures = row::json(input)?;
    let row = database
        .run(|session| {
            query_as!(
                Row,
                r#"INSERT INTO avatars (user_id, display_name, age, gender, height_cm, weight_kg, body_fat_percent, neck_cm,
                    chest_cm, waist_cm, hips_cm, upper_arm_cm, thigh_cm, notes)
                SELECT $1, display_name, age, gender, height_cm, weight_kg, body_fat_percent, neck_cm,
                    chest_cm, waist_cm, hips_cm, upper_arm_cm, thigh_cm, notes
                FROM jsonb_populate_record(NULL::avatars, $2)
                RETURNING id, user_id, display_name, age, gender, height_cm::float8 AS height_cm,
                    weight_kg::float8 AS weight_kg, body_fat_percent::float8 AS body_fat_percent, neck_cm::float8 AS neck_cm,
                    chest_cm::float8 AS chest_cm, waist_cm::float8 AS waist_cm, hips_cm::float8 AS hips_cm,
                    upper_arm_cm::float8 AS upper_arm_cm, thigh_cm::float8 AS thigh_cm, notes, created_at, updated_at"#,
                user_id,
                measures,
            )
            .fetch_one(session)
        })
        .await?;
    row.try_into()
}

/// A user's avatar, if there is one.
///
/// # Errors
///
/// Those of the database.
pub async fn get(
    database: &Database,
    user_id: i64,
    id: i64,
) -> Result<Option<Avatar>, DatabaseError> {
    let row = database
        .run(|session| {
            query_as!(
                Row,
                "SELECT id, user_id, display_name, age, gender, height_cm::float8 AS height_cm,
                    weight_kg::float8 AS weight_kg, body_fat_percent::float8 AS body_fat_percent, neck_cm::float8 AS neck_cm,
                    chest_cm::float8 AS chest_cm, waist_cm::float8 AS waist_cm, hips_cm::float8 AS hips_cm,
                    upper_arm_cm::float8 AS upper_arm_cm, thigh_cm::float8 AS thigh_cm, notes, created_at, updated_at
                FROM avatars WHERE id = $1 AND user_id = $2",
                id,
                user_id,
            )
            .fetch_optional(session)
        })
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Applies a merge patch (RFC 7396) to a user's avatar, if there is one: what is absent stays, what is null goes.
///
/// The database does the merging, in the statement that writes: two patches of different measurements at the same time
/// both hold.
///
/// # Errors
///
/// Those of the database.
pub async fn update(
    database: &Database,
    user_id: i64,
    id: i64,
    patch: &AvatarUpdate,
) -> Result<Option<Avatar>, DatabaseError> {
    let patch = row::json(patch)?;
    let row = database
        .run(|session| {
            query_as!(
                Row,
                r#"UPDATE avatars SET (display_name, age, gender, height_cm, weight_kg, body_fat_percent, neck_cm,
                    chest_cm, waist_cm, hips_cm, upper_arm_cm, thigh_cm, notes, updated_at) = (
                    SELECT display_name, age, gender, height_cm, weight_kg, body_fat_percent, neck_cm,
                        chest_cm, waist_cm, hips_cm, upper_arm_cm, thigh_cm, notes, now()
                    FROM jsonb_populate_record(avatars, $3)
                )
                WHERE id = $1 AND user_id = $2
                RETURNING id, user_id, display_name, age, gender, height_cm::float8 AS height_cm,
                    weight_kg::float8 AS weight_kg, body_fat_percent::float8 AS body_fat_percent, neck_cm::float8 AS neck_cm,
                    chest_cm::float8 AS chest_cm, waist_cm::float8 AS waist_cm, hips_cm::float8 AS hips_cm,
                    upper_arm_cm::float8 AS upper_arm_cm, thigh_cm::float8 AS thigh_cm, notes, created_at, updated_at"#,
                id,
                user_id,
                patch,
            )
            .fetch_optional(session)
        })
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Deletes a user's avatar. Whether there was one.
///
/// # Errors
///
/// Those of the database.
pub async fn delete(database: &Database, user_id: i64, id: i64) -> Result<bool, DatabaseError> {
    let done = database
        .run(|session| {
            sqlx::query!(
                "DELETE FROM avatars WHERE id = $1 AND user_id = $2",
                id,
                user_id
            )
            .execute(session)
        })
        .await?;
    Ok(done.rows_affected() > 0)
}
