//! Amazon Cognito as the identity provider: a user pool keeps the accounts and issues the tokens.
//!
//! Its app client signs in with USER_PASSWORD_AUTH, continues with REFRESH_TOKEN_AUTH, has no secret, and has token
//! revocation turned on, so that all tokens of one login share an `origin_jti`.
//!
//! A logout brings the ID token alone, and Cognito's GlobalSignOut wants the access token, which no client of this
//! service is ever given. AdminUserGlobalSignOut does the same to the user that the verified ID token names; the server
//! needs the permission `cognito-idp:AdminUserGlobalSignOut` on the pool for it. It makes all refresh tokens of the user
//! useless: other sessions of the same user go on until their ID tokens expire, and then sign in again.

mod connection;
mod refusal;

use aws_config::SdkConfig;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType,
};
use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use contract_runtime::format::is_email;
use contract_runtime::security::jwks::CachedKeys;
use contract_runtime::security::jwt::Verifier;
use contract_runtime::security::remote::RemoteKeys;
pub use contract_runtime::security::user_pool::UserPool;
use contract_runtime::security::{Principal, Rejection};
use serde_json::Value;

use super::{Challenge, IdentityError, Revocations, Session, SignInError, User};
use refusal::Refusal;

/// How long an ended session is remembered: the longest that a refresh token can live (Cognito API reference,
/// UserPoolClientType, RefreshTokenValidity: 10 years). After a logout Cognito refuses the refresh tokens itself, if it
/// was told; with the longest time there is this holds in any case and fits every app client. An item of 100 bytes per
/// logout is what it costs.
const MEMORY: TimeDelta = TimeDelta::days(3650);

/// The provider.
#[derive(Debug)]
pub struct Cognito {
    client: Client,
    pool: UserPool,
    verifier: Verifier<CachedKeys<RemoteKeys>>,
    revocations: Revocations,
}

impl Cognito {
    /// The provider of `pool`. Nothing is asked before the first login or token.
    ///
    /// # Errors
    ///
    /// If AWS was set up without an HTTP client, or the endpoint is no URL.
    pub fn new(
        shared: &SdkConfig,
        pool: UserPool,
        revocations: Revocations,
        clock: Clock,
    ) -> Result<Self, IdentityError> {
        let http = shared
            .http_client()
            .ok_or_else(|| IdentityError::Internal("AWS has no HTTP client".to_owned()))?;
        let verifier = pool
            .verifier("custom:role", http, clock)
            .map_err(|error| IdentityError::Internal(error.to_string()))?;
        Ok(Self {
            client: connection::client(shared, &pool),
            verifier,
            pool,
            revocations,
        })
    }

    pub(super) async fn login(&self, email: &str, password: &str) -> Result<Session, SignInError> {
        let answer = self
            .client
            .initiate_auth()
            .client_id(&self.pool.client_id)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", email)
            .auth_parameters("PASSWORD", password)
            .send()
            .await
            .map_err(|error| Refusal::of("InitiateAuth", error))?;
        let Some(tokens) = answer.authentication_result else {
            return Err(challenge(answer.challenge_name));
        };
        let (_, session) = self.session(tokens, None).await?;
        Ok(session)
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Session, IdentityError> {
        let answer = self
            .client
            .initiate_auth()
            .client_id(&self.pool.client_id)
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", refresh_token)
            .send()
            .await
            .map_err(|error| Refusal::of("InitiateAuth", error))?;
        // Whatever the account asks for is asked again, and told, when its user signs in.
        let tokens = answer
            .authentication_result
            .ok_or(IdentityError::Rejected)?;
        let (principal, session) = self.session(tokens, Some(refresh_token)).await?;
        if self.revocations.revoked(&principal.session).await? {
            return Err(IdentityError::Rejected);
        }
        Ok(session)
    }

    /// Ends the session here, which is what holds: its ID tokens are refused, and so is what its refresh token brings. Then
    /// all refresh tokens of the user are made useless at Cognito; if that fails it is told in the log and the session has
    /// ended all the same, so that a token that got out can be ended while Cognito is away.
    pub(super) async fn end(
        &self,
        principal: &Principal,
        revocations: &Revocations,
    ) -> Result<(), IdentityError> {
        let lifetime = principal.expires_at - principal.issued_at;
        revocations
            .revoke(&principal.session, MEMORY.max(lifetime))
            .await?;
        if let Err(error) = self.sign_out(principal).await {
            tracing::error!(%error, "an ended session can still be continued at Cognito, though not here");
        }
        Ok(())
    }

    /// Makes all refresh tokens of the user useless. It is well if there is no such user any more.
    async fn sign_out(&self, principal: &Principal) -> Result<(), IdentityError> {
        let username = principal
            .claims
            .get("cognito:username")
            .and_then(Value::as_str)
            .unwrap_or(&principal.subject);
        let ended = self
            .client
            .admin_user_global_sign_out()
            .user_pool_id(&self.pool.id)
            .username(username)
            .send()
            .await;
        match ended.map_err(|error| Refusal::of("AdminUserGlobalSignOut", error)) {
            Ok(_) | Err(Refusal::NoUser | Refusal::Disabled) => Ok(()),
            // These are the server's credentials, not the user's.
            Err(Refusal::NotAuthorized | Refusal::Unacceptable | Refusal::Challenged(_)) => {
                Err(IdentityError::Internal(
                    "AdminUserGlobalSignOut: Cognito does not accept the server's request"
                        .to_owned(),
                ))
            }
            Err(refusal) => Err(refusal.into()),
        }
    }

    pub(super) async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        self.verifier.verify(token).await
    }

    /// The session of an answer. `used` is the refresh token that it was asked for with, which stays good unless the
    /// answer brings another.
    async fn session(
        &self,
        tokens: AuthenticationResultType,
        used: Option<&str>,
    ) -> Result<(Principal, Session), IdentityError> {
        let misconfigured = |what: &str| IdentityError::Internal(format!("the user pool: {what}"));
        let token = tokens
            .id_token
            .ok_or_else(|| misconfigured("an answer has no ID token"))?;
        let refresh_token = tokens
            .refresh_token
            .or_else(|| used.map(str::to_owned))
            .ok_or_else(|| misconfigured("an answer has no refresh token"))?;
        let principal = match self.verify(&token).await {
            Ok(principal) => principal,
            // Cognito has just made it: what is wrong is the settings, or somebody is in between.
            Err(Rejection::Invalid(reason)) => {
                return Err(misconfigured(&format!("its ID token is refused: {reason}")));
            }
            Err(Rejection::Unavailable(cause)) => return Err(IdentityError::Unavailable(cause)),
            Err(Rejection::Internal(cause)) => return Err(IdentityError::Internal(cause)),
        };
        if !principal.claims.contains_key("origin_jti") {
            return Err(misconfigured(
                "its ID tokens have no origin_jti, so a logout could not end a session; turn EnableTokenRevocation on \
                 for the app client",
            ));
        }
        let user = User::of(&principal);
        if !is_email(&user.email) {
            return Err(misconfigured(
                "its ID tokens have no email; let the app client read the attribute",
            ));
        }
        // The answer's own ExpiresIn is the access token's.
        let lifetime = principal.expires_at - principal.issued_at;
        let session = Session {
            user,
            token,
            expires_in: u32::try_from(lifetime.num_seconds()).unwrap_or(1).max(1),
            refresh_token,
        };
        Ok((principal, session))
    }
}

/// What a challenge in place of tokens means.
fn challenge(name: Option<ChallengeNameType>) -> SignInError {
    use ChallengeNameType as Name;
    let Some(name) = name else {
        let cause = "InitiateAuth: the answer has neither tokens nor a challenge".to_owned();
        return IdentityError::Internal(cause).into();
    };
    SignInError::Challenged(match name {
        Name::NewPasswordRequired => Challenge::NewPassword,
        Name::SmsMfa | Name::SoftwareTokenMfa | Name::EmailOtp | Name::SmsOtp => {
            Challenge::SecondFactor
        }
        Name::SelectMfaType => Challenge::SecondFactor,
        Name::MfaSetup => Challenge::SecondFactorSetup,
        _ => Challenge::AnotherWay,
    })
}
