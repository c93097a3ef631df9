//! Signatures of tokens, random bytes and digests, by ring, which TLS uses already.
//!
//! jsonwebtoken reads keys and headers; the backends that it offers do not sign or verify here. The one in pure Rust needs the
//! crate `rsa`, whose private keys can be found out by their timing (RUSTSEC-2023-0071), and verifies ES256 several times
//! slower; the other is a second library of ring's size. Nor is ring installed as its backend, which would be the whole process's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Header};
use ring::error::Unspecified;
use ring::rand::{self, SystemRandom};
use ring::signature::{
    self, EcdsaKeyPair, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};
use ring::{digest, hmac};
use serde::Serialize;

/// Bits of the RSA keys that are verified with (RFC 7518, section 3.3, asks for the least).
pub const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Random bytes of the system, good for keys and secrets.
pub fn random<const N: usize>() -> [u8; N] {
    let random = rand::generate::<[u8; N]>(&SystemRandom::new());
    random
        .expect("Linux and macOS have randomness once they have started")
        .expose()
}

/// The SHA-256 of these bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// The signed token (RFC 7515, section 7.1) of these claims, by the header's algorithm: HS256 to HS512, or ES256.
///
/// # Errors
///
/// Claims that have no JSON form, and a key that is not the algorithm's.
pub fn encode(
    header: &Header,
    claims: &impl Serialize,
    key: &EncodingKey,
) -> Result<String, Error> {
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header_json = part(serde_json::to_vec(header)?);
    let message = format!("{header_json}.{}", part(serde_json::to_vec(claims)?));
    let signature = sign(header.alg, key, message.as_bytes())?;
    Ok(format!("{message}.{signature}"))
}

/// The signature of a message in base64url, by HS256 to HS512 or ES256.
///
/// # Errors
///
/// A key that is not the algorithm's.
pub fn sign(algorithm: Algorithm, key: &EncodingKey, message: &[u8]) -> Result<String, Error> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    if let Some(mac) = mac(algorithm) {
        let key = hmac::Key::new(mac, key.as_bytes());
        return Ok(URL_SAFE_NO_PAD.encode(hmac::sign(&key, message)));
    }
    if algorithm != Algorithm::ES256 {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    let random = SystemRandom::new();
    let curve = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::from_pkcs8(curve, key.as_bytes(), &random);
    let pair = pair.map_err(|_| ErrorKind::InvalidEcdsaKey)?;
    let signature = pair.sign(&random, message);
    let signature = signature.map_err(|_| ErrorKind::Signing("no random bytes".to_owned()))?;
    Ok(URL_SAFE_NO_PAD.encode(signature))
}

/// Whether `signature` (base64url) is that of `message` by this algorithm and key.
pub fn verify(algorithm: Algorithm, key: &DecodingKey, message: &[u8], signature: &str) -> bool {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    key.family() == algorithm.family() && verified(algorithm, key, message, &signature).is_ok()
}

fn verified(
    algorithm: Algorithm,
    key: &DecodingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Unspecified> {
    let bytes = || key.try_get_as_bytes().map_err(|_| Unspecified);
    let public = |by: &'static dyn VerificationAlgorithm| {
        UnparsedPublicKey::new(by, bytes()?).verify(message, signature)
    };
    let rsa = |by: &'static RsaParameters| match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(by, message, signature)
        }
        DecodingKeyKind::SecretOrDer(_) => public(by),
    };
    match algorithm {
        Algorithm::ES256 => public(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => public(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => public(&signature::ED25519),
        Algorithm::RS256 => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => rsa(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => rsa(&signature::RSA_PSS_2048_8192_SHA512),
        // In constant time.
        _ => match mac(algorithm) {
            Some(mac) => hmac::verify(&hmac::Key::new(mac, bytes()?), message, signature),
            None => Err(Unspecified),
        },
    }
}

fn mac(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    match algorithm {
        Algorithm::HS256 => Some(hmac::HMAC_SHA256),
        Algorithm::HS384 => Some(hmac::HMAC_SHA384),
        Algorithm::HS512 => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// An RSA key without zeros before its numbers, which some issuers write (RFC 7518, section 6.3.1.1) and ring refuses; others as
/// they are. None for an RSA key of another size than [`RSA_BITS`].
pub(super) fn usable(key: DecodingKey) -> Option<DecodingKey> {
    let DecodingKeyKind::RsaModulusExponent { n, e } = key.kind() else {
        return Some(key);
    };
    let [n, e] = [n, e].map(|number| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        &number[zeros..]
    });
    let bits = n
        .first()
        .map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    RSA_BITS
        .contains(&bits)
        .then(|| DecodingKey::from_rsa_raw_components(n, e))
}

/// A new random key for ES256: PKCS #8, as [`EncodingKey::from_ec_der`] takes it.
#[cfg(any(test, feature = "signing-key"))]
pub(super) fn new_key() -> std::result::Result<ring::pkcs8::Document, ring::error::Unspecified> {
    EcdsaKeyPair::generate_pkcs8(
        &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        &SystemRandom::new(),
    )
}

/// The coordinates of the public half of an ES256 key in PKCS #8, 32 bytes each.
#[cfg(any(test, feature = "signing-key"))]
pub(super) fn public_point(
    der: &[u8],
) -> std::result::Result<([u8; 32], [u8; 32]), ring::error::KeyRejected> {
    use ring::signature::KeyPair;
    let curve = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::from_pkcs8(curve, der, &SystemRandom::new())?;
    // 4, then both coordinates (SEC 1, section 2.3.3): a point that is not compressed.
    let point = key.public_key().as_ref();
    let (mut x, mut y) = ([0; 32], [0; 32]);
    x.copy_from_slice(&point[1..33]);
    y.copy_from_slice(&point[33..]);
    Ok((x, y))
}

#[cfg(test)]
mod tests;
