use std::sync::LazyLock;

use chrono::TimeDelta;
use jsonwebtoken::EncodingKey;
use serde_json::json;

use super::*;
use crate::security::crypto;
use crate::security::jwks::{JwkSet, KeySourceError, StaticKeys};

const NOW: &str = "2026-11-20T10:00:00Z";

fn now() -> i64 {
    NOW.parse::<DateTime<Utc>>().unwrap().timestamp()
}

fn expected() -> Expected {
    Expected {
        issuer: "https://issuer.example".to_owned(),
        audience: "client".to_owned(),
        token_use: "id".to_owned(),
        role_claim: "custom:role".to_owned(),
    }
}

/// An issuer with one ES256 key, in PKCS #8.
struct Issuer(&'static [u8]);

impl Issuer {
    fn ours() -> Self {
        static KEY: LazyLock<Vec<u8>> = LazyLock::new(key);
        Self(&KEY)
    }

    fn another() -> Self {
        static KEY: LazyLock<Vec<u8>> = LazyLock::new(key);
        Self(&KEY)
    }

    fn public_key(&self) -> Vec<u8> {
        let (x, y) = crypto::public_point(self.0).unwrap();
        [&[4], &x[..], &y[..]].concat()
    }

    fn jwks(&self) -> JwkSet {
        let point = self.public_key();
        serde_json::from_value(json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "key-1", "use": "sig", "alg": "ES256",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        }]}))
        .unwrap()
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let key = EncodingKey::from_ec_der(self.0);
        let message = message(header, claims);
        let signature = crypto::sign(Algorithm::ES256, &key, message.as_bytes()).unwrap();
        format!("{message}.{signature}")
    }
}

fn key() -> Vec<u8> {
    crypto::new_key().unwrap().as_ref().to_vec()
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "key-1", "typ": "JWT"})
}

fn claims() -> Value {
    json!({
        "iss": "https://issuer.example", "aud": "client", "token_use": "id", "sub": "subject-1",
        "iat": now() - 10, "exp": now() + 3_590, "jti": "token-1", "origin_jti": "login-1",
        "custom:role": "owner", "email": "somebody@example.com",
    })
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name).unwrap();
    value
}

fn with(mut value: Value, name: &str, new: Value) -> Value {
    value[name] = new;
    value
}

fn verifier() -> Verifier<StaticKeys> {
    let keys = StaticKeys::new(&Issuer::ours().jwks());
    Verifier::new(expected(), keys, Clock::manual(NOW.parse().unwrap()))
}

async fn verify(header: Value, claims: Value) -> Result<Principal, Rejection> {
    let token = Issuer::ours().sign(&header, &claims);
    verifier().verify(&token).await
}

async fn refusal(header: Value, claims: Value) -> &'static str {
    match verify(header, claims).await {
        Err(Rejection::Invalid(reason)) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_good_token_makes_a_principal() {
    let principal = verify(header(), claims()).await.unwrap();
    assert_eq!(principal.subject, "subject-1");
    assert_eq!(principal.session, "login-1");
    assert!(principal.has_role("owner"));
    assert!(!principal.has_role("own"));
    assert_eq!(principal.issued_at.timestamp(), now() - 10);
    assert_eq!(principal.expires_at.timestamp(), now() + 3_590);
    assert_eq!(principal.claims["email"], "somebody@example.com");
    assert!(!format!("{principal:?}").contains("somebody"));
}

#[tokio::test]
async fn rs256_tokens_are_verified() {
    let fixture: Value = serde_json::from_str(include_str!("rs256.json")).unwrap();
    let keys = StaticKeys::new(&serde_json::from_value(fixture["keys"].clone()).unwrap());
    let verifier = Verifier::new(expected(), keys, Clock::manual(NOW.parse().unwrap()));
    let token = fixture["token"].as_str().unwrap();
    assert_eq!(verifier.verify(token).await.unwrap().session, "o");

    let (message, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{message}.{first}{}", &signature[1..]);
    assert_eq!(
        verifier.verify(&forged).await,
        Err(Rejection::Invalid("the token's signature is wrong"))
    );
}

#[tokio::test]
async fn algorithm_none_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let header = with(header(), "alg", json!(alg));
        for signature in ["", "AAAA"] {
            let token = format!("{}.{signature}", message(&header, &claims()));
            assert_eq!(
                verifier().verify(&token).await,
                Err(Rejection::Invalid(
                    "the token is signed with another algorithm"
                ))
            );
        }
    }
}

#[tokio::test]
async fn the_public_key_is_no_hmac_secret() {
    let header = with(header(), "alg", json!("HS256"));
    let message = message(&header, &claims());
    let public_key = Issuer::ours().public_key();
    for secret in [&public_key[..], &public_key[1..]] {
        let key = EncodingKey::from_secret(secret);
        let signature = crypto::sign(Algorithm::HS256, &key, message.as_bytes()).unwrap();
        assert_eq!(
            verifier().verify(&format!("{message}.{signature}")).await,
            Err(Rejection::Invalid(
                "the token is signed with another algorithm"
            ))
        );
    }
}

#[tokio::test]
async fn another_key_does_not_sign_for_this_issuer() {
    let token = Issuer::another().sign(&header(), &claims());
    assert_eq!(
        verifier().verify(&token).await,
        Err(Rejection::Invalid("the token's signature is wrong"))
    );
    let unknown = with(header(), "kid", json!("key-2"));
    assert_eq!(
        refusal(unknown, claims()).await,
        "the token is signed with an unknown key"
    );
    assert_eq!(
        refusal(without(header(), "kid"), claims()).await,
        "the token does not name its key"
    );
}

#[tokio::test]
async fn changed_claims_break_the_signature() {
    let token = Issuer::ours().sign(&header(), &with(claims(), "custom:role", json!("public")));
    let signature = token.rsplit_once('.').unwrap().1;
    let forged = format!("{}.{signature}", message(&header(), &claims()));
    assert_eq!(
        verifier().verify(&forged).await,
        Err(Rejection::Invalid("the token's signature is wrong"))
    );
}

#[tokio::test]
async fn tokens_end_a_minute_late_and_start_a_minute_early() {
    let at = |name, seconds| with(claims(), name, json!(now() + seconds));
    assert!(verify(header(), at("exp", -59)).await.is_ok());
    assert_eq!(
        refusal(header(), at("exp", -60)).await,
        "the token has expired"
    );
    assert!(verify(header(), at("nbf", 60)).await.is_ok());
    assert_eq!(
        refusal(header(), at("nbf", 61)).await,
        "the token is not valid yet"
    );
}

#[tokio::test]
async fn tokens_of_and_for_others_are_refused() {
    for (name, value, reason) in [
        (
            "iss",
            json!("https://issuer.example/"),
            "the token has another issuer",
        ),
        (
            "iss",
            json!(["https://issuer.example"]),
            "the token has another issuer",
        ),
        ("aud", json!("other"), "the token is for another audience"),
        (
            "aud",
            json!(["other", "client2"]),
            "the token is for another audience",
        ),
        ("aud", Value::Null, "the token is for another audience"),
        ("token_use", json!("access"), "the token is for another use"),
    ] {
        assert_eq!(
            refusal(header(), with(claims(), name, value.clone())).await,
            reason,
            "{name}: {value}"
        );
    }
    let several = with(claims(), "aud", json!(["other", "client"]));
    assert!(verify(header(), several).await.is_ok());
}

#[tokio::test]
async fn required_claims_are_required() {
    for (name, reason) in [
        ("iss", "the token has another issuer"),
        ("aud", "the token is for another audience"),
        ("token_use", "the token is for another use"),
        ("exp", "the token has no exp"),
        ("iat", "the token has no iat"),
        ("sub", "the token has no sub"),
    ] {
        assert_eq!(refusal(header(), without(claims(), name)).await, reason);
    }
    let nameless = without(without(claims(), "jti"), "origin_jti");
    assert_eq!(refusal(header(), nameless).await, "the token has no jti");
    let empty = with(claims(), "sub", json!(""));
    assert_eq!(refusal(header(), empty).await, "the token has no sub");

    let own = verify(header(), without(claims(), "origin_jti")).await;
    assert_eq!(own.unwrap().session, "token-1");
    let roleless = verify(header(), without(claims(), "custom:role")).await;
    assert!(roleless.unwrap().roles.is_empty());
}

#[tokio::test]
async fn odd_times_are_refused() {
    for value in [
        json!("1795168800"),
        json!(1e300),
        json!(i64::MAX),
        Value::Null,
        json!(true),
    ] {
        assert_eq!(
            refusal(header(), with(claims(), "exp", value.clone())).await,
            "the token is malformed",
            "{value}"
        );
    }
    let fraction = with(claims(), "exp", json!(now() as f64 + 10.5));
    assert!(verify(header(), fraction).await.is_ok());
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let token = Issuer::ours().sign(&header(), &claims());
    for text in [
        "".to_owned(),
        "..".to_owned(),
        "a.b".to_owned(),
        "a.b.c".to_owned(),
        format!("{token}.AAAA"),
        format!(" {token}"),
        format!("{token}="),
        token.replace('.', "!"),
    ] {
        assert!(
            matches!(verifier().verify(&text).await, Err(Rejection::Invalid(_))),
            "{text}"
        );
    }
    let long = format!("{token}{}", "A".repeat(MAX_TOKEN));
    assert_eq!(
        verifier().verify(&long).await,
        Err(Rejection::Invalid("the token is too long"))
    );
    let critical = with(header(), "crit", json!(["b64"]));
    assert_eq!(
        refusal(critical, claims()).await,
        "the token has an unknown extension"
    );
}

/// A table's key is bounded, and a token that cannot be looked up there is nobody's outage.
#[tokio::test]
async fn an_id_that_no_table_can_look_up_is_refused() {
    for name in ["sub", "jti", "origin_jti"] {
        let fits = with(claims(), name, json!("x".repeat(MAX_ID)));
        assert!(verify(header(), fits).await.is_ok(), "{name}");
    }
    for name in ["sub", "origin_jti"] {
        let long = with(claims(), name, json!("x".repeat(MAX_ID + 1)));
        assert_eq!(
            refusal(header(), long).await,
            "the token's sub or jti is too long"
        );
    }
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_nobodys_fault() {
    struct Down;
    impl KeySource for Down {
        async fn key(&self, _: &str) -> Result<Option<VerificationKey>, KeySourceError> {
            Err(KeySourceError("no route".to_owned()))
        }
    }
    let verifier = Verifier::new(expected(), Down, Clock::manual(NOW.parse().unwrap()));
    let token = Issuer::ours().sign(&header(), &claims());
    assert!(matches!(
        verifier.verify(&token).await,
        Err(Rejection::Unavailable(cause)) if cause.contains("no route")
    ));
}

#[tokio::test]
async fn leeway_follows_the_clock() {
    let keys = StaticKeys::new(&Issuer::ours().jwks());
    let clock = Clock::manual(NOW.parse().unwrap());
    let verifier = Verifier::new(expected(), keys, clock.clone());
    let token = Issuer::ours().sign(&header(), &claims());
    clock.advance(TimeDelta::seconds(3_649));
    assert!(verifier.verify(&token).await.is_ok());
    clock.advance(TimeDelta::seconds(1));
    assert!(verifier.verify(&token).await.is_err());
}
