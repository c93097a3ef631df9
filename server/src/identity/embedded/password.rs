//! Passwords: hashed with argon2id, generated when the settings have none.

use std::sync::Arc;

use argon2::password_hash::rand_core::{OsRng, RngCore};
use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::identity::{IdentityError, Secret};

/// Hashes and verifies off the async threads, and not many at once: one takes 19 MiB and some 20 ms of a core.
#[derive(Debug, Clone)]
pub(super) struct Hasher {
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(2)),
        }
    }
}

impl Hasher {
    /// The PHC string of a password. The crate's defaults are OWASP's parameters: argon2id, 19 MiB, 2 passes, 1 lane.
    pub(super) async fn hash(&self, password: &str) -> Result<String, IdentityError> {
        let password = password.to_owned();
        self.run(move || {
            let salt = SaltString::generate(&mut OsRng);
            Argon2::default()
                .hash_password(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| IdentityError::Internal(format!("argon2: {error}")))
    }

    /// Whether `hash` is the password's.
    pub(super) async fn verify(&self, password: &str, hash: &str) -> Result<bool, IdentityError> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        let verified = self.run(move || {
            let hash = PasswordHash::new(&hash)?;
            Argon2::default().verify_password(password.as_bytes(), &hash)
        });
        match verified.await? {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::Password) => Ok(false),
            Err(error) => Err(IdentityError::Internal(format!("argon2: {error}"))),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let broken =
            |error: &dyn std::fmt::Display| IdentityError::Internal(format!("argon2: {error}"));
        // The place moves into the work, so that a caller who gives up does not free it early.
        let place = self
            .places
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| broken(&error))?;
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        work.await.map_err(|error| broken(&error))
    }
}

/// Letters, digits and a sign that cannot be taken for one another: 32, so each is 5 bits.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";

/// A random password of four groups, 100 bits in all.
pub(super) fn generate() -> Secret {
    let mut bytes = [0u8; 20];
    OsRng.fill_bytes(&mut bytes);
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    Secret::new(groups.join("-"))
}
