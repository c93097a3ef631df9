//! Every answer that the contract declares, provoked.

use std::collections::BTreeSet;

use contract_judge::witness::{Answer, Operation};
use serde_json::json;

use crate::site::{CONTRACT, Site, connection};

/// A good request of each operation, in an order in which all of them succeed once: path and body.
const fn good() -> [(&'static str, &'static str, &'static str); 18] {
    [
        ("getStatus", "/status", ""),
        ("getDatabaseStatus", "/status/db", ""),
        ("createUser", "/api/v1/users", USER),
        ("listUsers", "/api/v1/users?search=a&limit=1&offset=0", ""),
        ("searchUsers", "/api/v1/users/search?q=a", ""),
        ("getUser", "/api/v1/users/1", ""),
        ("updateUser", "/api/v1/users/1", USER),
        ("createWorkout", "/api/v1/users/1/workouts", WORKOUT),
        ("listWorkouts", "/api/v1/users/1/workouts", ""),
        ("getWorkout", "/api/v1/users/1/workouts/1", ""),
        ("updateWorkout", "/api/v1/users/1/workouts/1", WORKOUT),
        ("deleteWorkout", "/api/v1/users/1/workouts/1", ""),
        ("createAvatar", "/api/v1/users/1/avatars", AVATAR),
        ("listAvatars", "/api/v1/users/1/avatars", ""),
        ("getAvatar", "/api/v1/users/1/avatars/1", ""),
        (
            "updateAvatar",
            "/api/v1/users/1/avatars/1",
            r#"{"age": null}"#,
        ),
        ("deleteAvatar", "/api/v1/users/1/avatars/1", ""),
        ("deleteUser", "/api/v1/users/1", ""),
    ]
}

const USER: &str = r#"{"name": "Ada", "email": "ada@example.com"}"#;
const AVATAR: &str = r#"{"display_name": "Spring", "weight_kg": 64.2}"#;
const WORKOUT: &str = r#"{"title": "Run", "activity": "running", "started_at": "2026-11-20T06:30:00Z", "duration_minutes": 30}"#;

/// Operations that touch no database: what comes of one cannot be provoked.
const WITHOUT_DATABASE: &str = "getStatus";

fn operation(id: &str) -> Operation {
    *CONTRACT
        .operations()
        .iter()
        .find(|operation| operation.id() == id)
        .unwrap()
}

async fn ask(site: &Site, id: &str, path: &str, body: &str) -> Answer {
    let method = operation(id).method.parse().unwrap();
    let request = site.witness.call(method, path);
    if body.is_empty() {
        request.await
    } else {
        request.json(serde_json::from_str(body).unwrap()).await
    }
}

/// Calls every operation once with success; how many there were.
pub(crate) async fn succeed(site: &Site) -> usize {
    for (id, path, body) in good() {
        let answer = ask(site, id, path, body).await;
        assert!(answer.status.is_success(), "{answer}");
    }
    good().len()
}

#[test]
fn every_operation_has_a_good_request() {
    let known: BTreeSet<_> = good().iter().map(|(id, ..)| *id).collect();
    let declared: BTreeSet<_> = CONTRACT.operations().iter().map(Operation::id).collect();
    assert_eq!(known, declared);
}

#[tokio::test]
async fn every_declared_answer_can_be_provoked() {
    let site = Site::start().await;
    let mut seen: BTreeSet<(String, u16)> = BTreeSet::new();
    let mut note = |answer: &Answer| {
        seen.insert((
            answer.operation().unwrap().id().to_owned(),
            answer.status.as_u16(),
        ));
    };
    for (id, path, body) in good() {
        note(&ask(&site, id, path, body).await);
    }
    // There is no user any more.
    for (id, path, body) in good()
        .into_iter()
        .filter(|(_, path, _)| path.contains("users/1"))
    {
        note(&ask(&site, id, path, body).await.is(404));
        note(
            &ask(&site, id, &path.replace("users/1", "users/x"), body)
                .await
                .is(400),
        );
    }
    note(&site.witness.get("/api/v1/users?limit=0").await.is(400));
    note(&site.witness.get("/api/v1/users/search").await.is(400));
    for (id, path, body) in good().into_iter().filter(|(.., body)| !body.is_empty()) {
        let method: reqwest::Method = operation(id).method.parse().unwrap();
        let call = || site.witness.call(method.clone(), path);
        note(&call().json(json!({"unknown": 1})).await.is(400));
        let large = format!("{{\"name\": \"{}\"}}", "x".repeat(70_000));
        note(&call().bytes(large).await.is(413));
        let text = call()
            .bytes(body)
            .without("content-type")
            .header("content-type", "text/plain");
        note(&text.await.is(415));
    }
    site.user("ada@example.com").await;
    let grace = site.user("grace@example.com").await;
    note(
        &ask(&site, "createUser", "/api/v1/users", USER)
            .await
            .is(409),
    );
    note(
        &ask(&site, "updateUser", &format!("/api/v1/users/{grace}"), USER)
            .await
            .is(409),
    );

    // Tables that are not those of the migrations are a mistake of ours.
    let mut connection = site.connection().await;
    let rename = "ALTER TABLE users RENAME TO persons; ALTER TABLE workouts RENAME TO trainings; ALTER TABLE avatars RENAME TO bodies";
    sqlx::raw_sql(rename)
        .execute(&mut connection)
        .await
        .unwrap();
    let needs_tables = |id: &str| !["getStatus", "getDatabaseStatus"].contains(&id);
    for (id, path, body) in good().into_iter().filter(|(id, ..)| needs_tables(id)) {
        let answer = ask(&site, id, path, body).await.is(500);
        // Nothing of the database's words gets out.
        assert!(!answer.body.to_string().contains("relation"), "{answer}");
        note(&answer);
    }

    // And a database that nobody may enter any more is away.
    close(&site).await;
    for (id, path, body) in good()
        .into_iter()
        .filter(|(id, ..)| *id != WITHOUT_DATABASE)
    {
        note(&ask(&site, id, path, body).await.is(503));
    }

    let cannot: BTreeSet<(String, u16)> = [
        (WITHOUT_DATABASE, 500),
        (WITHOUT_DATABASE, 503),
        ("getDatabaseStatus", 500),
    ]
    .map(|(id, status)| (id.to_owned(), status))
    .into();
    let declared: BTreeSet<(String, u16)> = CONTRACT
        .operations()
        .iter()
        .flat_map(|operation| {
            operation
                .statuses()
                .map(|status| (operation.id().to_owned(), status))
        })
        .collect();
    let missing: Vec<_> = declared
        .difference(&seen)
        .filter(|pair| !cannot.contains(pair))
        .collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    let never: Vec<_> = cannot.intersection(&seen).collect();
    assert!(never.is_empty(), "seen after all: {never:?}");
}

/// Lets nobody into a site's database any more, and ends those who are in it.
async fn close(site: &Site) {
    let mut admin = connection("postgres").await;
    let name = &site.database;
    let statement = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut admin)
        .await
        .unwrap();
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 ")
        .bind(name)
        .execute(&mut admin)
        .await
        .unwrap();
}
