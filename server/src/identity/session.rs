//! Users and their sessions.

use std::fmt;

use contract_runtime::security::Principal;
use serde_json::Value;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
    /// What everybody may.
    Public,
}

/// The role's name in the claim `custom:role` and in the contract's `x-required-role`.
pub const OWNER_ROLE: &str = "owner";

/// A user, as a token describes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The subject (`sub`); a UUID with both providers.
    pub id: String,
    /// The email address; empty if the token has none.
    pub email: String,
    /// The name; the email address if the token has none.
    pub name: String,
    /// What the user may do.
    pub role: Role,
}

impl User {
    /// The user of a verified token.
    pub fn of(principal: &Principal) -> Self {
        let claim = |name: &str| {
            principal
                .claims
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let email = claim("email").unwrap_or_default();
        Self {
            id: principal.subject.clone(),
            email: email.to_owned(),
            name: claim("name").unwrap_or(email).to_owned(),
            role: if principal.has_role(OWNER_ROLE) {
                Role::Owner
            } else {
                Role::Public
            },
        }
    }
}

/// A session that was started or continued. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose session it is.
    pub user: User,
    /// The ID token, a JWT.
    pub token: String,
    /// Seconds until the token ends.
    pub expires_in: u32,
    /// What the session is continued with, once.
    pub refresh_token: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}
