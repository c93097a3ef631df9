//! The signing key in Secrets Manager, over the wire, through a rotation.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use contract_runtime::axum::Router;
use contract_runtime::axum::body::Bytes;
use contract_runtime::axum::routing::post;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::http::StatusCode;
use contract_runtime::program::Running;
use contract_runtime::security::crypto;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use movies::program::Program;
use serde_json::{Value, json};

use crate::site::{CONTRACT, KEY, PASSWORD, Site};

/// A stand-in for Secrets Manager with one secret; the current version last.
type Versions = Arc<Mutex<Vec<(&'static str, String)>>>;

async fn manager() -> (Versions, String) {
    let versions = Versions::default();
    let known = versions.clone();
    let answer = move |body: Bytes| async move {
        let body: Value = serde_json::from_slice(&body).unwrap();
        let versions = known.lock().unwrap();
        let back = usize::from(body["VersionStage"] == "AWSPREVIOUS");
        let version = versions.iter().rev().nth(back);
        match version.filter(|_| body["SecretId"] == "movies/jwt") {
            Some((id, value)) => (
                StatusCode::OK,
                json!({"SecretString": value, "VersionId": id}).to_string(),
            ),
            None => (
                StatusCode::BAD_REQUEST,
                json!({"__type": "ResourceNotFoundException", "Message": "not there"}).to_string(),
            ),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(answer));
    tokio::spawn(async move {
        contract_runtime::axum::serve(listener, router)
            .await
            .unwrap();
    });
    (versions, format!("http://{address}"))
}

fn secret(key: &str) -> String {
    json!({ "JWT_SECRET_KEY": key }).to_string()
}

/// A service whose key is the secret's.
async fn start(engine: &Engine, clock: &Clock, endpoint: &str) -> Result<Running, String> {
    let aws = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("eu-west-1"))
        .credentials_provider(
            aws_sdk_secretsmanager::config::SharedCredentialsProvider::new(
                aws_sdk_secretsmanager::config::Credentials::new("id", "key", None, None, "tests"),
            ),
        )
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let program = Program {
        engine: Some(engine.clone()),
        aws: Some(aws),
        clock: Some(clock.clone()),
    };
    let settings = [
        ("JWT_SECRET_ID", "movies/jwt"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint),
        ("ADMIN_USERNAME", "root"),
        ("ADMIN_PASSWORD", PASSWORD),
        ("RATE_LIMITS", "off"),
    ];
    let running = Running::start(program, settings).await;
    running.map_err(|error| error.to_string())
}

#[tokio::test]
async fn tokens_outlive_the_rotation_of_the_secret() {
    let (versions, endpoint) = manager().await;
    let key = |name: &str| format!("{name}: {}", "k".repeat(40));
    let rotate = |id: &'static str| versions.lock().unwrap().push((id, secret(&key(id))));
    rotate("v1");
    let (engine, clock) = (
        Engine::memory().unwrap(),
        Clock::manual("2026-11-20T10:00:00Z".parse().unwrap()),
    );
    // Two instances of one service.
    let mut sites = Vec::new();
    for _ in 0..2 {
        let running = start(&engine, &clock, &endpoint).await.unwrap();
        sites.push(Site {
            running,
            engine: engine.clone(),
            clock: clock.clone(),
        });
    }
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let first = sites[0].admin().await;
    assert_eq!(kid(first.token().unwrap()), "v1");
    let at = |site: &Site, token: &str| {
        let witness = contract_judge::witness::Witness::new(&CONTRACT, site.running.address());
        witness.with_token(token).get("/users/me")
    };
    // Both know the first version; then one learns of the second before the other.
    at(&sites[1], first.token().unwrap()).await.has(200);
    rotate("v2");
    clock.advance(TimeDelta::seconds(400));
    let second = sites[0].admin().await;
    assert_eq!(kid(second.token().unwrap()), "v2");
    for token in [&first, &second] {
        for site in &sites {
            at(site, token.token().unwrap()).await.has(200);
        }
    }
    // After another rotation the first version is worth nothing.
    rotate("v3");
    clock.advance(TimeDelta::seconds(400));
    let third = sites[0].admin().await;
    assert_eq!(kid(third.token().unwrap()), "v3");
    at(&sites[0], second.token().unwrap()).await.has(200);
    at(&sites[0], first.token().unwrap()).await.has(401);
}

#[tokio::test]
async fn a_key_that_is_too_short_or_not_there_keeps_the_service_from_starting() {
    let (versions, endpoint) = manager().await;
    let (engine, clock) = (Engine::memory().unwrap(), Clock::system());
    let error = start(&engine, &clock, &endpoint).await.unwrap_err();
    assert!(
        error.contains("movies/jwt") && error.contains("not there"),
        "{error}"
    );
    for (value, sentence) in [
        (
            secret("short"),
            "it has 5 bytes, and a key for HS256 needs at least 32",
        ),
        (
            json!({"other": "x"}).to_string(),
            "has no text \"JWT_SECRET_KEY\"",
        ),
        ("k".repeat(40), "it is no JSON"),
    ] {
        versions.lock().unwrap().push(("v1", value.clone()));
        let error = start(&engine, &clock, &endpoint).await.unwrap_err();
        assert!(error.contains(sentence), "{error}");
        assert!(!error.contains(&value), "{error}");
    }
}

#[tokio::test]
async fn tokens_of_anybody_else_are_refused() {
    let site = Site::new().await;
    let root = site.admin().await;
    let good = root.token().unwrap();
    let claims: Value = {
        use base64::Engine as _;
        let payload = good.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
        serde_json::from_slice(&payload.unwrap()).unwrap()
    };
    let signed = |claims: &Value, key: &str, algorithm| {
        let mut header = Header::new(algorithm);
        header.kid = Some("fixed".to_owned());
        crypto::encode(&header, claims, &EncodingKey::from_secret(key.as_bytes())).unwrap()
    };
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let calls = async |token: &str| {
        let caller = site.anybody().with_token(token);
        caller.get("/users/me").await.status.as_u16()
    };
    assert_eq!(calls(&signed(&claims, KEY, Algorithm::HS256)).await, 200);
    let past = site.clock.now().timestamp() - 61;
    for (name, value) in [
        ("iss", json!("elsewhere")),
        ("aud", json!("movies")),
        ("token_use", json!("id")),
        ("exp", json!(past)),
        ("nbf", json!(past + 200)),
        ("sub", json!("nobody")),
        ("sub", json!("#admins")),
        ("stamp", json!("another")),
        ("stamp", json!(null)),
    ] {
        let token = signed(&with(name, value.clone()), KEY, Algorithm::HS256);
        assert_eq!(calls(&token).await, 401, "{name} {value}");
    }
    assert_eq!(
        calls(&signed(&claims, &KEY.replace('a', "b"), Algorithm::HS256)).await,
        401
    );
    assert_eq!(calls(&signed(&claims, KEY, Algorithm::HS512)).await, 401);
    let (message, _) = good.rsplit_once('.').unwrap();
    for bad in ["x", "a.b.c", &format!("{message}."), message] {
        assert_eq!(calls(bad).await, 401, "{bad}");
    }
}
