//! Keys whose secret lies with a stand-in for Secrets Manager, over the wire.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use jsonwebtoken::DecodingKey;
use serde_json::json;

use super::*;
use crate::secrets::tests::{Manager, secret};
use crate::security::jwks::{JwkSet, StaticKeys};
use crate::security::jwt::{Expected, Verifier};
use crate::security::{Principal, Rejection};

const ONE: &str = "one one one one one one one one one";
const TWO: &str = "two two two two two two two two two";
const THREE: &str = "three three three three three three";

struct Service {
    keys: Arc<SymmetricKeys>,
    verifier: Verifier<Arc<SymmetricKeys>>,
    clock: Clock,
}

impl Service {
    fn new(secret: Secret, clock: Clock) -> Self {
        let keys = Arc::new(SymmetricKeys::new(secret, None, clock.clone()));
        let expected = Expected {
            issuer: "service".to_owned(),
            audience: "service-api".to_owned(),
            token_use: "access".to_owned(),
            role_claim: "role".to_owned(),
        };
        Self {
            verifier: Verifier::new(expected, keys.clone(), clock.clone()),
            keys,
            clock,
        }
    }

    fn claims(&self) -> Value {
        let now = self.clock.now().timestamp();
        json!({
            "iss": "service", "aud": "service-api", "token_use": "access", "sub": "ada", "jti": "1",
            "iat": now, "nbf": now, "exp": now + 900,
        })
    }

    async fn token(&self) -> String {
        self.keys.sign(&self.claims()).await.unwrap()
    }

    async fn verify(&self, token: &str) -> Result<Principal, Rejection> {
        self.verifier.verify(token).await
    }

    async fn is_good(&self, token: &str) -> bool {
        self.verify(token).await.is_ok()
    }
}

async fn service() -> (Arc<Manager>, Clock, Service) {
    let (manager, clock, secret) = secret().await;
    let service = Service::new(secret, clock.clone());
    (manager, clock, service)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with this header, signed with `key` as HS256 wants it.
fn forged(header: &Value, claims: &Value, key: &[u8]) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_secret(key);
    let signature = crypto::sign(Algorithm::HS256, &key, message.as_bytes());
    format!("{message}.{}", signature.unwrap())
}

#[tokio::test]
async fn tokens_outlive_one_rotation_and_not_two() {
    let (manager, clock, service) = service().await;
    manager.rotate("v1", ONE);
    let first = service.token().await;
    assert!(service.is_good(&first).await);

    manager.rotate("v2", TWO);
    clock.advance(TimeDelta::days(1));
    let second = service.token().await;
    // A new token each: the clock has gone on, and these hold for a quarter of an hour.
    let old = forged(
        &json!({"alg": "HS256", "kid": "v1"}),
        &service.claims(),
        ONE.as_bytes(),
    );
    assert!(service.is_good(&second).await);
    assert!(service.is_good(&old).await);
    let header = jsonwebtoken::decode_header(&second).unwrap();
    assert_eq!(header.kid.as_deref(), Some("v2"));

    manager.rotate("v3", THREE);
    clock.advance(TimeDelta::days(1));
    let old = forged(
        &json!({"alg": "HS256", "kid": "v1"}),
        &service.claims(),
        ONE.as_bytes(),
    );
    let second = forged(
        &json!({"alg": "HS256", "kid": "v2"}),
        &service.claims(),
        TWO.as_bytes(),
    );
    assert!(!service.is_good(&old).await);
    assert!(service.is_good(&second).await);
    assert!(service.is_good(&service.token().await).await);
}

#[tokio::test]
async fn a_token_of_an_instance_that_knows_a_newer_version_is_good_at_once() {
    let (manager, clock, service) = service().await;
    manager.rotate("v1", ONE);
    let first = service.token().await;
    assert!(service.is_good(&first).await);
    manager.rotate("v2", TWO);
    clock.advance(TimeDelta::seconds(20));
    let elsewhere = forged(
        &json!({"alg": "HS256", "kid": "v2"}),
        &service.claims(),
        TWO.as_bytes(),
    );
    assert!(service.is_good(&elsewhere).await);
    assert!(service.is_good(&first).await, "the previous one stays good");
}

#[tokio::test]
async fn invented_key_ids_cost_a_call_of_each_version_in_ten_seconds() {
    let (manager, clock, service) = service().await;
    manager.rotate("v1", ONE);
    service.token().await;
    clock.advance(TimeDelta::seconds(20));
    for kid in 0..20 {
        let header = json!({"alg": "HS256", "kid": kid.to_string()});
        let token = forged(&header, &service.claims(), ONE.as_bytes());
        assert_eq!(
            service.verify(&token).await,
            Err(Rejection::Invalid(
                "the token is signed with an unknown key"
            ))
        );
    }
    // One for signing; then the previous one is looked for, and is not there; then both again.
    assert!(manager.asked() <= 4, "{}", manager.asked());
}

/// What a token of another service of the same secret looks like, with the version that signed it.
fn token_of(service: &Service, version: &str, key: &str) -> String {
    let header = json!({"alg": "HS256", "kid": version});
    forged(&header, &service.claims(), key.as_bytes())
}

/// A service that knows the first version, and that it has no predecessor; the second is in force.
async fn behind() -> (Arc<Manager>, Clock, Service) {
    let (manager, clock, service) = service().await;
    manager.rotate("v1", ONE);
    service.token().await;
    assert!(!service.is_good(&token_of(&service, "v2", TWO)).await);
    clock.advance(TimeDelta::seconds(10));
    manager.rotate("v2", TWO);
    (manager, clock, service)
}

/// Begins a request with this token, and is gone while the secret is fetched, if it is.
async fn give_up(service: &Service, token: &str) {
    let _ = Box::pin(service.verify(token)).as_mut().now_or_never();
    tokio::task::yield_now().await;
}

const UNKNOWN: Result<Principal, Rejection> = Err(Rejection::Invalid(
    "the token is signed with an unknown key",
));

#[tokio::test]
async fn of_two_requests_with_a_new_version_none_is_refused_while_the_other_fetches() {
    let (manager, _, service) = behind().await;
    let asked = manager.asked();
    let token = token_of(&service, "v2", TWO);
    let both = futures_util::future::join(service.verify(&token), service.verify(&token)).await;
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(manager.asked(), asked + 2);
}

#[tokio::test]
async fn a_key_that_cannot_be_looked_for_is_unavailable_and_not_unknown() {
    let (manager, clock, service) = behind().await;
    let token = token_of(&service, "v2", TWO);
    let denied = json!({"__type": "AccessDeniedException", "Message": "not you"}).to_string();
    manager.breaks(2, 400, &denied);
    for _ in 0..3 {
        match service.verify(&token).await {
            Err(Rejection::Unavailable(cause)) => assert!(cause.contains("not you"), "{cause}"),
            other => panic!("{other:?}"),
        }
    }
    // What is known is good meanwhile, and the pause is the same.
    assert!(service.is_good(&token_of(&service, "v1", ONE)).await);
    clock.advance(TimeDelta::seconds(10));
    assert!(service.is_good(&token).await);
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_a_new_version_to_the_next() {
    let (manager, _, service) = behind().await;
    let asked = manager.asked();
    let token = token_of(&service, "v2", TWO);
    give_up(&service, &token).await;
    assert!(service.is_good(&token).await);
    assert_eq!(manager.asked(), asked + 2);
}

#[tokio::test]
async fn callers_that_give_up_cost_a_call_of_each_version_in_ten_seconds() {
    let (manager, clock, service) = behind().await;
    for _ in 0..3 {
        let asked = manager.asked();
        for kid in 0..20 {
            give_up(&service, &token_of(&service, &kid.to_string(), ONE)).await;
        }
        assert_eq!(
            service.verify(&token_of(&service, "20", ONE)).await,
            UNKNOWN
        );
        assert_eq!(manager.asked(), asked + 2);
        clock.advance(TimeDelta::seconds(10));
    }
}

#[tokio::test]
async fn invented_key_ids_keep_a_new_version_out_for_ten_seconds_at_most() {
    let (manager, clock, service) = behind().await;
    assert_eq!(service.verify(&token_of(&service, "0", ONE)).await, UNKNOWN);
    manager.rotate("v3", THREE);
    let token = token_of(&service, "v3", THREE);
    for second in 1..10 {
        clock.advance(TimeDelta::seconds(1));
        let invented = token_of(&service, &second.to_string(), ONE);
        assert_eq!(service.verify(&invented).await, UNKNOWN);
        assert_eq!(service.verify(&token).await, UNKNOWN);
    }
    clock.advance(TimeDelta::seconds(1));
    assert!(service.is_good(&token).await);
}

#[tokio::test]
async fn a_version_that_is_in_force_since_a_fetch_just_now_is_found() {
    let (manager, _, service) = service().await;
    manager.rotate("v1", ONE);
    service.token().await;
    manager.rotate("v2", TWO);
    assert!(service.is_good(&token_of(&service, "v2", TWO)).await);
}

#[tokio::test]
async fn only_hs256_with_the_right_key_is_taken() {
    let (manager, _, service) = service().await;
    manager.rotate("v1", ONE);
    let good = service.claims();
    let refused = async |header: Value, key: &[u8]| {
        let token = forged(&header, &good, key);
        match service.verify(&token).await {
            Err(Rejection::Invalid(reason)) => reason,
            other => panic!("{header}: {other:?}"),
        }
    };
    let other = "the token is signed with another algorithm";
    for algorithm in ["none", "HS384", "HS512", "RS256", "ES256", "hs256", ""] {
        let header = json!({"alg": algorithm, "kid": "v1"});
        assert_eq!(refused(header, ONE.as_bytes()).await, other);
    }
    let header = json!({"alg": "HS256", "kid": "v1"});
    assert_eq!(
        refused(header.clone(), TWO.as_bytes()).await,
        "the token's signature is wrong"
    );
    assert_eq!(refused(header, b"").await, "the token's signature is wrong");
    let header = json!({"alg": "HS256"});
    assert_eq!(
        refused(header, ONE.as_bytes()).await,
        "the token does not name its key"
    );
    let expired = json!({"alg": "HS256", "kid": "v1"});
    let mut claims = service.claims();
    claims["exp"] = json!(service.clock.now().timestamp() - 60);
    let token = forged(&expired, &claims, ONE.as_bytes());
    assert_eq!(
        service.verify(&token).await,
        Err(Rejection::Invalid("the token has expired"))
    );
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret_whatever_the_token_says() {
    let point = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    let set = json!({"keys": [{
        "kty": "EC", "crv": "P-256", "kid": "public", "x": point,
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }]});
    let set: JwkSet = serde_json::from_value(set).unwrap();
    let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
    let service = Service::new(Secret::fixed("key", ONE), clock.clone());
    let expected = Expected {
        issuer: "service".to_owned(),
        audience: "service-api".to_owned(),
        token_use: "access".to_owned(),
        role_claim: "role".to_owned(),
    };
    let verifier = Verifier::new(expected, StaticKeys::new(&set), clock);
    let header = json!({"alg": "HS256", "kid": "public"});
    let public = URL_SAFE_NO_PAD.decode(point).unwrap();
    for key in [point.as_bytes(), &public] {
        let token = forged(&header, &service.claims(), key);
        assert_eq!(
            verifier.verify(&token).await,
            Err(Rejection::Invalid(
                "the token is signed with another algorithm"
            ))
        );
    }
}

#[tokio::test]
async fn a_secret_that_is_too_short_is_no_key() {
    let clock = Clock::system();
    let short = "thirty-one bytes are one too few";
    let keys = SymmetricKeys::new(Secret::fixed("JWT_SECRET_KEY", &short[1..]), None, clock);
    let error = keys.check().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the signing keys are unavailable: the secret \"JWT_SECRET_KEY\" is no key: it has 31 bytes, and a key for HS256 \
         needs at least 32 (openssl rand -base64 48 makes one)"
    );
    assert!(keys.sign(&json!({})).await.is_err());
    assert!(keys.key(UNVERSIONED).await.is_err());
    let keys = SymmetricKeys::new(Secret::fixed("key", short), None, Clock::system());
    assert!(keys.check().await.is_ok());
    assert!(keys.sign(&json!({})).await.is_ok());
}

#[tokio::test]
async fn a_key_may_be_a_member_of_a_json_object() {
    let value = json!({"JWT_SECRET_KEY": ONE, "other": "member"}).to_string();
    let keys = SymmetricKeys::new(
        Secret::fixed("movies/jwt", value),
        Some("JWT_SECRET_KEY"),
        Clock::system(),
    );
    let token = keys.sign(&json!({"a": 1})).await.unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let key = DecodingKey::from_secret(ONE.as_bytes());
    assert!(crypto::verify(
        Algorithm::HS256,
        &key,
        message.as_bytes(),
        signature
    ));
    for broken in [ONE.to_owned(), json!({"JWT_SECRET": ONE}).to_string()] {
        let keys = SymmetricKeys::new(
            Secret::fixed("movies/jwt", broken),
            Some("JWT_SECRET_KEY"),
            Clock::system(),
        );
        let error = keys.check().await.unwrap_err().to_string();
        assert!(!error.contains("one one"), "{error}");
    }
}
