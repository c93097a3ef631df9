//! What is stored of an account.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::stamp;

/// What a user may do; each may what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reviews movies.
    User,
    /// Writes the catalogue, and moderates reviews.
    Editor,
    /// Administers users.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::User, Self::Editor, Self::Admin];

    /// The name in the contract and in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

/// An account as stored. One that is deleted keeps its username until its reviews are gone, and nothing else.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The key.
    pub username: String,
    /// What others see.
    pub name: String,
    /// None once it is deleted, which takes it out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// argon2id's PHC string, or bcrypt's of an account that was brought along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// What its tokens carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// How many reviews it has written; exact, so that its end knows when it is done.
    #[serde(default)]
    pub reviews: i64,
    /// Whether it is on its way out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its user or an admin changed it last.
    pub updated_at: DateTime<Utc>,
}

impl Account {
    /// A new one.
    pub(super) fn new(
        username: &str,
        name: &str,
        role: Role,
        password_hash: String,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            username: username.to_owned(),
            name: name.to_owned(),
            role: Some(role),
            password_hash: Some(password_hash),
            stamp: Some(stamp()),
            reviews: 0,
            deleted: false,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Leaves the hash out.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("username", &self.username)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// An account as the index by role has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The key.
    pub username: String,
    /// What others see.
    pub name: String,
    /// The role.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its user or an admin changed it last.
    pub updated_at: DateTime<Utc>,
}
