//! Requests at the same time.

use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::Connection;

use crate::site::Site;

#[tokio::test]
async fn of_two_users_who_want_one_address_at_once_one_gets_it() {
    let site = Site::start().await;
    for round in 0..20 {
        let create = |name: &'static str, email: String| {
            site.witness
                .post("/api/v1/users")
                .json(json!({"name": name, "email": email}))
        };
        let (one, other) = (
            format!("ada{round}@example.com"),
            format!("ADA{round}@example.com"),
        );
        let (one, other) = tokio::join!(create("One", one), create("Other", other));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

#[tokio::test]
async fn patches_of_different_measurements_at_once_all_hold() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let avatars = format!("/api/v1/users/{user}/avatars");
    let created = site
        .witness
        .post(&avatars)
        .json(json!({"display_name": "Spring"}))
        .await
        .is(201);
    let path = created.header("location").to_owned();
    let patches = [
        ("age", json!(36)),
        ("gender", json!("female")),
        ("height_cm", json!(170.5)),
        ("weight_kg", json!(64.2)),
        ("neck_cm", json!(33.0)),
        ("chest_cm", json!(90.1)),
        ("waist_cm", json!(70.2)),
        ("notes", json!("x")),
    ];
    let sent = patches.iter().map(|(name, value)| {
        let request = site.witness.patch(&path).json(json!({*name: value}));
        async move { request.await.has(200) }
    });
    join_all(sent).await;
    let shown = site.witness.get(&path).await.is(200);
    for (name, value) in patches {
        assert_eq!(shown["data"][name], value, "{name}");
    }
}

#[tokio::test]
async fn a_user_that_goes_while_a_workout_comes_leaves_no_workout_behind() {
    let site = Site::start().await;
    let body = json!({"title": "Run", "activity": "running", "started_at": "2026-11-20T06:30:00Z", "duration_minutes": 30});
    for round in 0..10 {
        let user = site.user(&format!("ada{round}@example.com")).await;
        let path = format!("/api/v1/users/{user}");
        let (created, deleted) = tokio::join!(
            site.witness
                .post(&format!("{path}/workouts"))
                .json(body.clone()),
            site.witness.delete(&path),
        );
        deleted.has(200);
        assert!([201, 404].contains(&created.status.as_u16()), "{created}");
    }
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM workouts")
        .fetch_one(&mut site.connection().await)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// Two sessions want two rows in opposite order; PostgreSQL ends one of them, and the request is not the one to fail.
#[tokio::test]
async fn a_request_that_loses_a_deadlock_is_carried_out_all_the_same() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let mut other = site.connection().await;
    sqlx::raw_sql(
        "CREATE TABLE gate (id int PRIMARY KEY); INSERT INTO gate VALUES (1);
        CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN UPDATE gate SET id = 1; RETURN NEW; END $$;
        CREATE TRIGGER pass AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION pass();",
    )
    .execute(&mut other)
    .await
    .unwrap();
    let mut transaction = other.begin().await.unwrap();
    // This one waits longer before it looks for deadlocks, so that the request is chosen.
    sqlx::raw_sql("SET LOCAL deadlock_timeout = '1min'; UPDATE gate SET id = 1")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let path = format!("/api/v1/users/{user}");
    let request = site
        .witness
        .put(&path)
        .json(json!({"name": "Renamed", "email": "ada@example.com"}));
    let request = tokio::spawn(std::future::IntoFuture::into_future(request));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    sqlx::query("UPDATE users SET bio = 'other'")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let answer = request.await.unwrap().is(200);
    assert_eq!(answer["data"]["name"], "Renamed");
    assert_eq!(answer["data"]["bio"], Value::Null);
    let deadlocks: i64 = sqlx::query_scalar(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    .fetch_one(&mut site.connection().await)
    .await
    .unwrap();
    assert_eq!(deadlocks, 1, "there was something to lose");
}
