//! Refresh tokens: each is used once and replaced (RFC 9700, 4.14.2).
//!
//! All tokens that follow from one login are a family, whose id is the session. A token is `family.mark.secret`: the
//! mark is the family's own, the secret the token's. Only their SHA-256 are stored, and only that of the current secret.
//! A token with the right mark and another secret was given out earlier: it was stolen, or its thief came first. The
//! family ends, and with it the ID tokens of its session. Without the mark, which no ID token and no log shows, nobody
//! can end a session by guessing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use contract_runtime::security::crypto;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::TOKEN_SECONDS;
use crate::identity::{IdentityError, Revocations};
use crate::table::{Condition, Consistency, Key, Outcome, Table, TableError};

/// How long after its login a session can be continued.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A started or continued session.
pub(super) struct Renewal {
    /// The session, which is the family's id.
    pub(super) session: String,
    /// When the owner logged in, in seconds since the epoch.
    pub(super) auth_time: i64,
    /// The new refresh token.
    pub(super) refresh_token: String,
}

#[derive(Debug)]
pub(super) struct Families {
    table: Table,
    revocations: Revocations,
    clock: Clock,
}

/// A family as stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Family {
    /// SHA-256 of the mark, base64url.
    mark: String,
    /// SHA-256 of the current token's secret, base64url.
    digest: String,
    /// The generation of the password that the owner logged in with.
    generation: u32,
    auth_time: i64,
    expires_at: i64,
}

impl Families {
    pub(super) fn new(table: Table, revocations: Revocations, clock: Clock) -> Self {
        Self {
            table,
            revocations,
            clock,
        }
    }

    /// A new family.
    pub(super) async fn start(&self, generation: u32) -> Result<Renewal, IdentityError> {
        let now = self.clock.now();
        let session = Uuid::new_v4().to_string();
        let (mark, secret) = (secret(), secret());
        let family = Family {
            mark: digest(&mark),
            digest: digest(&secret),
            generation,
            auth_time: now.timestamp(),
            expires_at: (now + LIFETIME).timestamp(),
        };
        match self
            .table
            .put(&key(&session), &family, Condition::Absent)
            .await?
        {
            Outcome::Written => Ok(renewal(session, &family, &mark, &secret)),
            Outcome::Refused => Err(IdentityError::Internal(
                "the new session id is taken".to_owned(),
            )),
        }
    }

    /// Replaces a family's current token.
    pub(super) async fn renew(
        &self,
        token: &str,
        generation: u32,
    ) -> Result<Renewal, IdentityError> {
        let mut parts = token.splitn(3, '.');
        let (Some(session), Some(mark), Some(presented)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(IdentityError::Rejected);
        };
        // Also keeps lengths and characters of keys in bounds.
        let session = Uuid::parse_str(session)
            .map_err(|_| IdentityError::Rejected)?
            .to_string();
        let key = key(&session);
        let family: Option<Family> = self.table.get(&key, Consistency::Strong).await?;
        let family = family.filter(|family| family.expires_at > self.clock.now().timestamp());
        let Some(family) = family.filter(|family| family.generation == generation) else {
            return Err(IdentityError::Rejected);
        };
        // How long a comparison takes tells how much of two digests is equal, which nobody can choose.
        if family.mark != digest(mark) {
            return Err(IdentityError::Rejected);
        }
        if family.digest != digest(presented) {
            return self.reused(&session).await;
        }
        let secret = secret();
        let next = Family {
            digest: digest(&secret),
            ..family.clone()
        };
        match self
            .table
            .put(&key, &next, Condition::equals("Digest", family.digest))
            .await?
        {
            Outcome::Written => Ok(renewal(session, &next, mark, &secret)),
            // The same token was used at the same time and won, or the session has just ended.
            Outcome::Refused => self.reused(&session).await,
        }
    }

    /// Ends a family.
    pub(super) async fn end(&self, session: &str) -> Result<(), IdentityError> {
        Ok(self.table.bury(&key(session), self.clock.now()).await?)
    }

    /// Ends the session of a token that was used twice. The ID tokens first: when the second step fails, the family is
    /// still there to be found out again.
    async fn reused(&self, session: &str) -> Result<Renewal, IdentityError> {
        tracing::warn!(
            session,
            "a refresh token was used twice; its session is ended"
        );
        let ended: Result<(), TableError> = async {
            self.revocations
                .revoke(session, TimeDelta::seconds(i64::from(TOKEN_SECONDS)))
                .await?;
            self.table.bury(&key(session), self.clock.now()).await
        }
        .await;
        ended?;
        Err(IdentityError::Rejected)
    }
}

fn key(session: &str) -> Key {
    Key::new(format!("FAMILY#{session}"), "CURRENT")
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(crypto::random::<32>())
}

fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(crypto::sha256(secret.as_bytes()))
}

fn renewal(session: String, family: &Family, mark: &str, secret: &str) -> Renewal {
    let refresh_token = format!("{session}.{mark}.{secret}");
    Renewal {
        session,
        auth_time: family.auth_time,
        refresh_token,
    }
}
