//! Secrets over the wire, from a stand-in for Secrets Manager on a port of this machine.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_secretsmanager::config::{Credentials, Region};
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::post;
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::FutureExt;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::log::captured::Captured;

const DAY: Duration = Duration::from_secs(86_400);

/// What the stand-in answers, by staging label; a rotation moves values as Secrets Manager does.
#[derive(Default)]
pub(crate) struct Manager {
    /// Version id and further members of the answer.
    versions: Mutex<HashMap<&'static str, (String, Value)>>,
    /// Answers of status and body before anything else.
    broken: Mutex<Vec<(u16, String)>>,
    silent: std::sync::atomic::AtomicBool,
    asked: AtomicUsize,
}

impl Manager {
    fn put(&self, version: &str, value: Value) {
        let mut versions = self.versions.lock().unwrap();
        if let Some(current) = versions.remove("AWSCURRENT") {
            versions.insert("AWSPREVIOUS", current);
        }
        versions.insert("AWSCURRENT", (version.to_owned(), value));
    }

    pub(crate) fn rotate(&self, version: &str, text: &str) {
        self.put(version, json!({ "SecretString": text }));
    }

    /// The next `times` answers.
    pub(crate) fn breaks(&self, times: usize, status: u16, body: &str) {
        let answer = (status, body.to_owned());
        self.broken
            .lock()
            .unwrap()
            .extend(std::iter::repeat_n(answer, times));
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn answer(&self, headers: &HeaderMap, body: &Value) -> (StatusCode, String) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        assert_eq!(headers["x-amz-target"], "secretsmanager.GetSecretValue");
        assert!(headers.contains_key("authorization"), "not signed");
        if self.silent.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        // Long enough for others to come meanwhile.
        tokio::time::sleep(Duration::from_millis(20)).await;
        if let Some((status, body)) = self.broken.lock().unwrap().pop() {
            return (StatusCode::from_u16(status).unwrap(), body);
        }
        let versions = self.versions.lock().unwrap();
        match versions.get(body["VersionStage"].as_str().unwrap()) {
            Some((version, value)) if body["SecretId"] == "service/key" => {
                let mut answer = value.clone();
                answer["VersionId"] = json!(version);
                answer["Name"] = json!("service/key");
                (StatusCode::OK, answer.to_string())
            }
            _ => (
                StatusCode::BAD_REQUEST,
                json!({
                    "__type": "ResourceNotFoundException",
                    "Message": "Secrets Manager can't find the specified secret value for staging label: X",
                })
                .to_string(),
            ),
        }
    }
}

async fn stand_in() -> (Arc<Manager>, Client) {
    let manager = Arc::new(Manager::default());
    let answering = manager.clone();
    let answer = move |headers: HeaderMap, body: Bytes| async move {
        let body = serde_json::from_slice(&body).unwrap();
        let (status, answer) = answering.answer(&headers, &body).await;
        (
            status,
            [("content-type", "application/x-amz-json-1.1")],
            answer,
        )
            .into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let builder = Builder::new()
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(Credentials::new("id", "key", None, None, "tests"))
        .endpoint_url(format!("http://{address}"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    (manager, client(builder))
}

/// A stand-in that has no version of the secret `service/key` yet, and the secret, which lives a day.
pub(crate) async fn secret() -> (Arc<Manager>, Clock, Secret) {
    let (manager, client) = stand_in().await;
    let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
    let secret = Secret::managed(client, "service/key", DAY, clock.clone());
    (manager, clock, secret)
}

async fn text(value: impl Future<Output = Result<SecretValue, SecretError>>) -> String {
    value.await.unwrap().text().unwrap().to_owned()
}

#[tokio::test]
async fn a_secret_is_fetched_when_first_needed_and_kept_for_its_time_to_live() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    assert_eq!(manager.asked(), 0);
    assert_eq!(text(secret.current()).await, "one");
    manager.rotate("v2", "two");
    clock.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!(text(secret.current()).await, "one");
    assert_eq!(manager.asked(), 1);
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(text(secret.current()).await, "two");
    assert_eq!(secret.current().await.unwrap().version(), "v2");
    assert_eq!(manager.asked(), 2);
}

#[tokio::test]
async fn a_rotated_secret_has_a_previous_value_and_a_new_one_has_none() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    assert_eq!(secret.previous().await.unwrap(), None);
    assert_eq!(secret.previous().await.unwrap(), None);
    assert_eq!(manager.asked(), 1, "that there is none is kept too");
    manager.rotate("v2", "two");
    clock.advance(TimeDelta::days(1));
    let previous = secret.previous().await.unwrap().unwrap();
    assert_eq!(previous.text().unwrap(), "one");
    assert_eq!(text(secret.current()).await, "two");
}

#[tokio::test]
async fn both_versions_are_fetched_anew_however_short_ago_that_was() {
    let (manager, _, secret) = secret().await;
    manager.rotate("v1", "one");
    assert_eq!(text(secret.current()).await, "one");
    assert_eq!(secret.previous().await.unwrap(), None);
    manager.rotate("v2", "two");
    secret.renew().await.unwrap();
    assert_eq!(text(secret.current()).await, "two");
    let previous = secret.previous().await.unwrap().unwrap();
    assert_eq!(previous.text().unwrap(), "one");
    assert_eq!(manager.asked(), 4);

    // A failure is told, though values are known, and they stay.
    let denied = json!({"__type": "AccessDeniedException", "Message": "not you"}).to_string();
    manager.breaks(1, 400, &denied);
    let error = secret.renew().await.unwrap_err().to_string();
    assert!(error.contains("not you"), "{error}");
    assert_eq!(text(secret.current()).await, "two");
    assert!(secret.previous().await.unwrap().is_some());
}

#[tokio::test]
async fn simultaneous_callers_cause_one_fetch() {
    let (manager, _, secret) = secret().await;
    manager.rotate("v1", "one");
    let values = futures_util::future::join_all((0..50).map(|_| text(secret.current()))).await;
    assert!(values.iter().all(|value| value == "one"));
    assert_eq!(manager.asked(), 1);
}

#[tokio::test]
async fn while_one_caller_fetches_an_old_value_again_the_others_do_not_wait() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    assert_eq!(text(secret.current()).await, "one");
    clock.advance(TimeDelta::days(1));
    manager.rotate("v2", "two");
    let mut first = Box::pin(text(secret.current()));
    assert!(first.as_mut().now_or_never().is_none());
    let other = text(secret.current()).now_or_never();
    assert_eq!(other.as_deref(), Some("one"));
    assert_eq!(first.await, "two");
    assert_eq!(manager.asked(), 2);
}

#[tokio::test]
async fn a_refused_value_is_fetched_again_once_for_all_who_ask() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    let old = secret.current().await.unwrap();
    manager.rotate("v2", "two");
    clock.advance(TimeDelta::seconds(2));
    let values = futures_util::future::join_all((0..50).map(|_| text(secret.refresh(&old)))).await;
    assert!(values.iter().all(|value| value == "two"));
    assert_eq!(manager.asked(), 2);
    // Who comes late with the old one learns of the new one without a call; who has seen the new one waits a second.
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(text(secret.refresh(&old)).await, "two");
    assert_eq!(manager.asked(), 2);
    let new = secret.current().await.unwrap();
    for _ in 0..10 {
        assert_eq!(text(secret.refresh(&new)).await, "two");
    }
    assert_eq!(manager.asked(), 3);
}

#[tokio::test]
async fn when_a_fetch_fails_the_known_value_stays_and_the_log_says_why() {
    let log = Captured::start();
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    let known = secret.current().await.unwrap();
    clock.advance(TimeDelta::days(1));
    let denied = json!({"__type": "AccessDeniedException", "Message": "not you"}).to_string();
    manager.breaks(2, 400, &denied);
    assert_eq!(text(secret.current()).await, "one");
    assert_eq!(text(secret.current()).await, "one");
    assert_eq!(manager.asked(), 2, "not before five seconds");
    clock.advance(TimeDelta::seconds(4));
    assert_eq!(text(secret.refresh(&known)).await, "one");
    assert_eq!(manager.asked(), 3);
    clock.advance(TimeDelta::seconds(5));
    manager.rotate("v2", "two");
    assert_eq!(text(secret.current()).await, "two");
    let mut lines = log.lines();
    // The rest is the SDK's own chatter.
    lines.retain(|line| line["secret"].is_string());
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["level"], "warn");
    assert_eq!(lines[0]["secret"], "service/key");
    assert_eq!(
        lines[0]["message"],
        "a secret cannot be fetched; the known value stays"
    );
    assert!(lines[0]["cause"].as_str().unwrap().contains("not you"));
}

#[tokio::test]
async fn a_secret_that_was_never_had_is_an_error_that_is_soon_tried_again() {
    let (manager, clock, secret) = secret().await;
    let error = secret.current().await.unwrap_err().to_string();
    assert!(
        error.starts_with("the secret \"service/key\" is unusable: ")
            && error.contains("can't find"),
        "{error}"
    );
    manager.rotate("v1", "one");
    assert!(secret.current().await.is_err());
    assert_eq!(manager.asked(), 1);
    clock.advance(TimeDelta::seconds(5));
    assert_eq!(text(secret.current()).await, "one");
}

#[tokio::test]
async fn passing_failures_are_retried_by_the_sdk() {
    let (manager, _, secret) = secret().await;
    manager.rotate("v1", "one");
    let broken = json!({"__type": "InternalServiceError", "Message": "later"}).to_string();
    manager.breaks(2, 500, &broken);
    assert_eq!(text(secret.current()).await, "one");
    assert_eq!(manager.asked(), 3);
}

#[tokio::test]
async fn a_manager_that_does_not_answer_is_given_up_within_bounded_time() {
    let (manager, _, secret) = secret().await;
    manager.silent.store(true, Ordering::SeqCst);
    let start = std::time::Instant::now();
    let outcome = tokio::time::timeout(Duration::from_secs(20), secret.current());
    assert!(outcome.await.unwrap().is_err());
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(8), "{taken:?}");
    // Nobody waits for as long again right away.
    assert!(secret.current().now_or_never().unwrap().is_err());
}

/// Asks, and is gone once the stand-in has been asked.
async fn give_up<T>(manager: &Manager, asking: impl Future<Output = T>) {
    let before = manager.asked();
    let asked = async {
        while manager.asked() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let mut asking = Box::pin(asking);
    tokio::select! {
        _ = &mut asking => panic!("it was answered"),
        () = asked => {}
    }
}

#[tokio::test]
async fn a_caller_that_gives_up_neither_ends_the_fetch_nor_causes_another() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    give_up(&manager, secret.current()).await;
    let known = secret.current().await.unwrap();
    assert_eq!((known.text().unwrap(), manager.asked()), ("one", 1));

    clock.advance(TimeDelta::days(1));
    manager.rotate("v2", "two");
    give_up(&manager, secret.current()).await;
    assert_eq!(text(secret.refresh(&known)).await, "two");
    assert_eq!(manager.asked(), 2);

    give_up(&manager, secret.previous()).await;
    assert!(secret.previous().await.unwrap().is_some());
    assert_eq!(manager.asked(), 3);
}

#[tokio::test]
async fn callers_that_give_up_do_not_shorten_the_pauses() {
    let (manager, clock, secret) = secret().await;
    manager.breaks(1, 400, "{}");
    give_up(&manager, secret.current()).await;
    for _ in 0..5 {
        assert!(secret.current().await.is_err());
    }
    assert_eq!(manager.asked(), 1);

    clock.advance(TimeDelta::seconds(5));
    manager.rotate("v1", "one");
    let known = secret.current().await.unwrap();
    clock.advance(TimeDelta::seconds(2));
    give_up(&manager, secret.refresh(&known)).await;
    for _ in 0..5 {
        assert_eq!(text(secret.refresh(&known)).await, "one");
    }
    assert_eq!(manager.asked(), 3);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_keep_a_value_for_ever() {
    let (manager, clock, secret) = secret().await;
    manager.rotate("v1", "one");
    assert_eq!(text(secret.current()).await, "one");
    manager.rotate("v2", "two");
    clock.advance(TimeDelta::days(-365));
    assert_eq!(text(secret.current()).await, "two");
}

#[tokio::test]
async fn no_value_reaches_a_log_or_an_error() {
    #[derive(Debug, Deserialize)]
    #[allow(
        dead_code,
        reason = "read by serde, and printed if it should be read at all"
    )]
    struct Login {
        port: u16,
    }

    let log = Captured::start();
    let (manager, clock, secret) = secret().await;
    // An answer that breaks off, one that is nothing but the value, and one of another type.
    for broken in [
        r#"{"SecretString": "hunter2"#,
        "hunter2",
        r#"{"SecretString": {"hunter2": "hunter2"}}"#,
    ] {
        manager.breaks(3, 200, broken);
        let error = secret.current().await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        manager.broken.lock().unwrap().clear();
        clock.advance(TimeDelta::minutes(1));
    }
    manager.rotate("v1", r#"{"port": "hunter2"}"#);
    let value = secret.current().await.unwrap();
    let error = value.json::<Login>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the secret \"service/key\" is unusable: its JSON has another shape than expected (line 1, column 18)"
    );
    let shown = format!("{value:?} {secret:?} {error:?} {:?}", log.lines());
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("v1"));
}

#[tokio::test]
async fn values_are_text_bytes_or_json() {
    let (manager, clock, secret) = secret().await;
    // {0xff, 0x00} in base64.
    manager.put("v1", json!({ "SecretBinary": "/wA=" }));
    let value = secret.current().await.unwrap();
    assert_eq!(value.bytes(), [0xff, 0]);
    assert!(value.text().is_err() && value.json::<Value>().is_err());
    manager.rotate("v2", r#"{"username": "app"}"#);
    clock.advance(TimeDelta::days(1));
    let value: Value = secret.current().await.unwrap().json().unwrap();
    assert_eq!(value["username"], "app");
}

#[tokio::test]
async fn a_fixed_secret_calls_nobody() {
    let secret = Secret::fixed("JWT_SECRET_KEY", "value");
    let value = secret.current().await.unwrap();
    assert_eq!(value.bytes(), b"value");
    assert_eq!(secret.previous().await.unwrap(), None);
    assert_eq!(secret.refresh(&value).await.unwrap(), value);
    assert_eq!(secret.renew().await, Ok(()));
}
