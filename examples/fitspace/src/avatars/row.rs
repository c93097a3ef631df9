//! Rows of the table of avatars.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::contract::types::Avatar;
use crate::database::DatabaseError;
use crate::workouts::choice;

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) user_id: i64,
    pub(super) display_name: String,
    pub(super) age: Option<i32>,
    pub(super) gender: Option<String>,
    pub(super) height_cm: Option<f64>,
    pub(super) weight_kg: Option<f64>,
    pub(super) body_fat_percent: Option<f64>,
    pub(super) neck_cm: Option<f64>,
    pub(super) chest_cm: Option<f64>,
    pub(super) waist_cm: Option<f64>,
    pub(super) hips_cm: Option<f64>,
    pub(super) upper_arm_cm: Option<f64>,
    pub(super) thigh_cm: Option<f64>,
    pub(super) notes: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Avatar {
    type Error = DatabaseError;

    fn try_from(row: Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            display_name: row.display_name,
            age: row.age,
            gender: row.gender.as_deref().map(choice).transpose()?,
            height_cm: row.height_cm,
            weight_kg: row.weight_kg,
            body_fat_percent: row.body_fat_percent,
            neck_cm: row.neck_cm,
            chest_cm: row.chest_cm,
            waist_cm: row.waist_cm,
            hips_cm: row.hips_cm,
            upper_arm_cm: row.upper_arm_cm,
            thigh_cm: row.thigh_cm,
            notes: row.notes,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// A row of a list, or of an empty one.
pub(super) struct Listed {
    pub(super) known: bool,
    pub(super) total: i64,
    pub(super) id: Option<i64>,
    pub(super) display_name: Option<String>,
    pub(super) age: Option<i32>,
    pub(super) gender: Option<String>,
    pub(super) height_cm: Option<f64>,
    pub(super) weight_kg: Option<f64>,
    pub(super) body_fat_percent: Option<f64>,
    pub(super) neck_cm: Option<f64>,
    pub(super) chest_cm: Option<f64>,
    pub(super) waist_cm: Option<f64>,
    pub(super) hips_cm: Option<f64>,
    pub(super) upper_arm_cm: Option<f64>,
    pub(super) thigh_cm: Option<f64>,
    pub(super) notes: Option<String>,
    pub(super) created_at: Option<DateTime<Utc>>,
    pub(super) updated_at: Option<DateTime<Utc>>,
}

impl Listed {
    pub(super) fn row(self, user_id: i64) -> Option<Row> {
        Some(Row {
            id: self.id?,
            user_id,
            display_name: self.display_name?,
            age: self.age,
            gender: self.gender,
            height_cm: self.height_cm,
            weight_kg: self.weight_kg,
            body_fat_percent: self.body_fat_percent,
            neck_cm: self.neck_cm,
            chest_cm: self.chest_cm,
            waist_cm: self.waist_cm,
            hips_cm: self.hips_cm,
            upper_arm_cm: self.upper_arm_cm,
            thigh_cm: self.thigh_cm,
            notes: self.notes,
            created_at: self.created_at?,
            updated_at: self.updated_at?,
        })
    }
}

/// Measurements for jsonb_populate_record: the contract's names are the columns' names, and its bodies have no others.
pub(super) fn json(measurements: &impl Serialize) -> Result<serde_json::Value, DatabaseError> {
    serde_json::to_value(measurements).map_err(|error| DatabaseError::Internal(error.to_string()))
}
