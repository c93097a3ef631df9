//! What is remembered of the owner: a stable id, the password's hash, the signing key.

use std::fmt;

use contract_runtime::password::{self, Hasher};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identity::{IdentityError, Secret};
use crate::table::{Condition, Consistency, Key, Outcome, Table};
use contract_runtime::security::signing_key;

/// Where the owner's password comes from, for the banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// Made just now; this is the only time it can be shown.
    Generated(Secret),
    /// The settings say it.
    Settings,
    /// Stored by an earlier start; the settings say none.
    Kept,
}

/// The owner as stored. Email address and name are not: they are the settings'.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StoredOwner {
    pub(super) subject: Uuid,
    pub(super) password_hash: String,
    /// Grows with every new password. Refresh tokens of an older generation are worth nothing.
    pub(super) generation: u32,
    pub(super) signing_key: String,
}

impl StoredOwner {
    /// Reads the owner, made on the first start; a password in the settings that is not the stored one replaces it. The
    /// signing key is replaced with it, so that tokens given out for the old password end too.
    pub(super) async fn load(
        table: &Table,
        hasher: &Hasher,
        password: Option<&Secret>,
    ) -> Result<(Self, PasswordOrigin), IdentityError> {
        let key = Key::new("OWNER", "OWNER");
        let stored: Option<Self> = table.get(&key, Consistency::Strong).await?;
        let (condition, origin, password) = match (&stored, password) {
            (None, None) => {
                let generated = Secret::new(password::generate());
                (
                    Condition::Absent,
                    PasswordOrigin::Generated(generated.clone()),
                    generated,
                )
            }
            (None, Some(password)) => (
                Condition::Absent,
                PasswordOrigin::Settings,
                password.clone(),
            ),
            (Some(_), None) => {
                return stored
                    .map(|owner| (owner, PasswordOrigin::Kept))
                    .ok_or_else(raced);
            }
            (Some(owner), Some(password)) => {
                if hasher
                    .verify(password.reveal(), &owner.password_hash)
                    .await?
                {
                    return stored
                        .map(|owner| (owner, PasswordOrigin::Settings))
                        .ok_or_else(raced);
                }
                let unchanged = Condition::equals("Generation", i64::from(owner.generation));
                (unchanged, PasswordOrigin::Settings, password.clone())
            }
        };
        let owner = Self {
            subject: stored
                .as_ref()
                .map_or_else(Uuid::new_v4, |owner| owner.subject),
            password_hash: hasher.hash(password.reveal()).await?,
            generation: stored.as_ref().map_or(1, |owner| owner.generation + 1),
            signing_key: signing_key::generate()?,
        };
        match table.put(&key, &owner, condition).await? {
            Outcome::Written => Ok((owner, origin)),
            Outcome::Refused => Err(raced()),
        }
    }
}

fn raced() -> IdentityError {
    IdentityError::Internal(
        "another process changed the owner's password at the same time".to_owned(),
    )
}

impl fmt::Debug for StoredOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredOwner")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
