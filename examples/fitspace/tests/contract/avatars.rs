//! Avatars.

use serde_json::{Map, Value, json};

use crate::site::{Site, id, violations};
use crate::told;

/// Everything that can be measured.
fn measured() -> Value {
    json!({
        "display_name": "Spring", "age": 36, "gender": "female", "height_cm": 170.5, "weight_kg": 64.2,
        "body_fat_percent": 24.3, "neck_cm": 33.0, "chest_cm": 90.1, "waist_cm": 70.2, "hips_cm": 95.3,
        "upper_arm_cm": 28.4, "thigh_cm": 55.5, "notes": "After the winter.",
    })
}

/// Other values for the same.
fn remeasured() -> Value {
    json!({
        "display_name": "Summer", "age": 37, "gender": "non_binary", "height_cm": 171.0, "weight_kg": 63.9,
        "body_fat_percent": 23.1, "neck_cm": 32.9, "chest_cm": 89.7, "waist_cm": 68.8, "hips_cm": 94.4,
        "upper_arm_cm": 28.9, "thigh_cm": 54.6, "notes": "",
    })
}

async fn created(site: &Site, body: Value) -> String {
    let user = site.user("ada@example.com").await;
    let avatars = format!("/api/v1/users/{user}/avatars");
    let answer = site.witness.post(&avatars).json(body).await.is(201);
    answer.header("location").to_owned()
}

/// What was measured, without ids and times.
fn measures(data: &Value) -> Map<String, Value> {
    let mut data = data.as_object().unwrap().clone();
    data.retain(|name, _| !["id", "user_id", "created_at", "updated_at"].contains(&name.as_str()));
    data
}

#[tokio::test]
async fn an_avatar_is_made_shown_changed_and_deleted() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let avatars = format!("/api/v1/users/{user}/avatars");
    let created = site.witness.post(&avatars).json(measured()).await.is(201);
    let path = created.header("location").to_owned();
    let shown = site.witness.get(&path).await.is(200);
    assert_eq!(shown["data"], created["data"]);
    let changed = site
        .witness
        .patch(&path)
        .json(json!({"weight_kg": 63.8, "body_fat_percent": null}))
        .await
        .is(200);
    let listed = site.witness.get(&avatars).await.is(200);
    let deleted = site.witness.delete(&path).await.is(200);
    let missing = site
        .witness
        .patch(&path)
        .json(json!({"age": 1}))
        .await
        .is(404);
    told!("avatars", created, changed, listed, deleted, missing);
}

#[tokio::test]
async fn what_was_not_measured_is_null_and_null_means_that_as_well() {
    let site = Site::start().await;
    let least = site
        .witness
        .get(&created(&site, json!({"display_name": "Least"})).await)
        .await;
    let mut nothing = measured();
    for (name, value) in nothing.as_object_mut().unwrap() {
        if name != "display_name" {
            *value = Value::Null;
        }
    }
    let user = &least["data"]["user_id"];
    let other = site
        .witness
        .post(&format!("/api/v1/users/{user}/avatars"))
        .json(nothing)
        .await
        .is(201);
    for answer in [&least, &other] {
        let measures = measures(&answer["data"]);
        assert!(
            measures
                .iter()
                .all(|(name, value)| value.is_null() == (name != "display_name")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_patch_changes_what_it_has_removes_what_is_null_and_leaves_the_rest() {
    let site = Site::start().await;
    let path = created(&site, measured()).await;
    let mut expected = measured().as_object().unwrap().clone();
    // One by one, so that each member is shown to change itself and nothing else, from a value, to null and back.
    for (name, value) in remeasured().as_object().unwrap() {
        let mut steps = vec![value.clone(), Value::Null, expected[name].clone()];
        if name == "display_name" {
            let refused = site.witness.patch(&path).json(json!({name: null})).await;
            assert_eq!(
                violations(&refused),
                ["body /display_name must be a string, not null"]
            );
            steps.remove(1);
        }
        for step in steps {
            let answer = site
                .witness
                .patch(&path)
                .json(json!({name: step}))
                .await
                .is(200);
            expected.insert(name.clone(), step);
            assert_eq!(measures(&answer["data"]), expected, "{name}");
        }
    }
    // And all at once.
    let answer = site.witness.patch(&path).json(remeasured()).await.is(200);
    assert_eq!(
        measures(&answer["data"]),
        *remeasured().as_object().unwrap()
    );
    let shown = site.witness.get(&path).await.is(200);
    assert_eq!(shown["data"], answer["data"]);
}

#[tokio::test]
async fn a_patch_of_nothing_or_of_something_else_is_refused() {
    let site = Site::start().await;
    let path = created(&site, measured()).await;
    let nothing = site.witness.patch(&path).json(json!({})).await.is(400);
    let foreign = site
        .witness
        .patch(&path)
        .json(json!({"id": 7, "user_id": 8, "updated_at": null}))
        .await
        .is(400);
    assert_eq!(violations(&foreign).len(), 3);
    told!("patches_refused", nothing, foreign);
    let shown = site.witness.get(&path).await.is(200);
    assert_eq!(measures(&shown["data"]), *measured().as_object().unwrap());
}

#[tokio::test]
async fn an_avatar_is_its_users_alone() {
    let site = Site::start().await;
    let path = created(&site, measured()).await;
    let grace = site.user("grace@example.com").await;
    let avatar = id(&site.witness.get(&path).await);
    let stolen = format!("/api/v1/users/{grace}/avatars/{avatar}");
    site.witness.get(&stolen).await.has(404);
    site.witness
        .patch(&stolen)
        .json(json!({"age": 99}))
        .await
        .has(404);
    site.witness.delete(&stolen).await.has(404);
    assert_eq!(site.witness.get(&path).await["data"]["age"], 36);
}

#[tokio::test]
async fn an_avatar_needs_a_user() {
    let site = Site::start().await;
    site.witness.get("/api/v1/users/7/avatars").await.has(404);
    site.witness
        .post("/api/v1/users/7/avatars")
        .json(measured())
        .await
        .has(404);
}
