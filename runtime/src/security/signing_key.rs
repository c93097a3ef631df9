//! A service's own ES256 key that signs tokens (RFC 7518, section 3.4).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::json;

use super::crypto;
use super::jwks::StaticKeys;

/// A key that cannot be made, read or used. The text is for the log.
#[derive(Debug, Clone)]
pub struct SigningKeyError(String);

impl fmt::Display for SigningKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signing key: {}", self.0)
    }
}

impl std::error::Error for SigningKeyError {}

/// A signing key with its public half as a JWK set.
pub struct SigningKey {
    header: Header,
    key: EncodingKey,
    key_set: serde_json::Value,
}

/// A new random key: PKCS #8 in base64url.
///
/// # Errors
///
/// A system without randomness.
pub fn generate() -> Result<String, SigningKeyError> {
    let der = crypto::new_key().map_err(|error| broken(&error))?;
    Ok(URL_SAFE_NO_PAD.encode(der))
}

impl SigningKey {
    /// A key that [`generate`] made.
    ///
    /// # Errors
    ///
    /// A text that is no such key.
    pub fn from_stored(stored: &str) -> Result<Self, SigningKeyError> {
        let der = URL_SAFE_NO_PAD
            .decode(stored)
            .map_err(|error| broken(&error))?;
        let (x, y) = crypto::public_point(&der).map_err(|error| broken(&error))?;
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        let kid = thumbprint(&x, &y);
        let key_set = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": "sig", "alg": "ES256",
        }] });
        let header = Header {
            kid: Some(kid),
            ..Header::new(Algorithm::ES256)
        };
        Ok(Self {
            header,
            key: EncodingKey::from_ec_der(&der),
            key_set,
        })
    }

    /// The signed JWT of these claims.
    ///
    /// # Errors
    ///
    /// Claims that have no JSON form.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SigningKeyError> {
        crypto::encode(&self.header, claims, &self.key).map_err(|error| broken(&error))
    }

    /// The public key as a JWK set (RFC 7517).
    pub fn key_set(&self) -> &serde_json::Value {
        &self.key_set
    }

    /// The public key as the verifier takes it: read from the published set, as any other issuer's would be.
    ///
    /// # Errors
    ///
    /// A set that cannot be read, which does not happen.
    pub fn verification_keys(&self) -> Result<StaticKeys, SigningKeyError> {
        let set = serde_json::from_value(self.key_set.clone()).map_err(|error| broken(&error))?;
        Ok(StaticKeys::new(&set))
    }
}

/// The JWK thumbprint (RFC 7638): of the required members in alphabetical order, without spaces.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(crypto::sha256(members.as_bytes()))
}

fn broken(error: &dyn fmt::Display) -> SigningKeyError {
    SigningKeyError(error.to_string())
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}
