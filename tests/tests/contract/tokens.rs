//! Which tokens are believed.

use chrono::TimeDelta;
use portfolio_tests::{Answer, Answered, Client, POSTS, Setup, Site, site, snapshot};
use serde_json::{Value, json};

async fn me(site: &Site, token: &str) -> Answer {
    let bearer = site.with_token(token);
    bearer.get_current_user().send().answer().await
}

#[track_caller]
fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 401, "{why}\n{answer}");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer error=\"invalid_token\""),
        "{why}: {challenge}"
    );
}

#[tokio::test]
async fn a_good_token_is_believed() {
    let site = site().await;
    let mint = site.mint().await;
    let now = site.clock.now().timestamp();
    let good = [
        mint.good(),
        mint.with("aud", json!([mint.claims["aud"], "another-client"])),
        mint.with("exp", json!(now - 59)),
        mint.with("nbf", json!(now + 59)),
        mint.with("iat", json!(now)),
        mint.without("jti"),
    ];
    for token in good {
        me(&site, &token).await.has(200);
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_in_one_claim_is_refused() {
    let site = site().await;
    let mint = site.mint().await;
    let now = site.clock.now().timestamp();
    let claims: [(&str, Value); 14] = [
        (
            "iss",
            json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi"),
        ),
        ("iss", json!("")),
        ("iss", json!([mint.claims["iss"]])),
        ("aud", json!("another-client")),
        ("aud", json!([])),
        ("aud", json!(["another-client"])),
        ("aud", json!(null)),
        ("token_use", json!("access")),
        ("token_use", json!(true)),
        ("exp", json!(now - 60)),
        ("exp", json!("never")),
        ("exp", json!(-1)),
        ("nbf", json!(now + 61)),
        ("sub", json!("")),
    ];
    for (claim, value) in claims {
        let token = mint.with(claim, value.clone());
        refused(&me(&site, &token).await, &format!("{claim}: {value}"));
    }
    for claim in ["iss", "aud", "token_use", "exp", "iat", "sub"] {
        refused(&me(&site, &mint.without(claim)).await, claim);
    }
}

#[tokio::test]
async fn a_token_that_our_key_did_not_sign_is_refused() {
    let site = site().await;
    let other = Setup::default().start().await.mint().await;
    let mint = site.mint().await;
    let kid = mint.header.kid.clone().unwrap();
    let good = mint.good();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let mut foreign = other;
    refused(&me(&site, &foreign.good()).await, "another site's");
    foreign.header.kid = Some(kid.clone());
    refused(
        &me(&site, &foreign.good()).await,
        "another site's, with our key's name",
    );
    for (header, signature) in [
        (json!({ "alg": "none", "kid": kid }), &b""[..]),
        (json!({ "alg": "None" }), b""),
        (json!({ "alg": "HS256", "kid": kid }), &[7; 32]),
        (json!({ "alg": "ES256", "kid": kid }), b""),
        (json!({ "alg": "ES256", "kid": kid }), &[0; 64]),
        (json!({ "alg": "ES256", "kid": "unknown" }), &[7; 64]),
        (json!({ "alg": "ES256" }), &[7; 64]),
        (json!({ "kid": kid }), &[7; 64]),
        (json!({ "alg": "RS256", "kid": kid }), &[7; 256]),
        (json!([]), &[7; 64]),
    ] {
        refused(
            &me(&site, &mint.forged(&header, signature)).await,
            &header.to_string(),
        );
    }
    let claims = signed.split_once('.').unwrap();
    let mut shouting = mint.claims.clone();
    shouting["name"] = json!("Somebody else");
    let swapped = mint.sign(&shouting);
    let swapped = format!(
        "{}.{}.{signature}",
        claims.0,
        swapped.split('.').nth(1).unwrap()
    );
    refused(
        &me(&site, &swapped).await,
        "other claims under a good signature",
    );
    for text in [
        "",
        "x",
        "a.b.c",
        "..",
        "a.b",
        signed,
        &format!("{good}.x"),
        &format!("{good}="),
        &"a".repeat(20_000),
    ] {
        refused(&me(&site, text).await, text);
    }
}

/// The confusion of RFC 8725, section 2.1: the public key taken for the secret of a MAC.
#[tokio::test]
async fn the_public_key_is_no_secret() {
    use contract_runtime::security::crypto::encode;
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    let site = Setup::default().here().start().await;
    let mint = site.mint().await;
    let keys = site
        .outside(reqwest::Method::GET, "/.well-known/jwks.json")
        .await
        .is(200);
    let key = &keys["keys"][0];
    let header = Header {
        kid: mint.header.kid.clone(),
        ..Header::new(Algorithm::HS256)
    };
    for secret in [
        key.to_string(),
        keys.body.to_string(),
        key["x"].as_str().unwrap().to_owned(),
    ] {
        let token = encode(
            &header,
            &mint.claims,
            &EncodingKey::from_secret(secret.as_bytes()),
        )
        .unwrap();
        refused(&me(&site, &token).await, &secret);
    }
}

#[tokio::test]
async fn a_credential_of_another_scheme_is_refused_and_not_ignored() {
    let site = site().await;
    let good = site.mint().await.good();
    let get = |value: String| site.get("/blog/posts").header("authorization", value);
    for value in [
        "Basic YWRhOnNlY3JldA==".to_owned(),
        "Bearer".to_owned(),
        good.clone(),
        format!("Token {good}"),
    ] {
        let answer = get(value.clone()).await;
        refused(&answer, &value);
    }
    // Schemes have no case (RFC 9110, section 11.1).
    get(format!("bearer {good}")).await.has(200);
    get(format!("BEARER   {good}")).await.has(200);
    let two = get(format!("Bearer {good}")).header("authorization", "Bearer x");
    assert_ne!(two.await.status, 500);
}

#[tokio::test]
async fn only_the_owners_role_is_the_owners() {
    let site = site().await;
    let mint = site.mint().await;
    let tokens = [
        mint.with("custom:role", json!("public")),
        mint.with("custom:role", json!("Owner")),
        mint.with("custom:role", json!("owner ")),
        mint.with("custom:role", json!("")),
        mint.with("custom:role", json!(true)),
        mint.with("custom:role", json!({ "owner": true })),
        mint.without("custom:role"),
        // A group of Cognito's is no role of ours.
        mint.sign(&{
            let mut claims = mint.claims.clone();
            claims["custom:role"] = json!("public");
            claims["cognito:groups"] = json!(["owner"]);
            claims
        }),
    ];
    for token in tokens {
        let reader: Client = site.with_token(&token);
        assert_eq!(me(&site, &token).await.is(200)["role"], "public");
        let trends = reader.get_daily_visitor_trends().send();
        trends.answer().await.has(403);
        reader.list(POSTS).status("all").await.has(403);
        reader.list(POSTS).await.has(200);
    }
}

#[tokio::test]
async fn a_token_without_a_name() {
    let site = site().await;
    let mint = site.mint().await;
    let nameless = me(&site, &mint.without("name")).await.is(200);
    let blank = me(&site, &mint.with("name", json!(""))).await.is(200);
    assert_eq!(nameless["name"], portfolio_tests::EMAIL);
    assert_eq!(nameless.body, blank.body);
}

#[tokio::test]
async fn a_token_without_an_email() {
    let site = site().await;
    let mint = site.mint().await;
    // The contract has no user without one.
    for token in [
        mint.without("email"),
        mint.with("email", json!("ada")),
        mint.with("email", json!(1)),
    ] {
        me(&site, &token).await.has(401);
    }
}

#[tokio::test]
async fn a_user_that_the_contract_cannot_say_is_refused_and_no_fault_of_ours() {
    let site = site().await;
    let mint = site.mint().await;
    for token in [
        mint.with("sub", json!("ada")),
        mint.with("name", json!("x".repeat(2049))),
        mint.with("email", json!(format!("{}@example.com", "x".repeat(250)))),
    ] {
        me(&site, &token).await.has(401);
    }
    let longest = mint.with("name", json!("ä".repeat(2048)));
    me(&site, &longest).await.has(200);
}

#[tokio::test]
async fn the_challenge_says_what_is_wrong() {
    let site = site().await;
    let mint = site.mint().await;
    let none = site.get_current_user().send().answer().await.is(401);
    let expired = me(&site, &mint.with("exp", json!(1))).await.is(401);
    let foreign = me(&site, &mint.with("aud", json!("another-client")))
        .await
        .is(401);
    let garbage = me(&site, "garbage").await.is(401);
    snapshot!("challenges", none, expired, foreign, garbage);
}

#[tokio::test]
async fn an_end_in_the_distant_future_overflows_nothing() {
    let site = site().await;
    let mint = site.mint().await;
    for end in [i64::MAX, i64::from(u32::MAX), 253_402_300_800] {
        let answer = me(&site, &mint.with("exp", json!(end))).await;
        assert!(matches!(answer.status.as_u16(), 200 | 401), "{answer}");
        let owner = site.with_token(&mint.with("exp", json!(end)));
        let logout = owner.logout().send().answer().await;
        assert!(logout.status.as_u16() < 500, "{logout}");
        let mut claims = mint.claims.clone();
        claims["origin_jti"] = json!(format!("session-{end}"));
        claims["exp"] = json!(end);
        claims["iat"] = json!(0);
        let owner = site.with_token(&mint.sign(&claims));
        let logout = owner.logout().send().answer().await;
        assert!(logout.status.as_u16() < 500, "{logout}");
        let user = owner.get_current_user().send().answer().await;
        assert_eq!(user.status, 401, "{end}");
    }
    site.clock.advance(TimeDelta::days(365));
}
