//! A database that goes away, comes back, or does not answer.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fitspace::database::Database;
use serde_json::json;
use sqlx::Connection;
use tempfile::TempDir;

use crate::site::{Site, address_through, connection, database, postgres};
use crate::told;

const SOCKET: &str = ".s.PGSQL.5432";

/// A way to the database that can be closed.
struct Way {
    folder: TempDir,
}

impl Way {
    fn open() -> Self {
        let way = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        way.reopen();
        way
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    fn reopen(&self) {
        symlink(postgres().socket_folder().join(SOCKET), self.socket()).unwrap();
    }

    /// Ends every connection to a database and lets no other through.
    async fn close(&self, database: &str) {
        std::fs::remove_file(self.socket()).unwrap();
        end_sessions(database).await;
    }
}

async fn end_sessions(database: &str) {
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        .bind(database)
        .execute(&mut connection("postgres").await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_database_that_goes_away_is_503_and_one_that_comes_back_is_used_again() {
    let (way, name) = (Way::open(), database().await);
    let address = address_through(way.folder.path(), &name);
    let site = Site::on(&name, Database::fixed(&address, 4)).await;
    let user = site.user("ada@example.com").await;
    let path = format!("/api/v1/users/{user}");
    for round in 0..3 {
        way.close(&name).await;
        let begin = Instant::now();
        let away = site.witness.get(&path).await.is(503);
        assert!(
            begin.elapsed() < Duration::from_secs(5),
            "{:?}",
            begin.elapsed()
        );
        assert_eq!(away.header("retry-after"), "1");
        site.witness.get("/status/db").await.has(503);
        site.witness.get("/status").await.has(200);
        if round == 0 {
            told!("database_away", away);
        }
        way.reopen();
        site.witness.get(&path).await.has(200);
        site.witness.get("/status/db").await.has(200);
    }
}

#[tokio::test]
async fn connections_that_were_ended_are_replaced_without_anybody_noticing() {
    let site = Site::start().await;
    site.user("ada@example.com").await;
    for _ in 0..5 {
        end_sessions(&site.database).await;
        site.witness.get("/api/v1/users/1").await.has(200);
    }
}

#[tokio::test]
async fn a_statement_that_waits_for_ever_is_given_up_and_blocks_nobody_afterwards() {
    let name = database().await;
    let site = Site::on(&name, Database::fixed(&crate::site::address(&name), 1)).await;
    let user = site.user("ada@example.com").await;
    let path = format!("/api/v1/users/{user}");
    let mut other = site.connection().await;
    let mut transaction = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE users")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let begin = Instant::now();
    site.witness.get(&path).await.has(503);
    let took = begin.elapsed();
    assert!(
        took > Duration::from_secs(10) && took < Duration::from_secs(15),
        "{took:?}"
    );
    // The lock is still there, and so is the statement, on the server; the one connection is not lost with it.
    site.witness.get("/status/db").await.has(200);
    transaction.rollback().await.unwrap();
    site.witness.get(&path).await.has(200);
}

#[tokio::test]
async fn callers_who_do_not_wait_cost_no_connection() {
    let name = database().await;
    let site = Site::on(&name, Database::fixed(&crate::site::address(&name), 1)).await;
    site.user("ada@example.com").await;
    let mut other = site.connection().await;
    let mut transaction = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE users")
        .execute(&mut *transaction)
        .await
        .unwrap();
    for _ in 0..5 {
        let request = std::future::IntoFuture::into_future(site.witness.get("/api/v1/users/1"));
        assert!(
            tokio::time::timeout(Duration::from_millis(200), request)
                .await
                .is_err()
        );
    }
    site.witness.get("/status/db").await.has(200);
    transaction.rollback().await.unwrap();
}

#[tokio::test]
async fn more_callers_than_connections_take_turns() {
    let name = database().await;
    let site = Site::on(&name, Database::fixed(&crate::site::address(&name), 2)).await;
    let creates = (0..60).map(|number| {
        let body = json!({"name": "Ada", "email": format!("ada{number}@example.com")});
        std::future::IntoFuture::into_future(site.witness.post("/api/v1/users").json(body))
    });
    for answer in futures_util::future::join_all(creates).await {
        answer.has(201);
    }
    let used: i64 = sqlx::query_scalar("SELECT sessions FROM pg_stat_database WHERE datname = $1")
        .bind(&name)
        .fetch_one(&mut connection("postgres").await)
        .await
        .unwrap();
    assert!(used <= 3, "{used} connections were made");
}
