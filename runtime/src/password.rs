//! Passwords: hashed with argon2id, verified also against older hashes, generated where nobody chose one.

use std::fmt;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::security::crypto;

/// Hashes and verifies off the async threads, and not many at once: one takes 19 MiB and some 20 ms of a core.
/// Clones share their places.
#[derive(Debug, Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    /// Two at once.
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(2)),
        }
    }
}

/// A hash that cannot be made or read; for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordError(String);

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "password hashing: {}", self.0)
    }
}

impl std::error::Error for PasswordError {}

/// The hash of a password that nobody knows.
static DECOY: LazyLock<Option<String>> = LazyLock::new(|| hash(&generate()).ok());

impl Hasher {
    /// The PHC string of a password. The crate's defaults are OWASP's parameters: argon2id, 19 MiB, 2 passes, 1 lane.
    ///
    /// # Errors
    ///
    /// If there is no memory or no thread for it.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.run(move || hash(&password)).await
    }

    /// Whether `hash` is the password's: a PHC string of argon2, or, with the feature `bcrypt`, one of bcrypt (`$2a$`,
    /// `$2b$`, `$2y$`), which looks at the first 72 bytes alone.
    ///
    /// # Errors
    ///
    /// If `hash` is none.
    pub async fn verify(&self, password: &str, hash: &str) -> Result<bool, PasswordError> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        self.run(move || verify(&password, &hash)).await
    }

    /// Takes as long as [`Hasher::verify`] does, and says no: for a user who is not known, so that a wrong name and a
    /// wrong password take the same time.
    ///
    /// # Errors
    ///
    /// As [`Hasher::verify`].
    pub async fn refuse(&self, password: &str) -> Result<(), PasswordError> {
        let password = password.to_owned();
        self.run(move || {
            if let Some(decoy) = &*DECOY {
                verify(&password, decoy)?;
            }
            Ok(())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
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
        work.await.map_err(|error| broken(&error))?
    }
}

/// Whether a hash that was verified should be replaced by a new one of the same password: it is not argon2id, or was
/// made with less memory or fewer passes than [`Hasher::hash`] takes.
pub fn is_outdated(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return true;
    };
    let is_as_strong = |params: Params| {
        params.m_cost() >= Params::DEFAULT_M_COST && params.t_cost() >= Params::DEFAULT_T_COST
    };
    hash.algorithm != Algorithm::Argon2id.ident()
        || !Params::try_from(&hash).is_ok_and(is_as_strong)
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let salt = salt().map_err(|error| broken(&error))?;
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| broken(&error))
}

/// As long as RFC 9106 recommends (section 3.1): 16 bytes.
fn salt() -> argon2::password_hash::Result<SaltString> {
    SaltString::encode_b64(&crypto::random::<16>())
}

fn verify(password: &str, hash: &str) -> Result<bool, PasswordError> {
    #[cfg(feature = "bcrypt")]
    if hash.starts_with("$2") {
        return bcrypt::verify(password, hash).map_err(|error| broken(&error));
    }
    let hash = PasswordHash::new(hash).map_err(|error| broken(&error))?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(broken(&error)),
    }
}

fn broken(error: &dyn fmt::Display) -> PasswordError {
    PasswordError(error.to_string())
}

/// Letters, digits and a sign that cannot be taken for one another: 32, so each is 5 bits.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";

/// A random password of four groups, 100 bits in all.
pub fn generate() -> String {
    let letters: Vec<char> = crypto::random::<20>()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_its_passwords_and_up_to_date() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(hasher.verify("correct horse", &hash).await.unwrap());
        assert!(!hasher.verify("wrong horse", &hash).await.unwrap());
        assert!(!is_outdated(&hash));
        assert!(hasher.verify("correct horse", "nonsense").await.is_err());
    }

    #[test]
    fn weaker_hashes_and_other_kinds_are_outdated() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            argon2::Version::V0x13,
            Params::new(8, 1, 1, None).unwrap(),
        );
        let salt = salt().unwrap();
        let weak = weak.hash_password(b"horse", &salt).unwrap().to_string();
        assert!(verify("horse", &weak).unwrap());
        assert!(is_outdated(&weak));
        assert!(is_outdated("$2b$04$abcdefghijklmnopqrstuv"));
    }

    #[cfg(feature = "bcrypt")]
    #[tokio::test]
    async fn a_hash_of_bcrypt_is_verified() {
        let hasher = Hasher::default();
        let hash = bcrypt::hash("correct horse", 4).unwrap();
        for start in ["$2a$", "$2b$", "$2y$"] {
            let hash = format!("{start}{}", &hash[4..]);
            assert!(hasher.verify("correct horse", &hash).await.unwrap());
            assert!(!hasher.verify("wrong horse", &hash).await.unwrap());
        }
        assert!(
            hasher
                .verify("correct horse", "$2b$04$short")
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn nobody_has_the_password_of_an_unknown_user() {
        Hasher::default().refuse("anything").await.unwrap();
        assert!(!verify("anything", DECOY.as_deref().unwrap()).unwrap());
    }

    #[test]
    fn generated_passwords_differ() {
        let (one, other) = (generate(), generate());
        assert_eq!(one.len(), 23);
        assert_ne!(one, other);
    }
}
