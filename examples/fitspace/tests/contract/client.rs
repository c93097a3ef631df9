//! The generated client: another reading of the same contract.

use fitspace_client::{Client, Error, Nullable, types};

use crate::site::Site;

fn client(site: &Site) -> Client {
    Client::new_with_client(&site.witness.url(), reqwest::Client::new(), ())
}

#[tokio::test]
async fn the_client_does_what_there_is_to_do() {
    let site = Site::start().await;
    let client = client(&site);
    let ada = types::UserInput::builder()
        .name("Ada Lovelace")
        .email("ada@example.com");
    let created = client.create_user().body(ada).send().await.unwrap();
    assert_eq!(created.status(), 201);
    let user = created.data.id.0;
    let run = types::WorkoutInput::builder()
        .title("Along the river")
        .activity(types::Activity::Running)
        .started_at(
            "2026-11-20T06:30:00Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap(),
        )
        .duration_minutes(42)
        .distance_km(Nullable::Value(8.25));
    client
        .create_workout()
        .user_id(user)
        .body(run)
        .send()
        .await
        .unwrap();
    let workouts = client
        .list_workouts()
        .user_id(user)
        .limit(5)
        .send()
        .await
        .unwrap();
    assert_eq!(workouts.pagination.total, 1);
    assert_eq!(workouts.data[0].distance_km, Some(8.25));
    assert_eq!(workouts.data[0].activity, types::Activity::Running);

    let spring = types::AvatarCreate::builder()
        .display_name("Spring".to_owned())
        .age(Nullable::Value(types::Age(36)))
        .weight_kg(Nullable::Value(types::Weight(64.2)));
    let avatar = client
        .create_avatar()
        .user_id(user)
        .body(spring)
        .send()
        .await
        .unwrap()
        .data
        .id
        .0;
    // Absent, null and a value are three things here as well.
    let patch = types::AvatarUpdate::builder()
        .weight_kg(Nullable::Value(types::Weight(63.8)))
        .age(Nullable::Null);
    let patched = client
        .update_avatar()
        .user_id(user)
        .avatar_id(avatar)
        .body(patch)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (&patched.data.weight_kg, &patched.data.age),
        (&Some(types::Weight(63.8)), &None)
    );
    assert_eq!(patched.data.display_name, "Spring");

    let found = client
        .search_users()
        .q("ada".to_owned())
        .send()
        .await
        .unwrap();
    assert_eq!(found.data[0].name, "Ada Lovelace");
    assert!(
        client
            .get_database_status()
            .send()
            .await
            .unwrap()
            .data
            .round_trip_ms
            > 0.0
    );
    client.delete_user().user_id(user).send().await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_typed() {
    let site = Site::start().await;
    let client = client(&site);
    site.user("ada@example.com").await;
    let body = types::UserInput::builder()
        .name("Another")
        .email("ADA@example.com");
    let Err(Error::ErrorResponse(taken)) = client.create_user().body(body).send().await else {
        panic!("it is not refused")
    };
    assert_eq!(taken.status(), 409);
    assert!(!taken.success);
    assert_eq!(taken.error, "Another user has this email address.");
    let body = types::UserInput::builder().name("").email("nobody");
    let Err(Error::ErrorResponse(broken)) = client.create_user().body(body).send().await else {
        panic!("it is not refused")
    };
    let places = broken
        .details
        .as_ref()
        .unwrap()
        .violations
        .iter()
        .map(|one| one.at.as_str());
    assert_eq!(places.collect::<Vec<_>>(), ["/name", "/name", "/email"]);
}
