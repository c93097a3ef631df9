//! The service's own tokens: JWTs that hold for a quarter of an hour, signed with HS256.

use std::sync::Arc;

use contract_runtime::clock::Clock;
use contract_runtime::security::jwt::{Expected, Verifier};
use contract_runtime::security::symmetric::SymmetricKeys;
use contract_runtime::security::{Principal, Rejection};
use serde::Serialize;
use uuid::Uuid;

use crate::error::Error;

/// Who issues the tokens (`iss`), and for whom (`aud`).
const ISSUER: &str = "movies";
const AUDIENCE: &str = "movies-api";

/// What they are for (`token_use`).
const USE: &str = "access";

/// Seconds that a token holds.
pub const SECONDS: u16 = 900;

/// The claim that names the state of the account that the token belongs to; see [`crate::users::Users`].
pub const STAMP: &str = "stamp";

/// Signs and verifies.
#[derive(Debug)]
pub struct Tokens {
    keys: Arc<SymmetricKeys>,
    verifier: Verifier<Arc<SymmetricKeys>>,
    clock: Clock,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'static str,
    aud: &'static str,
    token_use: &'static str,
    sub: &'a str,
    stamp: &'a str,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Tokens {
    /// Tokens signed with these keys.
    pub fn new(keys: Arc<SymmetricKeys>, clock: Clock) -> Self {
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            token_use: USE.to_owned(),
            // Roles are the account's, at the time of the request; no token says them.
            role_claim: String::new(),
        };
        Self {
            verifier: Verifier::new(expected, keys.clone(), clock.clone()),
            keys,
            clock,
        }
    }

    /// A token of this user, for as long as his account has this stamp.
    pub async fn issue(&self, username: &str, stamp: &str) -> Result<String, Error> {
        let now = self.clock.now().timestamp();
        let claims = Claims {
            iss: ISSUER,
            aud: AUDIENCE,
            token_use: USE,
            sub: username,
            stamp,
            jti: Uuid::new_v4(),
            iat: now,
            nbf: now,
            exp: now + i64::from(SECONDS),
        };
        let token = self.keys.sign(&claims).await;
        token.map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Who a token names. Whether the account still is what it was, is not known here.
    pub async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        self.verifier.verify(token).await
    }
}
