//! The keys that a user pool publishes, and the tokens that they are believed by.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use portfolio_tests::Answer;
use portfolio_tests::cognito::Published;
use serde_json::json;

use super::{me, site, site_and_pool};

#[track_caller]
fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 401, "{why}\n{answer}");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer error=\"invalid_token\""),
        "{why}: {challenge}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_fetched_once_when_the_first_token_comes() {
    let (site, pool) = site_and_pool().await;
    site.get("/blog/posts").await.has(200);
    assert_eq!(pool.fetches(), 0);
    // Slow enough for all the others to wait.
    pool.publish(Published::Late(Duration::from_millis(300)));
    let good = pool.mint().good();
    let answers = join_all((0..20).map(|_| me(&site, &good))).await;
    for answer in answers {
        answer.has(200);
    }
    assert_eq!(pool.fetches(), 1);
    // Public reads and the same key never need another.
    pool.away(true);
    me(&site, &good).await.has(200);
    assert_eq!(pool.fetches(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_within_a_minute() {
    let (site, pool) = site_and_pool().await;
    let old = pool.mint();
    me(&site, &old.good()).await.has(200);
    pool.rotate_keys();
    let new = pool.mint().good();
    // The keys have just been fetched.
    refused(&me(&site, &new).await, "too early");
    assert_eq!(pool.fetches(), 1);
    site.clock.advance(TimeDelta::seconds(60));
    for answer in join_all((0..10).map(|_| me(&site, &new))).await {
        answer.has(200);
    }
    me(&site, &old.good()).await.has(200);
    assert_eq!(pool.fetches(), 2);
    // Invented keys make nobody fetch more often than once a minute.
    let mut invented = pool.mint();
    for count in 0..10 {
        invented.header.kid = Some(format!("invented-{count}"));
        refused(&me(&site, &invented.good()).await, "invented");
    }
    assert_eq!(pool.fetches(), 2);
    site.clock.advance(TimeDelta::seconds(60));
    for count in 0..10 {
        invented.header.kid = Some(format!("invented-{count}"));
        refused(&me(&site, &invented.good()).await, "invented");
    }
    assert_eq!(pool.fetches(), 3);
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_within_the_hour() {
    let (site, pool) = site_and_pool().await;
    let mut old = pool.mint();
    old.claims["exp"] = json!((site.clock.now() + TimeDelta::days(1)).timestamp());
    me(&site, &old.good()).await.has(200);
    pool.rotate_keys();
    pool.withdraw_old_keys();
    site.clock.advance(TimeDelta::hours(1));
    refused(&me(&site, &old.good()).await, "withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_keys_cannot_be_had_a_good_token_is_503_and_not_401() {
    let keys = site().await.pool().key_set();
    let symmetric = json!({ "keys": [{ "kty": "oct", "kid": keys["keys"][0]["kid"], "alg": "HS256", "k": "c2VjcmV0" }] });
    let lies = [
        Published::Text(200, "<html>Please sign in to the network</html>".to_owned()),
        Published::Text(200, String::new()),
        Published::Text(200, "{}".to_owned()),
        Published::Text(200, json!({ "keys": [] }).to_string()),
        Published::Text(200, json!({ "keys": "none" }).to_string()),
        Published::Text(200, symmetric.to_string()),
        Published::Text(200, format!("{}{}", " ".repeat(256 * 1024), keys)),
        Published::Text(500, keys.to_string()),
        Published::Text(404, "{}".to_owned()),
        Published::Elsewhere,
        Published::Late(Duration::from_secs(60)),
    ];
    for lie in lies {
        let (site, pool) = site_and_pool().await;
        let token = pool.mint().good();
        pool.publish(lie.clone());
        let start = Instant::now();
        let answer = me(&site, &token).await;
        assert_eq!(answer.status, 503, "{lie:?}: {answer}");
        assert_eq!(answer.header("retry-after"), "1");
        assert!(!answer.body.to_string().contains("key"), "{answer}");
        assert!(start.elapsed() < Duration::from_secs(5), "{lie:?}");
        // Whoever asks soon again is answered at once, and the pool is left alone.
        me(&site, &token).await.has(503);
        assert_eq!(pool.fetches(), 1, "{lie:?}");
        pool.publish(None);
        site.clock.advance(TimeDelta::seconds(5));
        me(&site, &token).await.has(200);
    }
}

#[tokio::test]
async fn known_keys_stay_good_while_the_pool_is_away() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    let token = session["token"].as_str().unwrap();
    pool.away(true);
    me(&site, token).await.has(200);
    let lasting = pool.mint().with(
        "exp",
        json!((site.clock.now() + TimeDelta::days(9)).timestamp()),
    );
    site.clock.advance(TimeDelta::days(8));
    me(&site, &lasting).await.has(200);
}

#[tokio::test]
async fn a_pool_that_is_away_at_first_is_found_when_it_is_back() {
    let (site, pool) = site_and_pool().await;
    let token = pool.mint().good();
    pool.away(true);
    me(&site, &token).await.has(503);
    pool.away(false);
    me(&site, &token).await.has(503);
    site.clock.advance(TimeDelta::seconds(5));
    me(&site, &token).await.has(200);
}

#[tokio::test]
async fn a_key_set_without_the_tokens_key_refuses_it() {
    let (site, pool) = site_and_pool().await;
    let token = pool.mint().good();
    pool.publish(Published::Text(
        200,
        super::site().await.pool().key_set().to_string(),
    ));
    refused(&me(&site, &token).await, "another pool's keys");
}

#[tokio::test]
async fn only_id_tokens_of_this_client_and_this_pool_are_believed() {
    let (site, pool) = site_and_pool().await;
    let other = super::site().await;
    let mint = pool.mint();
    me(&site, &mint.good()).await.has(200);
    let pool_of_another_region = "https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_aBcDeFgHi";
    for (token, why) in [
        (mint.with("aud", json!("anotherclient")), "another client"),
        (mint.without("aud"), "no client"),
        (
            mint.with("iss", json!(pool_of_another_region)),
            "another issuer",
        ),
        (
            mint.with("iss", other.pool().mint().claims["iss"].clone()),
            "another pool, by our key",
        ),
        (other.pool().mint().good(), "another pool"),
        (mint.with("token_use", json!("access")), "an access token"),
        (mint.without("token_use"), "no use"),
    ] {
        refused(&me(&site, &token).await, why);
    }
    // An access token as the pool makes it: no audience, and the client by another name.
    let mut access = mint.claims.clone();
    let claims = access.as_object_mut().unwrap();
    let client = claims.remove("aud").unwrap();
    claims.insert("client_id".to_owned(), client);
    claims.insert("token_use".to_owned(), json!("access"));
    refused(
        &me(&site, &mint.sign(&access)).await,
        "the pool's access token",
    );
}

/// RFC 8725, section 2.1.
#[tokio::test]
async fn the_tokens_header_does_not_choose_the_algorithm() {
    use contract_runtime::security::crypto::encode;
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    let (site, pool) = site_and_pool().await;
    let mint = pool.mint();
    let kid = mint.header.kid.clone();
    for header in [
        json!({ "alg": "none", "kid": kid }),
        json!({ "alg": "NONE", "kid": kid }),
        json!({ "alg": "", "kid": kid }),
    ] {
        refused(&me(&site, &mint.forged(&header, b"")).await, "no signature");
    }
    let keys = pool.key_set();
    for secret in [keys.to_string(), keys["keys"][0].to_string()] {
        let header = Header {
            kid: kid.clone(),
            ..Header::new(Algorithm::HS256)
        };
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = encode(&header, &mint.claims, &key).unwrap();
        refused(&me(&site, &token).await, "the public key as a secret");
    }
}

#[tokio::test]
async fn this_server_publishes_no_keys_of_its_own() {
    let site = site().await;
    let keys = site.outside(reqwest::Method::GET, "/.well-known/jwks.json");
    keys.await.has(404);
}
