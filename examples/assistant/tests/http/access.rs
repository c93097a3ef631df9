//! Who may call.

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::site::{CONTRACT, Site};

#[tokio::test]
async fn every_operation_needs_a_good_token() {
    let site = Site::start(&[]).await;
    for operation in CONTRACT.operations() {
        let method: reqwest::Method = operation.method.parse().unwrap();
        for caller in [&site.visitor, &site.visitor.with_token("e30.e30.e30")] {
            let answer = caller.call(method.clone(), operation.path).await;
            answer.has(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
    }
}

#[tokio::test]
async fn id_tokens_of_the_user_pool_are_accepted_and_no_others() {
    let aws = Aws::start().await;
    let site = Site::start(&[
        ("COGNITO_USER_POOL_ID", "pool"),
        ("COGNITO_CLIENT_ID", "client"),
        ("COGNITO_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", &aws.url),
    ])
    .await;
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/pool";
    let good = json!({
        "iss": issuer, "aud": "client", "token_use": "id", "sub": "ada", "jti": "1", "iat": 1, "exp": 4_000_000_000_u64,
    });
    let status = |claims: Value| {
        let token = aws.key.sign(&claims).unwrap();
        let caller = site.visitor.with_token(&token);
        async move { caller.get("/status").await }
    };
    let answer = status(good.clone()).await.is(200);
    assert_eq!(answer["user"], json!({ "id": "ada" }));
    for (claim, value) in [
        ("token_use", json!("access")),
        ("aud", json!("another")),
        (
            "iss",
            json!("https://cognito-idp.eu-west-1.amazonaws.com/other"),
        ),
        ("exp", json!(2)),
    ] {
        let mut claims = good.clone();
        claims[claim] = value;
        status(claims).await.has(401);
    }
}

#[tokio::test]
async fn limits_are_counted_and_pages_are_allowed_by_setting() {
    let site = Site::start(&[
        ("RATE_LIMITS", "on"),
        ("CORS_ALLOW_ORIGINS", "https://page.example"),
    ])
    .await;
    let user = site.user.clone().limits(true);
    for _ in 0..20 {
        user.post("/chat")
            .json(json!({ "message": "a" }))
            .await
            .has(503);
    }
    let answer = user
        .post("/chat")
        .json(json!({ "message": "a" }))
        .await
        .is(429);
    assert!(answer.headers.contains_key("retry-after"));
    let answer = user
        .get("/users")
        .header("origin", "https://page.example")
        .await
        .is(200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://page.example"
    );
}
