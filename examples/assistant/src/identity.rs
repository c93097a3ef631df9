//! Who is calling: ID tokens of a Cognito user pool, or, on a developer's machine, of an issuer inside the process. One
//! verifier checks both.

use std::error::Error;

use aws_config::SdkConfig;
use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use contract_runtime::security::jwks::{CachedKeys, StaticKeys};
use contract_runtime::security::jwt::{Expected, Verifier};
use contract_runtime::security::remote::RemoteKeys;
use contract_runtime::security::signing_key::{self, SigningKey};
use contract_runtime::security::user_pool::UserPool;
use contract_runtime::security::{Principal, Rejection};
use serde_json::json;
use uuid::Uuid;

/// The issuer inside the process. Not an address that anybody fetches.
const ISSUER: &str = "http://localhost/throw-away";
/// For whom its tokens are.
const AUDIENCE: &str = "assistant-local";
/// The claim with the caller's role, which no operation asks for.
const ROLE: &str = "custom:role";
/// How long its one token is good.
const VALIDITY: TimeDelta = TimeDelta::hours(24);

/// Who checks tokens.
#[derive(Debug)]
pub enum Identity {
    /// With the keys of a user pool.
    Pool(Box<Verifier<CachedKeys<RemoteKeys>>>),
    /// With a key of this process.
    Own(Verifier<StaticKeys>),
}

impl Identity {
    /// Of a user pool.
    ///
    /// # Errors
    ///
    /// If AWS was set up without an HTTP client, or the endpoint is no URL.
    pub fn of(
        pool: &UserPool,
        aws: &SdkConfig,
        clock: Clock,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let http = aws.http_client().ok_or("AWS has no HTTP client")?;
        Ok(Self::Pool(Box::new(pool.verifier(ROLE, http, clock)?)))
    }

    /// With a key made now, and a token that it signed.
    ///
    /// # Errors
    ///
    /// If a key cannot be made.
    pub fn throw_away(clock: Clock) -> Result<(Self, String), Box<dyn Error + Send + Sync>> {
        let key = SigningKey::from_stored(&signing_key::generate()?)?;
        let now = clock.now();
        let token = key.sign(&json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "token_use": "id",
            "sub": Uuid::new_v4(),
            "email": "you@example.com",
            "name": "You",
            "iat": now.timestamp(),
            "exp": (now + VALIDITY).timestamp(),
            "jti": Uuid::new_v4(),
        }))?;
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            token_use: "id".to_owned(),
            role_claim: ROLE.to_owned(),
        };
        let verifier = Verifier::new(expected, key.verification_keys()?, clock);
        Ok((Self::Own(verifier), token))
    }

    /// Who has sent a token.
    ///
    /// # Errors
    ///
    /// A token that is not good, or keys that cannot be had.
    pub async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        match self {
            Self::Pool(verifier) => verifier.verify(token).await,
            Self::Own(verifier) => verifier.verify(token).await,
        }
    }
}
