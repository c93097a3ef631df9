//! Credentials for an operation that asks for one, and an independent reading of those that are taken.
//!
//! The first byte of an input says what the others are: the value of the header, a bearer token, a header and claims to
//! sign with the server's own key ([`STOP`] between them), changes of good ones before they are signed, or changes of a
//! good token after it was.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use contract_judge::edits::{Vocabulary, edited};
use contract_runtime::security::crypto;
use contract_runtime::security::jwt::{MAX_ID, MAX_TOKEN};
use http::{HeaderMap, HeaderValue, Method, header};
use jsonwebtoken::Algorithm;
use portfolio_server::identity::embedded::{AUDIENCE, ISSUER};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::world::{self, World};
use crate::{EMAIL, NAME, NOW, time};

/// Between header and claims; no byte of UTF-8.
const STOP: u8 = 0xFF;

/// Seconds that clocks may differ.
const LEEWAY: f64 = 60.0;

/// Names and values that headers and claims may know; moments are those around [`NOW`].
static WORDS: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::read(include_str!("claims.json")));

/// Asks who is calling.
///
/// # Panics
///
/// If a credential is taken that must not be, a good one is refused, or the answer is none that the contract declares.
pub fn token(bytes: &[u8]) {
    let _ = is_taken(bytes);
}

/// Asks who is calling; whether the credential is taken.
///
/// # Panics
///
/// As [`token`].
#[must_use]
pub fn is_taken(bytes: &[u8]) -> bool {
    let Some((kind, rest)) = bytes.split_first() else {
        return false;
    };
    world::with(|world| {
        let value = match kind % 5 {
            0 => rest.to_vec(),
            1 => [b"Bearer ", rest].concat(),
            2 => {
                let mut parts = rest.splitn(2, |byte| *byte == STOP);
                let mut part = || parts.next().unwrap_or_default();
                signed(world, part(), part())
            }
            3 => {
                let good = json!({ "header": world.mint.header, "claims": world.mint.claims });
                let token = edited(&good, &WORDS, rest);
                let part = |name: &str| {
                    let part = token.get(name).unwrap_or(&Value::Null);
                    part.to_string().into_bytes()
                };
                signed(world, &part("header"), &part("claims"))
            }
            _ => {
                let mut token = world.mint.good().into_bytes();
                let length = token.len();
                for change in rest.chunks_exact(3) {
                    let place = u16::from_be_bytes([change[0], change[1]]);
                    token[usize::from(place) % length] = change[2];
                }
                [&b"Bearer "[..], &token].concat()
            }
        };
        // Who says a name twice may be refused (RFC 7515, section 4); changes never do.
        HeaderValue::from_bytes(&value).is_ok_and(|value| judge(world, value, kind % 5 >= 3))
    })
}

/// A token with the server's signature, as the value of a header.
fn signed(world: &World, header: &[u8], claims: &[u8]) -> Vec<u8> {
    let part = |bytes| URL_SAFE_NO_PAD.encode(bytes);
    let message = format!("{}.{}", part(header), part(claims));
    let key = &world.mint.key;
    let signature = crypto::sign(Algorithm::ES256, key, message.as_bytes()).unwrap();
    format!("Bearer {message}.{signature}").into_bytes()
}

/// Asks with a credential; whether it is taken. `plain` says that a good one must be.
fn judge(world: &mut World, value: HeaderValue, plain: bool) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value.clone());
    let answer = world.ask(Method::GET, "/auth/me", headers, Vec::new());
    let taken = match answer.status.as_u16() {
        200 => true,
        401 => false,
        _ => panic!("neither taken nor refused: {answer}"),
    };
    match reading(world, value.as_bytes()) {
        Err(reason) => assert!(!taken, "{reason}: {answer}"),
        Ok(claims) => {
            // Who has no id, address or name of which the contract could tell is refused as well.
            let subject = claims.get("sub").and_then(Value::as_str);
            let known = subject.is_some_and(|subject| Uuid::parse_str(subject).is_ok())
                && claims.get("email") == Some(&json!(EMAIL))
                && claims.get("name") == Some(&json!(NAME));
            let short = value.len() <= MAX_TOKEN;
            assert!(
                taken || !(plain && known && short),
                "a good token: {answer}"
            );
        }
    }
    taken
}

/// The claims of a good token (RFC 7515, section 5.2; RFC 7519, section 7.2; and what Amazon Cognito asks for), or why it
/// is none.
fn reading(world: &World, value: &[u8]) -> Result<Map<String, Value>, &'static str> {
    let text = str::from_utf8(value).map_err(|_| "not text")?;
    let (scheme, token) = text.split_once(' ').ok_or("no credential")?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err("another scheme");
    }
    let parts: Vec<&str> = token.trim().split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err("not three parts");
    };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "not base64url");
    let object = |part: &str| {
        let bytes = bytes(part)?;
        serde_json::from_slice::<Map<String, Value>>(&bytes).map_err(|_| "not an object")
    };
    let key = &world.keys["keys"][0];
    let point = ["x", "y"].map(|name| bytes(key[name].as_str().unwrap()).unwrap());
    let point = [&[4], &point[0][..], &point[1]].concat();
    let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let message = format!("{header}.{claims}");
    let verified = verifier.verify(message.as_bytes(), &bytes(signature)?);
    verified.map_err(|_| "another signature")?;
    let (header, claims) = (object(header)?, object(claims)?);
    if header.get("alg") != Some(&json!("ES256")) || header.get("kid") != Some(&key["kid"]) {
        return Err("another algorithm or key");
    }
    if header.get("crit").is_some_and(|crit| !crit.is_null()) {
        return Err("an extension");
    }
    let audience = json!(AUDIENCE);
    let meant = match claims.get("aud") {
        Some(Value::Array(several)) => several.contains(&audience),
        one => one == Some(&audience),
    };
    let is = |name: &str, value: &str| claims.get(name) == Some(&json!(value));
    if !(meant && is("iss", ISSUER) && is("token_use", "id")) {
        return Err("of or for another");
    }
    let now = time(NOW).timestamp() as f64;
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64).map(f64::trunc);
    if moment("exp").is_none_or(|end| now - end >= LEEWAY) {
        return Err("past its end");
    }
    if claims.contains_key("nbf") && moment("nbf").is_none_or(|start| start - now > LEEWAY) {
        return Err("before its beginning");
    }
    // What no calendar here knows is no moment: chrono's ends with the year 262142.
    let [first, last] = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]
        .map(|moment| moment.timestamp() as f64);
    let calendar = first..=last;
    let known = |name: &str| moment(name).is_none_or(|moment| calendar.contains(&moment));
    if moment("iat").is_none() || !["exp", "nbf", "iat"].into_iter().all(known) {
        return Err("no moment");
    }
    let text = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let (Some(subject), Some(session)) = (text("sub"), text("origin_jti").or(text("jti"))) else {
        return Err("of nobody or no session");
    };
    if subject.len().max(session.len()) > MAX_ID {
        return Err("an id that no key of the table has room for");
    }
    Ok(claims)
}
