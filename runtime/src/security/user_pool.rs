//! The tokens of an Amazon Cognito user pool.

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::jwks::{CachedKeys, KeySourceError};
use super::jwt::{Expected, Verifier};
use super::remote::RemoteKeys;
use crate::clock::Clock;

/// A user pool and the app client that a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPool {
    /// The pool's id, such as `eu-west-1_aBcDeFgHi`.
    pub id: String,
    /// The app client's id: whom tokens are for (`aud`).
    pub client_id: String,
    /// The pool's region.
    pub region: String,
    /// Another Cognito than the region's, for its API and its keys; a URL without a slash at its end.
    pub endpoint: Option<String>,
}

impl UserPool {
    /// The issuer of the pool's tokens (`iss`), wherever its keys are fetched.
    pub fn issuer(&self) -> String {
        format!("https://{}/{}", self.host(), self.id)
    }

    /// Where its public keys are (Amazon Cognito developer guide, "Verifying JSON web tokens").
    pub fn key_set(&self) -> String {
        let origin = self.endpoint.clone();
        let origin = origin.unwrap_or_else(|| format!("https://{}", self.host()));
        format!("{origin}/{}/.well-known/jwks.json", self.id)
    }

    fn host(&self) -> String {
        format!("cognito-idp.{}.amazonaws.com", self.region)
    }

    /// The verifier of its ID tokens. Nothing is asked before the first token. `role_claim` is as in [`Expected`].
    ///
    /// # Errors
    ///
    /// If the endpoint is no URL.
    pub fn verifier(
        &self,
        role_claim: &str,
        http: SharedHttpClient,
        clock: Clock,
    ) -> Result<Verifier<CachedKeys<RemoteKeys>>, KeySourceError> {
        let keys = RemoteKeys::new(&self.key_set(), http)?;
        let expected = Expected {
            issuer: self.issuer(),
            audience: self.client_id.clone(),
            token_use: "id".to_owned(),
            role_claim: role_claim.to_owned(),
        };
        Ok(Verifier::new(
            expected,
            CachedKeys::new(keys, clock.clone()),
            clock,
        ))
    }
}
