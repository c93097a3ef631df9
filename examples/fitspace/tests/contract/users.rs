//! Users.

use serde_json::json;

use crate::site::{Site, id, violations};
use crate::told;

#[tokio::test]
async fn a_user_is_made_shown_changed_and_deleted() {
    let site = Site::start().await;
    let body =
        json!({"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+44 20 7946 0000"});
    let created = site.witness.post("/api/v1/users").json(body).await.is(201);
    let path = created.header("location").to_owned();
    assert_eq!(path, format!("/api/v1/users/{}", id(&created)));
    let shown = site.witness.get(&path).await.is(200);
    assert_eq!(shown["data"], created["data"]);
    // What is left out is removed: a PUT says what there is to be.
    let body = json!({"name": "Ada King", "email": "ADA@example.com", "bio": ""});
    let changed = site.witness.put(&path).json(body).await.is(200);
    let deleted = site.witness.delete(&path).await.is(200);
    let again = site.witness.delete(&path).await.is(404);
    let missing = site.witness.get(&path).await.is(404);
    told!("users", created, shown, changed, deleted, again, missing);
}

#[tokio::test]
async fn an_email_address_belongs_to_one_user_whatever_its_case() {
    let site = Site::start().await;
    site.user("ada@example.com").await;
    let other = site.user("grace@example.com").await;
    let body = json!({"name": "Another", "email": "Ada@Example.COM"});
    let taken = site
        .witness
        .post("/api/v1/users")
        .json(body.clone())
        .await
        .is(409);
    let path = format!("/api/v1/users/{other}");
    let taken_by_change = site.witness.put(&path).json(body).await.is(409);
    // One's own address in another case is nobody else's.
    let own = json!({"name": "Grace", "email": "GRACE@example.com"});
    site.witness.put(&path).json(own).await.has(200);
    told!("taken", taken, taken_by_change);
}

#[tokio::test]
async fn every_violation_of_a_user_is_named_at_once() {
    let site = Site::start().await;
    let body =
        json!({"name": " \t", "email": "nobody", "phone": "call me", "bio": 7, "role": "owner"});
    let answer = site.witness.post("/api/v1/users").json(body).await;
    assert_eq!(violations(&answer).len(), 5, "{answer}");
    told!("violations", answer);
}

#[tokio::test]
async fn a_deleted_user_takes_everything_along() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let workout = json!({"title": "Run", "activity": "running", "started_at": "2026-11-20T06:30:00Z", "duration_minutes": 30});
    let workouts = format!("/api/v1/users/{user}/workouts");
    site.witness.post(&workouts).json(workout).await.has(201);
    let avatars = format!("/api/v1/users/{user}/avatars");
    site.witness
        .post(&avatars)
        .json(json!({"display_name": "Spring"}))
        .await
        .has(201);
    site.witness
        .delete(&format!("/api/v1/users/{user}"))
        .await
        .has(200);
    for path in [&workouts, &avatars] {
        site.witness.get(path).await.has(404);
    }
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM workouts) + (SELECT count(*) FROM avatars)",
    )
    .fetch_one(&mut site.connection().await)
    .await
    .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn ids_are_numbers_of_64_bits() {
    let site = Site::start().await;
    for (wrong, message) in [
        ("0", "path userId must be at least 1"),
        ("-1", "path userId must be at least 1"),
        ("x", "path userId must be an integer of at most 64 bits"),
        (
            "9223372036854775808",
            "path userId must be an integer of at most 64 bits",
        ),
    ] {
        let answer = site.witness.get(&format!("/api/v1/users/{wrong}")).await;
        assert_eq!(violations(&answer), [message]);
    }
    site.witness
        .get("/api/v1/users/9223372036854775807")
        .await
        .has(404);
}
