//! What holds for every operation, derived from the contract itself: an operation that is added is tested without
//! another line here.

use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::Failure;
use portfolio_tests::contract::{OPERATIONS, Operation};
use portfolio_tests::{Answer, Client, EMAIL, KINDS, PASSWORD, Request, Setup, Site, before, site};
use reqwest::Method;
use serde_json::{Value, json};

/// The id of nothing.
const NOWHERE: &str = "019cadd3-8718-7c3e-9a51-4be0f2d86a17";

/// Declared, and out of reach of a black box: an account that must change its password first exists only at Cognito, and
/// what leads to a 500 is a bug, or a broken item, which has a test of its own.
fn is_out_of_reach(operation: &Operation, status: u16) -> bool {
    status == 500 || (operation.id(), status) == ("login", 403)
}

/// What the operations of one test act on.
struct Scene {
    site: Site,
    owner: Client,
    reader: Client,
}

impl Scene {
    async fn new() -> Self {
        let site = site().await;
        let (owner, reader) = (site.owner().await, site.reader().await);
        Self {
            site,
            owner,
            reader,
        }
    }

    /// The path of an operation on new, published content.
    async fn path(&self, operation: &Operation) -> String {
        let kind = KINDS
            .into_iter()
            .find(|kind| operation.path.starts_with(kind.path));
        let id = match kind
            .or(Some(KINDS[0]))
            .filter(|_| operation.path.contains("Id}"))
        {
            Some(kind) => self
                .owner
                .published(kind, "Something")
                .await
                .id()
                .to_owned(),
            None => NOWHERE.to_owned(),
        };
        path(operation, &id)
    }

    /// A body that the operation accepts.
    async fn body(&self, operation: &Operation) -> Option<Value> {
        let schema = operation.body()?;
        Some(match operation.id() {
            "login" => json!({ "email": EMAIL, "password": PASSWORD }),
            "refreshSession" => json!({ "refreshToken": self.site.login().await["refreshToken"] }),
            "trackContentView" => {
                let post = self.owner.published(KINDS[0], "Something").await;
                json!({ "contentType": "blog", "contentId": post.id() })
            }
            // The contract's own example.
            _ => schema["example"].clone(),
        })
    }

    /// A request of `client` that is right in everything.
    async fn right(&self, client: &Client, operation: &Operation) -> Request {
        let path = self.path(operation).await;
        let request = if operation.id() == "logout" && client.token() == self.owner.token() {
            // A session of its own, since it will be over.
            call(&self.site.owner().await, operation, &path)
        } else {
            call(client, operation, &path)
        };
        match self.body(operation).await {
            Some(body) => request.json(body),
            None => request,
        }
    }

    /// A request that must be answered with this status.
    async fn provoke(&self, operation: &Operation, status: u16) -> Answer {
        let Self {
            site,
            owner,
            reader,
        } = self;
        let right = self.right(owner, operation).await;
        match status {
            200 | 201 | 204 => right.await,
            304 => right.header("if-none-match", "*").await,
            400 => wrong(owner, operation, right).await,
            401 if !operation.takes_token() => {
                let body = match operation.id() {
                    "login" => json!({ "email": EMAIL, "password": "wrong" }),
                    _ => json!({ "refreshToken": "wrong" }),
                };
                right.json(body).await
            }
            401 => {
                right
                    .without("authorization")
                    .header("authorization", "Bearer wrong")
                    .await
            }
            403 if operation.role().is_some() => self.right(reader, operation).await.await,
            403 => {
                call(
                    reader,
                    operation,
                    &format!("{}?status=draft", operation.path),
                )
                .await
            }
            404 if operation.id() == "trackContentView" => {
                right
                    .json(json!({ "contentType": "blog", "contentId": NOWHERE }))
                    .await
            }
            404 => {
                let nowhere = call(owner, operation, &path(operation, NOWHERE));
                match self.body(operation).await {
                    Some(body) => nowhere.json(body).await,
                    None => nowhere.await,
                }
            }
            412 => right.header("if-match", "\"999\"").await,
            413 => right.bytes(vec![b' '; operation.body_limit() + 1]).await,
            415 => {
                right
                    .without("content-type")
                    .header("content-type", "text/plain")
                    .await
            }
            503 => {
                site.script.always(before(Failure::Disconnect));
                let answer = right.await;
                site.script.always(Default::default());
                answer
            }
            other => panic!("nothing provokes {other} of {}", operation.id()),
        }
    }
}

fn call(client: &Client, operation: &Operation, path: &str) -> Request {
    client.call(operation.method.parse().unwrap(), path)
}

fn path(operation: &Operation, id: &str) -> String {
    let parts = operation.path.split('/').map(|part| match part {
        "{contentType}" => "blog",
        part if part.starts_with('{') => id,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A request that breaks the contract in the first place where this operation lets it.
async fn wrong(client: &Client, operation: &Operation, right: Request) -> Answer {
    if operation.path.contains('{') {
        let parts = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "wrong" } else { part });
        let request = call(client, operation, &parts.collect::<Vec<_>>().join("/"));
        return match operation.body() {
            Some(schema) => request.json(schema["example"].clone()).await,
            None => request.await,
        };
    }
    if operation.body().is_some() {
        return right.json(json!({})).await;
    }
    let query = operation
        .parameters()
        .find(|parameter| parameter["in"] == "query");
    match query {
        Some(parameter) => {
            let path = format!(
                "{}?{}=wrong",
                operation.path,
                parameter["name"].as_str().unwrap()
            );
            call(client, operation, &path).await
        }
        None => right.header("x-session-id", "short").await,
    }
}

fn statuses(operation: &Operation) -> Vec<u16> {
    let declared = operation.declaration["responses"].as_object().unwrap();
    let statuses = declared.keys().map(|status| status.parse().unwrap());
    // 429 has a test of its own, on a site with limits.
    statuses
        .filter(|status| *status != 429 && !is_out_of_reach(operation, *status))
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
        for status in statuses(operation)
            .into_iter()
            .filter(|status| *status != 503)
        {
            let answer = scene.provoke(operation, status).await;
            assert_eq!(
                answer.status,
                status,
                "{} {status}\n{answer}",
                operation.id()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_503_while_the_database_is_away() {
    // At the same time, since each waits for the SDK's retries.
    let scene = Scene::new().await;
    let mut requests = Vec::new();
    for operation in OPERATIONS.iter() {
        requests.push(scene.right(&scene.owner, operation).await.into_future());
    }
    scene.site.script.always(before(Failure::Disconnect));
    let answers = futures_util::future::join_all(requests).await;
    for (operation, answer) in OPERATIONS.iter().zip(&answers) {
        assert_eq!(answer.status, 503, "{}\n{answer}", operation.id());
        assert_eq!(answer.header("retry-after"), "1");
        let text = answer.body.to_string().to_lowercase();
        assert!(
            !text.contains("dynamo") && !text.contains("getitem"),
            "{answer}"
        );
    }
    // And goes on when it is back.
    scene.site.script.always(Default::default());
    scene.owner.get("/auth/me").await.has(200);
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
        .filter(|operation| operation.role().is_some())
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
        .filter(|operation| operation.role().is_some())
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
        bytes.resize(operation.body_limit(), b' ');
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
    for operation in OPERATIONS.iter() {
        site.clock.advance(TimeDelta::seconds(60));
        let limit = operation.rate_limit();
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
        site.clock.advance(TimeDelta::seconds(15));
        let answer = call(&owner, operation, &path(operation, NOWHERE)).await;
        assert_ne!(answer.status, 429, "{}\n{answer}", operation.id());
    }
}

#[tokio::test]
async fn answers_500_for_a_broken_item_and_tells_nothing() {
    use portfolio_server::table::{Condition, Entity, Key};
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
        let answer = scene.site.get(&kind.item(NOWHERE)).await.is(500);
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
        for name in ["content-type", "content-length", "etag", "cache-control"] {
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
