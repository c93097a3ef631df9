//! Tokens that a service signs for itself: HS256 with a secret that can be rotated.

use std::fmt;

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Map, Value};

use super::crypto;
use super::jwks::{KeySource, KeySourceError, VerificationKey};
use crate::clock::Clock;
use crate::refetch::Refetch;
use crate::secrets::{Secret, SecretError, SecretValue};

#[cfg(test)]
mod tests;

/// Between two fetches for key ids that nobody knows: tokens with invented ones cost a call of each version in so long.
const REFETCH: TimeDelta = TimeDelta::seconds(10);

/// The name of the key in tokens (`kid`) whose secret has no versions.
const UNVERSIONED: &str = "fixed";

/// A secret as a key for HS256 (RFC 7518, section 3.2), in its current and its previous version.
///
/// The current version signs, and both verify, so tokens outlive one rotation. A token says with which version it was
/// signed: its `kid` is the version's id. One that is not known is fetched, at most every ten seconds and once for all
/// who wait for it, so that tokens of an instance that learned of a rotation sooner are good here as well.
pub struct SymmetricKeys {
    secret: Secret,
    member: Option<&'static str>,
    refetch: Refetch,
}

impl SymmetricKeys {
    /// The key is the secret's value, or, where the value is a JSON object, the text of this member.
    pub fn new(secret: Secret, member: Option<&'static str>, clock: Clock) -> Self {
        Self {
            secret,
            member,
            refetch: Refetch::new(clock),
        }
    }

    /// Whether there is a key that can sign; for servers that would rather not start without one.
    ///
    /// # Errors
    ///
    /// What is wrong with the secret, without its value.
    pub async fn check(&self) -> Result<(), KeySourceError> {
        let current = self.current().await?;
        self.usable(&current).map(|_| ())
    }

    /// The signed token of these claims.
    ///
    /// # Errors
    ///
    /// If the secret cannot be had, or is no key.
    pub async fn sign(&self, claims: &impl Serialize) -> Result<String, KeySourceError> {
        let current = self.current().await?;
        let header = Header {
            kid: Some(kid(&current).to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        let key = EncodingKey::from_secret(&self.bytes(&current)?);
        // A secret that is too short verifies nothing, so it must not sign either.
        self.usable(&current)?;
        crypto::encode(&header, claims, &key)
            .map_err(|error| KeySourceError(format!("the claims cannot be signed: {error}")))
    }

    async fn current(&self) -> Result<SecretValue, KeySourceError> {
        self.secret.current().await.map_err(unavailable)
    }

    /// The known version with this id.
    async fn known(&self, wanted: &str) -> Result<Option<SecretValue>, KeySourceError> {
        let current = self.current().await?;
        if kid(&current) == wanted {
            return Ok(Some(current));
        }
        let previous = self.secret.previous().await.map_err(unavailable)?;
        Ok(previous.filter(|previous| kid(previous) == wanted))
    }

    /// The version with this id, looked for where it is not known.
    async fn version(&self, wanted: &str) -> Result<Option<SecretValue>, KeySourceError> {
        if let Some(known) = self.known(wanted).await? {
            return Ok(Some(known));
        }
        let turn = self.refetch.turn().await;
        // Another caller may have fetched while this one waited.
        if let Some(known) = self.known(wanted).await? {
            return Ok(Some(known));
        }
        let secret = self.secret.clone();
        let renewed = async move { secret.renew().await.map_err(|error| error.to_string()) };
        let outcome = turn.fetch(REFETCH, renewed).await;
        match self.known(wanted).await? {
            Some(known) => Ok(Some(known)),
            None => outcome.map(|()| None).map_err(KeySourceError),
        }
    }

    fn usable(&self, value: &SecretValue) -> Result<VerificationKey, KeySourceError> {
        VerificationKey::hs256(&self.bytes(value)?).map_err(|short| {
            let name = self.member.map(|member| format!("{member} of "));
            let (name, id) = (name.unwrap_or_default(), self.secret.id());
            KeySourceError(format!("{name}the secret {id:?} is no key: {short}"))
        })
    }

    fn bytes(&self, value: &SecretValue) -> Result<Vec<u8>, KeySourceError> {
        let Some(member) = self.member else {
            return Ok(value.bytes().to_vec());
        };
        let object: Map<String, Value> = value
            .json()
            .map_err(|error| KeySourceError(error.to_string()))?;
        let text = object.get(member).and_then(Value::as_str);
        text.map(|text| text.as_bytes().to_vec()).ok_or_else(|| {
            let id = self.secret.id();
            KeySourceError(format!("the secret {id:?} has no text {member:?}"))
        })
    }
}

fn kid(value: &SecretValue) -> &str {
    match value.version() {
        "" => UNVERSIONED,
        version => version,
    }
}

fn unavailable(error: SecretError) -> KeySourceError {
    KeySourceError(error.to_string())
}

impl KeySource for SymmetricKeys {
    async fn key(&self, wanted: &str) -> Result<Option<VerificationKey>, KeySourceError> {
        let found = self.version(wanted).await?;
        found.map(|value| self.usable(&value)).transpose()
    }
}

impl fmt::Debug for SymmetricKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SymmetricKeys").field(&self.secret).finish()
    }
}
