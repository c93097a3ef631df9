//! The cryptography of tokens: jsonwebtoken's, done by ring, which TLS uses already.
//!
//! Its own choices are not taken. The one in pure Rust needs the crate `rsa`, whose private keys can be found out by their
//! timing (RUSTSEC-2023-0071), and verifies ES256 and RS256 several times slower; the other is a second library of this size.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::rand::{self, SystemRandom};
use ring::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use ring::{digest, hmac};

/// What jsonwebtoken signs and verifies with: HS256 to HS512, ES256 and ES384; RS256 to PS512 (of 2048 to 8192 bits) and
/// EdDSA are verified alone.
pub static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes [`PROVIDER`] the process's, unless there is one: whoever installed another knows why. What signs or verifies here
/// calls it; a program that uses jsonwebtoken itself before anything here does has to.
pub fn install() {
    let _ = PROVIDER.install_default();
}

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

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let ecdsa = |curve: &'static EcdsaSigningAlgorithm| {
        EcdsaKeyPair::from_pkcs8(curve, key.as_bytes(), &SystemRandom::new())
            .map(Signing::Ecdsa)
            .map_err(|_| ErrorKind::InvalidEcdsaKey)
    };
    let signing = match algorithm {
        Algorithm::ES256 => ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)?,
        Algorithm::ES384 => ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING)?,
        _ => match mac(algorithm) {
            Some(mac) => Signing::Mac(hmac::Key::new(mac, key.as_bytes())),
            None => return Err(ErrorKind::UnsupportedAlgorithm.into()),
        },
    };
    Ok(Box::new(Keyed(*algorithm, signing)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let public = |with: &'static dyn VerificationAlgorithm| -> Result<Verifying> {
        let bytes = key.try_get_as_bytes()?.to_vec();
        Ok(Verifying::Public(UnparsedPublicKey::new(with, bytes)))
    };
    let rsa = |with: &'static RsaParameters| match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            let (n, e) = (n.clone(), e.clone());
            Ok(Verifying::Rsa(with, RsaPublicKeyComponents { n, e }))
        }
        DecodingKeyKind::SecretOrDer(_) => public(with),
    };
    let verifying = match algorithm {
        Algorithm::ES256 => public(&signature::ECDSA_P256_SHA256_FIXED)?,
        Algorithm::ES384 => public(&signature::ECDSA_P384_SHA384_FIXED)?,
        Algorithm::EdDSA => public(&signature::ED25519)?,
        Algorithm::RS256 => rsa(&signature::RSA_PKCS1_2048_8192_SHA256)?,
        Algorithm::RS384 => rsa(&signature::RSA_PKCS1_2048_8192_SHA384)?,
        Algorithm::RS512 => rsa(&signature::RSA_PKCS1_2048_8192_SHA512)?,
        Algorithm::PS256 => rsa(&signature::RSA_PSS_2048_8192_SHA256)?,
        Algorithm::PS384 => rsa(&signature::RSA_PSS_2048_8192_SHA384)?,
        Algorithm::PS512 => rsa(&signature::RSA_PSS_2048_8192_SHA512)?,
        _ => match mac(algorithm) {
            Some(mac) => Verifying::Mac(hmac::Key::new(mac, key.try_get_as_bytes()?)),
            None => return Err(ErrorKind::UnsupportedAlgorithm.into()),
        },
    };
    Ok(Box::new(Keyed(*algorithm, verifying)))
}

fn mac(algorithm: &Algorithm) -> Option<hmac::Algorithm> {
    match algorithm {
        Algorithm::HS256 => Some(hmac::HMAC_SHA256),
        Algorithm::HS384 => Some(hmac::HMAC_SHA384),
        Algorithm::HS512 => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// An algorithm with a key.
struct Keyed<K>(Algorithm, K);

enum Signing {
    Mac(hmac::Key),
    Ecdsa(EcdsaKeyPair),
}

impl Signer<Vec<u8>> for Keyed<Signing> {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        match &self.1 {
            Signing::Mac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Signing::Ecdsa(key) => {
                let signed = key.sign(&SystemRandom::new(), message);
                let signed = signed.map_err(|_| Error::new())?;
                Ok(signed.as_ref().to_vec())
            }
        }
    }
}

impl JwtSigner for Keyed<Signing> {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

enum Verifying {
    Mac(hmac::Key),
    Public(UnparsedPublicKey<Vec<u8>>),
    Rsa(&'static RsaParameters, RsaPublicKeyComponents<Vec<u8>>),
}

impl Verifier<Vec<u8>> for Keyed<Verifying> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let verified = match &self.1 {
            // In constant time.
            Verifying::Mac(key) => hmac::verify(key, message, signature),
            Verifying::Public(key) => key.verify(message, signature),
            Verifying::Rsa(with, key) => key.verify(with, message, signature),
        };
        verified.map_err(|_| Error::new())
    }
}

impl JwtVerifier for Keyed<Verifying> {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
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
