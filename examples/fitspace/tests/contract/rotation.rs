//! Credentials from Secrets Manager, over the wire from a stand-in, and their rotation on a real PostgreSQL.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_secretsmanager::config::{Builder, Credentials, Region};
use contract_runtime::axum::{Router, routing::post};
use contract_runtime::clock::Clock;
use contract_runtime::secrets::{self, Secret};
use contract_runtime::serve::Server;
use fitspace::database::{Address, Database};
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::site::{Site, connection, database, postgres};

const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:fitspace-AbCdEf";

/// A stand-in for Secrets Manager that knows one secret.
#[derive(Clone, Default)]
struct Manager {
    /// Version and value.
    current: Arc<Mutex<(u32, String)>>,
    asked: Arc<AtomicUsize>,
    broken: Arc<AtomicUsize>,
}

impl Manager {
    fn put(&self, value: &serde_json::Value) {
        let mut current = self.current.lock().unwrap();
        *current = (current.0 + 1, value.to_string());
    }

    fn answer(&self) -> (u16, String) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.broken.load(Ordering::SeqCst) > 0 {
            return (
                400,
                json!({"__type": "AccessDeniedException", "Message": "no"}).to_string(),
            );
        }
        let (version, value) = self.current.lock().unwrap().clone();
        let answer = json!({"ARN": ARN, "Name": "fitspace", "SecretString": value, "VersionId": format!("version-{version}")});
        (200, answer.to_string())
    }

    async fn secret(&self) -> Secret {
        let answering = self.clone();
        let answer = move || async move {
            let (status, body) = answering.answer();
            let status = contract_runtime::http::StatusCode::from_u16(status).unwrap();
            (
                status,
                [("content-type", "application/x-amz-json-1.1")],
                body,
            )
        };
        let server = Server::bind("127.0.0.1", 0).await.unwrap();
        let address = server.address();
        let router = Router::new().route("/", post(answer));
        tokio::spawn(server.serve(router, std::future::pending()));
        let builder = Builder::new()
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("id", "key", None, None, "test"))
            .endpoint_url(format!("http://{address}"))
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        let client = secrets::client(builder);
        Secret::managed(client, ARN, Duration::from_secs(3600), Clock::system())
    }
}

/// A role that may do what the service does, with a password.
async fn role(name: &str, database: &str, password: &str) {
    let statements = format!(
        "CREATE ROLE {name} LOGIN PASSWORD '{password}'; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
    );
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(&mut connection(database).await)
        .await
        .unwrap();
}

async fn change_password(name: &str, password: &str) {
    let statement = format!("ALTER ROLE {name} PASSWORD '{password}'");
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection("postgres").await)
        .await
        .unwrap();
}

async fn end_sessions(role: &str) {
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1")
        .bind(role)
        .execute(&mut connection("postgres").await)
        .await
        .unwrap();
}

fn address(database: &str) -> Address {
    let folder = postgres().socket_folder();
    format!("postgres://localhost/{database}?host={}", folder.display())
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_rotated_password_is_picked_up_without_a_restart() {
    let name = database().await;
    let user = format!("rotated_{name}");
    role(&user, &name, "first").await;
    let manager = Manager::default();
    manager.put(&json!({"username": user, "password": "first"}));
    let secret = manager.secret().await;
    let site = Site::on(
        &name,
        Database::with_secret(secret, Some(address(&name)), 2),
    )
    .await;
    // Nobody is asked before somebody needs it.
    assert_eq!(manager.asked.load(Ordering::SeqCst), 0);
    site.witness.get("/status").await.has(200);
    assert_eq!(manager.asked.load(Ordering::SeqCst), 0);
    let ada = site.user("ada@example.com").await;
    assert_eq!(manager.asked.load(Ordering::SeqCst), 1);

    // The server accepts nothing but the new password, and the secret is not looked at again before its hour is over.
    change_password(&user, "second").await;
    manager.put(&json!({"username": user, "password": "second"}));
    site.witness
        .get(&format!("/api/v1/users/{ada}"))
        .await
        .has(200);
    assert_eq!(
        manager.asked.load(Ordering::SeqCst),
        1,
        "a connection that is there outlives the rotation"
    );
    end_sessions(&user).await;
    // A second after the last look, the next failure looks again.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for _ in 0..3 {
        site.witness
            .get(&format!("/api/v1/users/{ada}"))
            .await
            .has(200);
    }
    assert_eq!(manager.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_user_that_rotation_replaces_by_another_is_followed() {
    let name = database().await;
    let (one, other) = (format!("one_{name}"), format!("other_{name}"));
    for user in [&one, &other] {
        role(user, &name, user).await;
    }
    let manager = Manager::default();
    manager.put(&json!({"username": one, "password": one}));
    let site = Site::on(
        &name,
        Database::with_secret(manager.secret().await, Some(address(&name)), 2),
    )
    .await;
    site.user("ada@example.com").await;
    manager.put(&json!({"username": other, "password": other}));
    let statement = format!("ALTER ROLE {one} NOLOGIN");
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection("postgres").await)
        .await
        .unwrap();
    end_sessions(&one).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    site.witness.get("/api/v1/users/1").await.has(200);
}

#[tokio::test]
async fn credentials_that_nobody_accepts_or_that_cannot_be_had_are_503() {
    let name = database().await;
    let user = format!("refused_{name}");
    role(&user, &name, "right").await;
    let manager = Manager::default();
    manager.put(&json!({"username": user, "password": "wrong"}));
    let site = Site::on(
        &name,
        Database::with_secret(manager.secret().await, Some(address(&name)), 2),
    )
    .await;
    let refused = site.witness.get("/api/v1/users").await.is(503);
    assert!(!refused.body.to_string().contains("password"), "{refused}");
    site.witness.get("/status").await.has(200);
    // The rotation ends, and the next request is served.
    manager.put(&json!({"username": user, "password": "right"}));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    site.witness.get("/api/v1/users").await.has(200);

    let broken = Manager::default();
    broken.broken.store(1, Ordering::SeqCst);
    let site = Site::on(
        &name,
        Database::with_secret(broken.secret().await, Some(address(&name)), 2),
    )
    .await;
    site.witness.get("/status/db").await.has(503);
}
