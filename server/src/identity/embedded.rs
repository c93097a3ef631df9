//! An identity provider inside the process: one owner, and tokens as Amazon Cognito issues them.
//!
//! Its table is its own, beside the portfolio's, because the deployed table must never hold a password or a key.

pub mod family;
pub mod owner;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use contract_runtime::clock::Clock;
use contract_runtime::password::Hasher;
use contract_runtime::security::jwks::StaticKeys;
use contract_runtime::security::jwt::{Expected, Verifier};
use contract_runtime::security::signing_key::{SigningKey, SigningKeyError};
use contract_runtime::security::{Principal, Rejection};
use serde::Serialize;
use uuid::Uuid;

use super::session::OWNER_ROLE;
use super::{IdentityError, Revocations, Role, Secret, Session, User};
use crate::table::Table;
use crate::table::schema::Layout;
use family::{Families, Renewal};
use owner::StoredOwner;

pub use owner::PasswordOrigin;

/// The issuer of the tokens (`iss`). Not an address that anybody fetches: keys are handed to the verifier directly.
pub const ISSUER: &str = "http://localhost/embedded";

/// For whom the tokens are (`aud`).
pub const AUDIENCE: &str = "portfolio-embedded";

/// Seconds that a token lives, as Cognito's default.
pub const TOKEN_SECONDS: u32 = 3600;

/// The one account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The email address to log in with; case and spaces around it do not matter.
    pub email: String,
    /// The name in tokens.
    pub name: String,
    /// The password, if the settings say one.
    pub password: Option<Secret>,
}

/// The provider.
#[derive(Debug)]
pub struct Embedded {
    account: Account,
    owner: StoredOwner,
    key: SigningKey,
    verifier: Verifier<StaticKeys>,
    hasher: Hasher,
    families: Families,
    clock: Clock,
}

impl Embedded {
    /// Opens the provider on its own table, which is made if need be, with the account that the settings describe. On
    /// the first start, and when the settings bring a new password, a password is stored (hashed); a new password ends
    /// every session. Says where the password comes from.
    pub async fn start(
        table: Table,
        revocations: Revocations,
        clock: Clock,
        account: Account,
    ) -> Result<(Self, PasswordOrigin), IdentityError> {
        table.create(Layout::Plain).await?;
        let hasher = Hasher::default();
        let (owner, origin) = StoredOwner::load(&table, &hasher, account.password.as_ref()).await?;
        let key = SigningKey::from_stored(&owner.signing_key)?;
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            token_use: "id".to_owned(),
            role_claim: "custom:role".to_owned(),
        };
        let verifier = Verifier::new(expected, key.verification_keys()?, clock.clone());
        let families = Families::new(table, revocations, clock.clone());
        Ok((
            Self {
                account,
                owner,
                key,
                verifier,
                hasher,
                families,
                clock,
            },
            origin,
        ))
    }

    pub(super) async fn login(
        &self,
        email: &str,
        password: &str,
    ) -> Result<Session, IdentityError> {
        // The password is checked whatever the email address: both mistakes take the same time.
        let right_password = self
            .hasher
            .verify(password, &self.owner.password_hash)
            .await?;
        let right_email = normal(email) == normal(&self.account.email);
        if !(right_password && right_email) {
            return Err(IdentityError::Rejected);
        }
        let renewal = self.families.start(self.owner.generation).await?;
        self.session(renewal)
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Session, IdentityError> {
        let renewal = self
            .families
            .renew(refresh_token, self.owner.generation)
            .await?;
        self.session(renewal)
    }

    pub(super) async fn end(
        &self,
        principal: &Principal,
        revocations: &Revocations,
    ) -> Result<(), IdentityError> {
        // First the refresh token: if the second step fails, the caller's token still works to try again.
        self.families.end(&principal.session).await?;
        let lifetime = principal.expires_at - principal.issued_at;
        Ok(revocations.revoke(&principal.session, lifetime).await?)
    }

    pub(super) async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        self.verifier.verify(token).await
    }

    pub(super) fn key_set(&self) -> &serde_json::Value {
        self.key.key_set()
    }

    fn session(&self, renewal: Renewal) -> Result<Session, IdentityError> {
        let user = User {
            id: self.owner.subject.to_string(),
            email: self.account.email.clone(),
            name: self.account.name.clone(),
            role: Role::Owner,
        };
        let token = self
            .key
            .sign(&Claims::new(&user, &renewal, self.clock.now()))?;
        Ok(Session {
            user,
            token,
            expires_in: TOKEN_SECONDS,
            refresh_token: renewal.refresh_token,
        })
    }
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The claims of an ID token (Amazon Cognito developer guide, "Understanding the identity (ID) token").
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    token_use: &'a str,
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    #[serde(rename = "cognito:username")]
    username: &'a str,
    #[serde(rename = "custom:role")]
    role: &'a str,
    auth_time: i64,
    iat: i64,
    exp: i64,
    jti: Uuid,
    origin_jti: &'a str,
}

impl<'a> Claims<'a> {
    fn new(user: &'a User, renewal: &'a Renewal, now: DateTime<Utc>) -> Self {
        Self {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: &user.id,
            token_use: "id",
            email: &user.email,
            email_verified: true,
            name: &user.name,
            username: &user.id,
            role: OWNER_ROLE,
            auth_time: renewal.auth_time,
            iat: now.timestamp(),
            exp: now.timestamp() + i64::from(TOKEN_SECONDS),
            jti: Uuid::new_v4(),
            origin_jti: &renewal.session,
        }
    }
}

impl From<SigningKeyError> for IdentityError {
    fn from(error: SigningKeyError) -> Self {
        Self::Internal(error.to_string())
    }
}
