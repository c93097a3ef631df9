//! The keys that tokens are verified with, and where they come from.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

use super::crypto;

pub use super::cached::{CachedKeys, FetchKeys};
pub use jsonwebtoken::jwk::JwkSet;

/// Bytes of the shortest key for HS256: its hash's own length (RFC 7518, section 3.2).
pub const SHORTEST_SECRET: usize = 32;

/// A key and the one algorithm that it is used with: what a key is for is said where it is made and never by a token, so
/// that a public key is never taken for a shared one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct VerificationKey(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// A secret that is too short to sign with; holds its length in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortSecret(pub usize);

impl fmt::Display for ShortSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it has {} bytes, and a key for HS256 needs at least {SHORTEST_SECRET} (openssl rand -base64 48 makes one)",
            self.0
        )
    }
}

impl std::error::Error for ShortSecret {}

impl VerificationKey {
    /// The key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// Whether `signature` (base64url) is this key's over `message`, by the key's own algorithm.
    pub(crate) fn verifies(&self, message: &str, signature: &str) -> bool {
        let Inner { algorithm, key } = &*self.0;
        crypto::verify(*algorithm, key, message.as_bytes(), signature)
    }

    /// A shared secret for HS256 (RFC 7518, section 3.2). Who can verify with it can also sign, so it is for tokens that a
    /// service gives to itself.
    ///
    /// # Errors
    ///
    /// If the secret is shorter than 32 bytes.
    pub fn hs256(secret: &[u8]) -> Result<Self, ShortSecret> {
        if secret.len() < SHORTEST_SECRET {
            return Err(ShortSecret(secret.len()));
        }
        Ok(Self(Arc::new(Inner {
            algorithm: Algorithm::HS256,
            key: DecodingKey::from_secret(secret),
        })))
    }

    /// The key of a JWK (RFC 7517), or `None` if it is not a public signature key with one known algorithm.
    ///
    /// The algorithm is the key's `alg`, or follows from its curve. A symmetric key is never one: who could
    /// verify with it could also sign.
    fn from_jwk(jwk: &Jwk) -> Option<Self> {
        if matches!(
            jwk.common.public_key_use,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
        ) {
            return None;
        }
        let named = jwk.common.key_algorithm;
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => match named? {
                KeyAlgorithm::RS256 => Algorithm::RS256,
                KeyAlgorithm::RS384 => Algorithm::RS384,
                KeyAlgorithm::RS512 => Algorithm::RS512,
                KeyAlgorithm::PS256 => Algorithm::PS256,
                KeyAlgorithm::PS384 => Algorithm::PS384,
                KeyAlgorithm::PS512 => Algorithm::PS512,
                _ => return None,
            },
            AlgorithmParameters::EllipticCurve(key) => match (&key.curve, named) {
                (EllipticCurve::P256, None | Some(KeyAlgorithm::ES256)) => Algorithm::ES256,
                (EllipticCurve::P384, None | Some(KeyAlgorithm::ES384)) => Algorithm::ES384,
                _ => return None,
            },
            AlgorithmParameters::OctetKeyPair(key) => match (&key.curve, named) {
                (EllipticCurve::Ed25519, None | Some(KeyAlgorithm::EdDSA)) => Algorithm::EdDSA,
                _ => return None,
            },
            _ => return None,
        };
        let key = DecodingKey::from_jwk(jwk).ok()?;
        let Some(key) = crypto::usable(key) else {
            let (kid, bits) = (&jwk.common.key_id, crypto::RSA_BITS);
            tracing::warn!(
                ?kid,
                "an issuer's RSA key is left out: its size is not {bits:?} bits"
            );
            return None;
        };
        Some(Self(Arc::new(Inner { algorithm, key })))
    }
}

/// The keys' source does not answer; the cause is for the log alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySourceError(pub String);

impl fmt::Display for KeySourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the signing keys are unavailable: {}", self.0)
    }
}

impl std::error::Error for KeySourceError {}

/// Where a verifier finds keys.
pub trait KeySource: Send + Sync + 'static {
    /// The key with this id, `None` if there is no such key.
    ///
    /// # Errors
    ///
    /// [`KeySourceError`] if that cannot be known now.
    fn key(
        &self,
        kid: &str,
    ) -> impl Future<Output = Result<Option<VerificationKey>, KeySourceError>> + Send;
}

impl<S: KeySource> KeySource for Arc<S> {
    fn key(
        &self,
        kid: &str,
    ) -> impl Future<Output = Result<Option<VerificationKey>, KeySourceError>> + Send {
        S::key(self, kid)
    }
}

/// Keys that do not change.
#[derive(Debug, Clone, Default)]
pub struct StaticKeys(HashMap<String, VerificationKey>);

impl StaticKeys {
    /// The public signature keys of `set` that have a `kid` and one known algorithm (RS256 to PS512, ES256,
    /// ES384, EdDSA); others, symmetric ones above all, are left out.
    pub fn new(set: &JwkSet) -> Self {
        Self(
            set.keys
                .iter()
                .filter_map(|jwk| {
                    Some((jwk.common.key_id.clone()?, VerificationKey::from_jwk(jwk)?))
                })
                .collect(),
        )
    }

    /// The key with this id.
    pub fn get(&self, kid: &str) -> Option<&VerificationKey> {
        self.0.get(kid)
    }

    /// Whether there is no usable key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl KeySource for StaticKeys {
    async fn key(&self, kid: &str) -> Result<Option<VerificationKey>, KeySourceError> {
        Ok(self.get(kid).cloned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn keys(key: Value) -> StaticKeys {
        StaticKeys::new(&serde_json::from_value(json!({ "keys": [key] })).unwrap())
    }

    /// The P-256 key of RFC 7517 appendix A.1.
    fn p256() -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "kid": "k",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        })
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn a_key_has_one_algorithm() {
        let key = keys(p256()).get("k").cloned().unwrap();
        assert_eq!(key.algorithm(), Algorithm::ES256);
        // 2,048 bits.
        let modulus = format!("gA{}", "A".repeat(340));
        let rsa = json!({"kty": "RSA", "kid": "k", "alg": "PS384", "n": modulus, "e": "AQAB"});
        let key = keys(rsa).get("k").cloned().unwrap();
        assert_eq!(key.algorithm(), Algorithm::PS384);
    }

    #[test]
    fn keys_that_cannot_be_trusted_to_sign_are_left_out() {
        for key in [
            json!({"kty": "oct", "kid": "k", "alg": "HS256", "k": "c2VjcmV0"}),
            json!({"kty": "RSA", "kid": "k", "n": "0vx7", "e": "AQAB"}),
            json!({"kty": "RSA", "kid": "k", "alg": "HS256", "n": "0vx7", "e": "AQAB"}),
            json!({"kty": "RSA", "kid": "k", "alg": "RSA-OAEP", "n": "0vx7", "e": "AQAB"}),
            json!({"kty": "RSA", "kid": "k", "alg": "RS256", "n": "0vx7", "e": "AQAB"}),
            json!({"kty": "unheard-of", "kid": "k", "alg": "ES256"}),
            with(p256(), "alg", json!("ES384")),
            with(p256(), "alg", json!("HS256")),
            with(p256(), "use", json!("enc")),
            with(p256(), "kid", Value::Null),
            with(p256(), "x", json!("not base64!")),
        ] {
            assert!(keys(key.clone()).is_empty(), "{key}");
        }
    }
}
