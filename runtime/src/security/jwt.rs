//! Verification of JSON Web Tokens (RFC 7519) as Amazon Cognito issues them, and services that sign their own.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::jwks::{KeySource, VerificationKey};
use super::{Principal, Rejection};
use crate::clock::Clock;

/// Bytes of the longest token that is looked at.
pub const MAX_TOKEN: usize = 16 * 1024;

/// Bytes of the longest subject or session id. OpenID Connect allows a `sub` of 255 characters, issuers' ids of sessions are
/// shorter; services look both up in keys, which are bounded everywhere.
pub const MAX_ID: usize = 1024;

/// How far the issuer's clock may be off.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// What a token must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// `iss`, exactly.
    pub issuer: String,
    /// `aud`, or one of them.
    pub audience: String,
    /// `token_use`: `id` or `access` (Amazon Cognito, "Understanding user pool JSON web tokens").
    pub token_use: String,
    /// The claim that names the subject's role, or lists several, such as `custom:role`. A token without it
    /// is good and grants no role.
    pub role_claim: String,
}

/// Verifies the tokens of one issuer for one audience.
#[derive(Debug)]
pub struct Verifier<S> {
    expected: Expected,
    keys: S,
    clock: Clock,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

const MALFORMED: Rejection = Rejection::Invalid("the token is malformed");

impl<S: KeySource> Verifier<S> {
    /// A verifier with this issuer's keys.
    pub fn new(expected: Expected, keys: S, clock: Clock) -> Self {
        Self {
            expected,
            keys,
            clock,
        }
    }

    /// Who `token` says is calling, if it is one of the issuer's and holds now.
    ///
    /// Checked: at most 16 KiB; signed by one of the issuer's keys with that key's own algorithm, whatever
    /// the token's header would like; `iss`, `aud`, `token_use`; `exp` not past and `nbf`, if there is one,
    /// not to come, each with a minute's leeway; `sub`, `iat` and `origin_jti` or `jti` are there, ids of at most 1 KiB. Whether
    /// the session was revoked is not known here.
    ///
    /// How long that takes tells nothing that the caller does not know: it depends on the token and on public keys, and a
    /// shared key's MAC is compared in constant time. What a header points to or brings (`jku`, `x5u`, `jwk`, `x5c`) is not
    /// looked at (RFC 8725, section 3.10).
    ///
    /// # Errors
    ///
    /// [`Rejection::Invalid`] if not, [`Rejection::Unavailable`] if the keys cannot be had.
    pub async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        if token.len() > MAX_TOKEN {
            return Err(Rejection::Invalid("the token is too long"));
        }
        let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, payload) = message.split_once('.').ok_or(MALFORMED)?;
        let header: Header = parse(header)?;
        // No extension is understood here (RFC 7515 section 4.1.11).
        if header.crit.is_some() {
            return Err(Rejection::Invalid("the token has an unknown extension"));
        }
        let kid = header
            .kid
            .ok_or(Rejection::Invalid("the token does not name its key"))?;
        let key = match self.keys.key(&kid).await {
            Ok(Some(key)) => key,
            Ok(None) => {
                return Err(Rejection::Invalid(
                    "the token is signed with an unknown key",
                ));
            }
            Err(error) => return Err(Rejection::Unavailable(error.to_string())),
        };
        check_signature(&key, &header.alg, message, signature)?;
        self.principal(parse(payload)?)
    }

    /// The principal of claims whose signature is good.
    fn principal(&self, claims: Map<String, Value>) -> Result<Principal, Rejection> {
        let Expected {
            issuer,
            audience,
            token_use,
            role_claim,
        } = &self.expected;
        let text = |name: &str| {
            claims
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        if text("iss") != Some(issuer) {
            return Err(Rejection::Invalid("the token has another issuer"));
        }
        if !strings(claims.get("aud")).any(|aud| aud == audience) {
            return Err(Rejection::Invalid("the token is for another audience"));
        }
        if text("token_use") != Some(token_use) {
            return Err(Rejection::Invalid("the token is for another use"));
        }
        let expires_at = time(&claims, "exp")?.ok_or(Rejection::Invalid("the token has no exp"))?;
        let issued_at = time(&claims, "iat")?.ok_or(Rejection::Invalid("the token has no iat"))?;
        let now = self.clock.now();
        if now - expires_at >= LEEWAY {
            return Err(Rejection::Invalid("the token has expired"));
        }
        if time(&claims, "nbf")?.is_some_and(|start| start - now > LEEWAY) {
            return Err(Rejection::Invalid("the token is not valid yet"));
        }
        let subject = text("sub").ok_or(Rejection::Invalid("the token has no sub"))?;
        let session = text("origin_jti")
            .or_else(|| text("jti"))
            .ok_or(Rejection::Invalid("the token has no jti"))?;
        if subject.len().max(session.len()) > MAX_ID {
            return Err(Rejection::Invalid("the token's sub or jti is too long"));
        }
        Ok(Principal {
            subject: subject.to_owned(),
            session: session.to_owned(),
            roles: strings(claims.get(role_claim)).map(str::to_owned).collect(),
            issued_at,
            expires_at,
            claims,
        })
    }
}

/// Checks the signature by the key's algorithm. The header's is only compared with it: a token that asks for
/// another (`none`, or HS256 with the public key as the secret) is refused without a look at its signature.
fn check_signature(
    key: &VerificationKey,
    alg: &str,
    message: &str,
    signature: &str,
) -> Result<(), Rejection> {
    if alg != name(key.algorithm()) {
        return Err(Rejection::Invalid(
            "the token is signed with another algorithm",
        ));
    }
    if !key.verifies(message, signature) {
        return Err(Rejection::Invalid("the token's signature is wrong"));
    }
    Ok(())
}

/// An algorithm's name in a header (RFC 7518 section 3.1); empty for those that no key is made for, which no header matches.
fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HS256 => "HS256",
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::PS256 => "PS256",
        Algorithm::PS384 => "PS384",
        Algorithm::PS512 => "PS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::EdDSA => "EdDSA",
        _ => "",
    }
}

/// A part of a token: JSON in base64url without padding.
fn parse<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Rejection> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| MALFORMED)?;
    serde_json::from_slice(&json).map_err(|_| MALFORMED)
}

/// The strings of a claim that is a string or a list of strings.
fn strings(claim: Option<&Value>) -> impl Iterator<Item = &str> {
    let one = claim.and_then(Value::as_str);
    let many = claim.and_then(Value::as_array);
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Value::as_str))
}

/// A NumericDate (RFC 7519 section 2): seconds since the Unix epoch, fractions cut off.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<DateTime<Utc>>, Rejection> {
    let Some(claim) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = claim
        .as_i64()
        .or_else(|| claim.as_f64().map(|seconds| seconds as i64))
        .ok_or(MALFORMED)?;
    DateTime::from_timestamp(seconds, 0)
        .map(Some)
        .ok_or(MALFORMED)
}

#[cfg(test)]
mod tests;
