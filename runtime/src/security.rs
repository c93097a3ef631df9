//! Who makes a request: principals, why a credential is refused, and the verification of JWTs.

pub mod crypto;
pub mod jwks;
pub mod jwt;

#[cfg(feature = "remote-keys")]
pub mod remote;
#[cfg(feature = "signing-key")]
pub mod signing_key;
#[cfg(feature = "secrets")]
pub mod symmetric;
#[cfg(feature = "remote-keys")]
pub mod user_pool;

mod cached;

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// Who makes a request, as a verified token says.
#[derive(Clone, PartialEq)]
pub struct Principal {
    /// The subject's stable id (`sub`).
    pub subject: String,
    /// The session that the token belongs to: `origin_jti`, which tokens refreshed from one login share,
    /// else the token's own `jti`.
    pub session: String,
    /// The roles that the token grants.
    pub roles: Vec<String>,
    /// Every claim of the token.
    pub claims: Map<String, Value>,
    /// When the token was issued (`iat`).
    pub issued_at: DateTime<Utc>,
    /// When the token ends (`exp`).
    pub expires_at: DateTime<Utc>,
}

impl Principal {
    /// Whether the token grants `role`.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|granted| granted == role)
    }
}

/// Leaves the claims out: they hold names and email addresses, which must not reach a log.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("subject", &self.subject)
            .field("session", &self.session)
            .field("roles", &self.roles)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why a credential does not make a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The credential is bad: 401 with `WWW-Authenticate: Bearer error="invalid_token"` and this text as
    /// `error_description` (RFC 6750 section 3; plain ASCII without `"` and `\`).
    Invalid(&'static str),
    /// The credential cannot be checked now, and the same request can succeed later: 503. The cause is for the log alone.
    Unavailable(String),
    /// Our own mistake keeps the credential from being checked, and trying again will not help: 500. The cause is for the
    /// log alone.
    Internal(String),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => f.write_str(reason),
            Self::Unavailable(cause) => {
                write!(f, "the credential cannot be checked now: {cause}")
            }
            Self::Internal(cause) => write!(f, "the credential cannot be checked: {cause}"),
        }
    }
}

impl std::error::Error for Rejection {}
