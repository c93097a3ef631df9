//! Workouts.

use serde_json::{Value, json};

use crate::site::{Site, id};
use crate::told;

fn run() -> Value {
    json!({
        "title": "Along the river", "activity": "running", "started_at": "2026-11-20T07:30:00.5+01:00",
        "duration_minutes": 42, "distance_km": 8.25, "calories": 540, "notes": "Windy.",
    })
}

#[tokio::test]
async fn a_workout_is_made_shown_changed_and_deleted() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let workouts = format!("/api/v1/users/{user}/workouts");
    let created = site.witness.post(&workouts).json(run()).await.is(201);
    let path = created.header("location").to_owned();
    let shown = site.witness.get(&path).await.is(200);
    assert_eq!(shown["data"], created["data"]);
    let body = json!({"title": "Laps", "activity": "swimming", "started_at": "2026-11-21T06:00:00Z", "duration_minutes": 30});
    let changed = site.witness.put(&path).json(body).await.is(200);
    assert_eq!(changed["data"]["distance_km"], Value::Null);
    let listed = site.witness.get(&workouts).await.is(200);
    let deleted = site.witness.delete(&path).await.is(200);
    let missing = site.witness.get(&path).await.is(404);
    told!("workouts", created, changed, listed, deleted, missing);
}

#[tokio::test]
async fn the_latest_workout_comes_first() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let workouts = format!("/api/v1/users/{user}/workouts");
    for day in [3, 1, 2] {
        let mut body = run();
        body["started_at"] = json!(format!("2026-11-0{day}T06:00:00Z"));
        body["title"] = json!(format!("day {day}"));
        site.witness.post(&workouts).json(body).await.has(201);
    }
    let page = site
        .witness
        .get(&format!("{workouts}?limit=2"))
        .await
        .is(200);
    let titles: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["title"])
        .collect();
    assert_eq!(titles, ["day 3", "day 2"]);
    assert_eq!(
        page["pagination"],
        json!({"total": 3, "limit": 2, "offset": 0})
    );
}

#[tokio::test]
async fn a_workout_is_its_users_alone() {
    let site = Site::start().await;
    let (ada, grace) = (
        site.user("ada@example.com").await,
        site.user("grace@example.com").await,
    );
    let created = site
        .witness
        .post(&format!("/api/v1/users/{ada}/workouts"))
        .json(run())
        .await
        .is(201);
    let stolen = format!("/api/v1/users/{grace}/workouts/{}", id(&created));
    site.witness.get(&stolen).await.has(404);
    site.witness.put(&stolen).json(run()).await.has(404);
    site.witness.delete(&stolen).await.has(404);
    let path = created.header("location");
    assert_eq!(site.witness.get(path).await["data"], created["data"]);
}

#[tokio::test]
async fn nobody_trains_without_a_user() {
    let site = Site::start().await;
    site.witness.get("/api/v1/users/7/workouts").await.has(404);
    let refused = site
        .witness
        .post("/api/v1/users/7/workouts")
        .json(run())
        .await
        .is(404);
    told!("workout_of_nobody", refused);
}

#[tokio::test]
async fn every_time_that_the_contract_allows_can_be_kept() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    for (given, kept) in [
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2026-02-28T23:00:00-02:00", "2026-03-01T01:00:00.000Z"),
    ] {
        let mut body = run();
        body["started_at"] = json!(given);
        let workouts = format!("/api/v1/users/{user}/workouts");
        let created = site.witness.post(&workouts).json(body).await.is(201);
        let shown = site.witness.get(created.header("location")).await.is(200);
        assert_eq!(shown["data"]["started_at"], kept, "{given}");
    }
}
