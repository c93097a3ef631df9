//! What holds for every operation, derived from the contract itself: an operation that is added is tested without
//! another line here. So requests are raw; `generated_client` calls every operation with the generated client.

mod parameters;
mod scene;

use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use futures_util::future::join_all;
use portfolio_server::table::{Condition, Entity, Key};
use portfolio_tests::contract::{OPERATIONS, Operation};
use portfolio_tests::{Answer, Answered, Client, KINDS, Script, Setup, before, conversation};
use reqwest::Method;
use serde_json::{Value, json};

use scene::{NOWHERE, Scene, call, path};

/// Compares requests and answers with the snapshot of this name.
fn snapshot(name: &str, answers: &[Answer]) {
    let answers: Vec<&Answer> = answers.iter().collect();
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, conversation(&answers));
    });
}

/// What a single request is answered with. 429 and 503 have tests of their own.
fn statuses(operation: &Operation) -> Vec<u16> {
    let declared = operation.declaration["responses"].as_object().unwrap();
    let statuses = declared.keys().map(|status| status.parse().unwrap());
    statuses
        .filter(|status| ![429, 503].contains(status))
        .collect()
}

#[test]
fn the_contract_has_thirty_five_operations() {
    assert_eq!(OPERATIONS.len(), 35);
}

#[tokio::test]
async fn answers_every_status_that_it_declares() {
    let scene = Scene::new().await;
    for operation in OPERATIONS.iter() {
        let mut answers = Vec::new();
        for status in statuses(operation) {
            let answer = scene.provoke(operation, status).await;
            assert_eq!(answer.status, status, "{answer}");
            answers.push(answer);
        }
        snapshot(operation.id(), &answers);
    }
}

/// Each operation, right in everything, while the database is away. At the same time, since each waits for the SDK's
/// retries.
async fn without_database(
    scene: &Scene,
    operations: &[Operation],
    name: &str,
    away: impl FnOnce(&Script, Disturbance),
) {
    let mut requests = Vec::new();
    for operation in operations {
        requests.push(scene.right(&scene.owner, operation).await.into_future());
    }
    away(&scene.site.script, before(Failure::Disconnect));
    if scene.site.is_deployed() {
        // The embedded identity provider lives on the database; this one is on its own.
        scene.site.pool().away(true);
    }
    let answers = join_all(requests).await;
    for (operation, answer) in operations.iter().zip(&answers) {
        assert_eq!(answer.status, 503, "{}\n{answer}", operation.id());
        assert_eq!(answer.header("retry-after"), "1");
        let text = answer.body.to_string().to_lowercase();
        assert!(
            !text.contains("dynamo") && !text.contains("getitem"),
            "{answer}"
        );
    }
    snapshot(name, &answers);
    // And goes on when it is back.
    scene.site.script.always(Disturbance::default());
    if scene.site.is_deployed() {
        scene.site.pool().away(false);
    }
    let user = scene.owner.get_current_user().send();
    user.answer().await.has(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_503_while_the_database_is_away() {
    let scene = Scene::new().await;
    without_database(&scene, &OPERATIONS, "database_away", Script::always).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_503_while_the_database_is_away_from_the_operation() {
    let scene = Scene::new().await;
    let mut operations = OPERATIONS.to_vec();
    // It has nothing to read but the token.
    operations.retain(|operation| operation.id() != "getCurrentUser");
    without_database(
        &scene,
        &operations,
        "database_away_from_the_operation",
        Script::behind_tokens,
    )
    .await;
}

#[tokio::test]
async fn asks_for_a_token_where_one_is_needed_and_nowhere_else() {
    let scene = Scene::new().await;
    for operation in OPERATIONS.iter() {
        let answer = scene.right(&scene.site, operation).await.await;
        if operation.needs_token() {
            assert_eq!(answer.status, 401, "{}\n{answer}", operation.id());
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        } else {
            assert!(answer.status.is_success(), "{}\n{answer}", operation.id());
        }
    }
}

#[tokio::test]
async fn refuses_a_bad_token_wherever_it_takes_one() {
    let scene = Scene::new().await;
    let expired = scene.site.mint().await.with("exp", json!(1));
    let client = scene.site.with_token(&expired);
    for operation in OPERATIONS.iter() {
        let answer = scene.right(&client, operation).await.await;
        if operation.takes_token() {
            assert_eq!(answer.status, 401, "{}\n{answer}", operation.id());
            let challenge = answer.header("www-authenticate");
            assert!(
                challenge.starts_with("Bearer error=\"invalid_token\""),
                "{answer}"
            );
        } else {
            assert!(answer.status.is_success(), "{}\n{answer}", operation.id());
        }
    }
}

#[tokio::test]
async fn changes_nothing_for_whom_it_refuses() {
    let scene = Scene::new().await;
    let refused: Vec<_> = OPERATIONS
        .iter()
        .filter(|operation| !operation.roles().is_empty())
        .collect();
    for operation in refused {
        let path = scene.path(operation).await;
        scene.site.script.calls();
        let body = scene.body(operation).await;
        for client in [&scene.site as &Client, &scene.reader] {
            let request = call(client, operation, &path);
            let request = match &body {
                Some(body) => request.json(body.clone()),
                None => request,
            };
            assert!(request.await.status.is_client_error());
        }
        // The token of the second has been looked up among the revoked ones.
        assert_eq!(scene.site.script.calls(), ["GetItem"], "{}", operation.id());
    }
}

#[tokio::test]
async fn checks_the_token_before_it_reads_the_body() {
    let scene = Scene::new().await;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| !operation.roles().is_empty())
    {
        if operation.body().is_some() {
            let request = call(&scene.site, operation, &path(operation, "wrong"));
            request.bytes("{").await.has(401);
            let request = call(&scene.reader, operation, &path(operation, "wrong"));
            request.bytes("{").await.has(403);
        }
    }
}

#[tokio::test]
async fn takes_bodies_up_to_the_limit() {
    let scene = Scene::new().await;
    for operation in OPERATIONS.iter() {
        let Some(body) = scene.body(operation).await else {
            continue;
        };
        let mut bytes = body.to_string().into_bytes();
        bytes.resize(operation.body_limit().unwrap(), b' ');
        let answer = scene
            .right(&scene.owner, operation)
            .await
            .bytes(bytes.clone())
            .await;
        assert!(
            answer.status.is_success(),
            "{}\n{}",
            operation.id(),
            answer.status
        );
        bytes.push(b' ');
        scene
            .right(&scene.owner, operation)
            .await
            .bytes(bytes)
            .await
            .has(413);
    }
}

#[tokio::test]
async fn takes_json_and_nothing_else() {
    let scene = Scene::new().await;
    for operation in OPERATIONS.iter() {
        let Some(body) = scene.body(operation).await else {
            continue;
        };
        for (content_type, status) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=UTF-8"), true),
            (Some("text/plain"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("application/jsonp"), false),
            (None, false),
        ] {
            // Each body once: a refresh token cannot be used again.
            let body = scene.body(operation).await.unwrap_or(body.clone());
            let request = scene
                .right(&scene.owner, operation)
                .await
                .json(body)
                .without("content-type");
            let answer = match content_type {
                Some(value) => request.header("content-type", value).await,
                None => request.await,
            };
            let good = if status {
                answer.status.is_success()
            } else {
                answer.status == 415
            };
            assert!(good, "{} {content_type:?}\n{answer}", operation.id());
        }
        for malformed in [
            "",
            "{",
            "null",
            "[]",
            "\"text\"",
            "{}}",
            "{\"a\":1,}",
            "\u{feff}{}",
            "{\"a\":NaN}",
        ] {
            let request = call(&scene.owner, operation, &scene.path(operation).await);
            request.bytes(malformed).await.has(400);
        }
        let request = call(&scene.owner, operation, &scene.path(operation).await);
        request.bytes(b"{\"\xff\": 1}".to_vec()).await.has(400);
        let mut unknown = body;
        unknown["unknown/~member"] = json!(1);
        let request = call(&scene.owner, operation, &scene.path(operation).await);
        let answer = request.json(unknown).await;
        assert_eq!(
            answer.violated(),
            ["body /unknown~1~0member"],
            "{}",
            operation.id()
        );
    }
}

#[tokio::test]
async fn refuses_a_member_that_is_sent_twice() {
    let scene = Scene::new().await;
    let twice = r#"{"email": "ada@example.com", "password": "a", "password": "b"}"#;
    let answer = scene.site.post("/auth/login").bytes(twice).await;
    assert_eq!(answer.status, 400, "{answer}");
}

#[tokio::test]
async fn answers_429_when_the_limit_is_reached() {
    let site = Setup::default().set("RATE_LIMITS", "on").start().await;
    let token = site.mint().await.good();
    let owner = site.with_token(&token);
    let mut refused = Vec::new();
    for operation in OPERATIONS.iter() {
        site.clock.advance(TimeDelta::seconds(60));
        let limit = operation.rate_limit().unwrap();
        for taken in 1..=limit {
            // Nothing else about the request matters: it is counted first.
            let answer = call(&owner, operation, &path(operation, NOWHERE)).await;
            assert_ne!(answer.status, 429, "{} {taken}\n{answer}", operation.id());
            assert_eq!(answer.header("x-ratelimit-limit"), limit.to_string());
            assert_eq!(
                answer.header("x-ratelimit-remaining"),
                (limit - taken).to_string()
            );
            assert_eq!(answer.header("x-ratelimit-reset"), "60");
        }
        site.clock.advance(TimeDelta::seconds(45));
        let answer = call(&owner, operation, &path(operation, NOWHERE)).await;
        assert_eq!(answer.status, 429, "{}\n{answer}", operation.id());
        assert_eq!(answer.header("retry-after"), "15");
        assert_eq!(answer.header("x-ratelimit-reset"), "15");
        assert_eq!(answer.header("x-ratelimit-remaining"), "0");
        refused.push(answer);
        site.clock.advance(TimeDelta::seconds(15));
        let answer = call(&owner, operation, &path(operation, NOWHERE)).await;
        assert_ne!(answer.status, 429, "{}\n{answer}", operation.id());
    }
    snapshot("too_many_requests", &refused);
}

#[tokio::test]
async fn answers_500_for_a_broken_item_and_tells_nothing() {
    let scene = Scene::new().await;
    let id: uuid::Uuid = NOWHERE.parse().unwrap();
    for (entity, kind) in Entity::ALL.into_iter().zip(KINDS) {
        let broken = json!({ "Data": "not a map", "Version": 1 });
        let written = scene
            .site
            .table
            .put(&Key::content(entity, id), &broken, Condition::Absent)
            .await;
        assert!(written.is_ok());
        let answer = scene.site.read(kind, NOWHERE).await.is(500);
        assert_eq!(
            answer.body,
            json!({
                "error": "Internal Server Error",
                "message": "Something went wrong on our side; the request id names it in our log.",
                "statusCode": 500,
            })
        );
    }
}

#[tokio::test]
async fn answers_head_as_get_without_the_body() {
    let scene = Scene::new().await;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.method == "GET")
    {
        let path = scene.path(operation).await;
        let (get, head) = (
            scene.owner.get(&path).await,
            scene.owner.call(Method::HEAD, &path).await,
        );
        assert_eq!(
            (get.status, Value::Null),
            (head.status, head.body.clone()),
            "{}",
            operation.id()
        );
        // A gateway makes its own Content-Length, of a body that a function did not give it.
        let length = (!scene.site.is_deployed()).then_some("content-length");
        for name in ["content-type", "etag", "cache-control"]
            .into_iter()
            .chain(length)
        {
            assert_eq!(
                get.headers.get(name),
                head.headers.get(name),
                "{} {name}",
                operation.id()
            );
        }
    }
}

#[tokio::test]
async fn survives_a_read_that_fails() {
    let scene = Scene::new().await;
    for operation in OPERATIONS.iter() {
        let right = scene.right(&scene.owner, operation).await;
        scene
            .site
            .script
            .play([("GetItem", before(Failure::InternalServerError))]);
        let answer = right.await;
        scene.site.script.play([]);
        assert!(answer.status.is_success(), "{}\n{answer}", operation.id());
    }
}
