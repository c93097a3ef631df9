//! The client against the real server.

#![allow(clippy::unwrap_used)]

mod support;

use contract_runtime::clock::Clock;
use portfolio_client::{Client, Conditional, Error, Nullable, types};
use serde_json::json;
use support::{EMAIL, PASSWORD, portfolio};

async fn owner() -> (Client, String, Clock) {
    let clock = Clock::manual("2026-11-20T12:00:00Z".parse().unwrap());
    let address = portfolio(clock.clone()).await;
    let client = Client::builder(&address)
        .credentials(EMAIL, PASSWORD)
        .build()
        .unwrap();
    (client, address, clock)
}

fn project() -> types::ProjectCreate {
    types::ProjectCreate {
        name: "Difference Engine".to_owned(),
        description: "A calculator for tables of polynomials.".to_owned(),
        long_description: "Tables made by hand had errors in them.".to_owned(),
        tech: vec!["brass".to_owned()],
        company: "Analytical Engines Ltd".to_owned(),
        featured: true,
        github_url: Some("https://github.com/example/engine".to_owned()),
        live_url: Some("https://engine.example".to_owned()),
        image_url: None,
    }
}

#[tokio::test]
async fn absent_null_and_a_value_are_three_things() {
    let (client, ..) = owner().await;
    let created = client
        .create_project()
        .body(project())
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);
    assert!(
        created
            .location()
            .unwrap()
            .ends_with(&created.id.to_string())
    );
    let update = types::ProjectUpdate::builder()
        .github_url(Nullable::Null)
        .image_url(Nullable::from("https://engine.example/image.png"));
    let updated = client
        .update_project()
        .project_id(created.id)
        .body(update)
        .send()
        .await
        .unwrap();
    assert_eq!(
        updated.github_url.as_ref().and_then(Nullable::value),
        None,
        "null removed it"
    );
    assert_eq!(updated.live_url, created.live_url, "left out, it stayed");
    assert_eq!(
        updated.live_url,
        Some(Nullable::from("https://engine.example"))
    );
    assert_eq!(
        updated.image_url,
        Some(Nullable::from("https://engine.example/image.png"))
    );
}

#[test]
fn types_read_and_write_absence_and_null() {
    for text in [
        r#"{"githubUrl":null}"#,
        r#"{"githubUrl":"https://a.example"}"#,
        r#"{"tech":[]}"#,
        "{}",
    ] {
        let update: types::ProjectUpdate = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&update).unwrap(), text);
    }
    for wrong in [r#"{"name":null}"#, r#"{"tech":null}"#, r#"{"unknown":1}"#] {
        assert!(
            serde_json::from_str::<types::ProjectUpdate>(wrong).is_err(),
            "{wrong}"
        );
    }
    let post = json!({
        "id": "019cadd3-8718-7c3e-9a51-4be0f2d86a17", "slug": "a", "title": "A", "excerpt": "A", "content": "A",
        "category": "A", "readTime": "1 min read", "publishedAt": null, "tags": ["a"], "status": "draft",
        "createdAt": "2026-03-02T09:14:07Z", "updatedAt": "2026-03-02T09:14:07Z"
    });
    let read: types::BlogPost = serde_json::from_value(post.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), post);
    let mut absent = post;
    absent.as_object_mut().unwrap().remove("publishedAt");
    assert!(
        serde_json::from_value::<types::BlogPost>(absent).is_err(),
        "required, if only as a null"
    );
}

#[tokio::test]
async fn versions_travel() {
    let (client, ..) = owner().await;
    let created = client
        .create_project()
        .body(project())
        .send()
        .await
        .unwrap();
    let version = created.etag().unwrap().to_owned();
    let read = |version: String| {
        client
            .get_project()
            .project_id(created.id)
            .if_none_match(version)
            .send()
    };
    let current = read(version.clone()).await.unwrap();
    assert_eq!(*current, Conditional::NotModified);
    assert_eq!(current.status(), 304);
    assert_eq!(current.etag(), Some(version.as_str()));
    let published = client
        .publish_project()
        .project_id(created.id)
        .if_match(version.clone())
        .send()
        .await
        .unwrap();
    assert_ne!(published.etag(), Some(version.as_str()));
    let fresh = read(version.clone())
        .await
        .unwrap()
        .into_inner()
        .found()
        .unwrap();
    assert_eq!(fresh.status, types::ContentStatus::Published);
    let late = client
        .delete_project()
        .project_id(created.id)
        .if_match(version)
        .send()
        .await
        .unwrap_err();
    assert_eq!(late.status().map(|status| status.as_u16()), Some(412));
    let gone = client
        .delete_project()
        .project_id(created.id)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
}

#[tokio::test]
async fn violations_arrive_typed() {
    let (client, ..) = owner().await;
    let body = types::ProjectCreate {
        name: String::new(),
        tech: Vec::new(),
        ..project()
    };
    let error = client.create_project().body(body).send().await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("createProject") && text.contains("400") && text.contains("/tech"),
        "{text}"
    );
    let Error::ErrorResponse(response) = &error else {
        panic!("{error}")
    };
    let violations = response
        .details
        .as_ref()
        .and_then(|details| details.violations.as_ref())
        .unwrap();
    assert!(
        violations
            .iter()
            .any(|violation| violation.pointer == "/name")
    );
    assert!(
        violations
            .iter()
            .all(|violation| violation.where_ == types::RequestPart::Body)
    );
}

#[tokio::test]
async fn a_session_is_renewed_against_reuse_detection() {
    let (client, _, clock) = owner().await;
    client.get_total_views().send().await.unwrap();
    let first = client.session().unwrap();
    // The server's clock runs ahead: it refuses the token, the client renews it, twenty times over at once.
    for _ in 0..3 {
        clock.advance(chrono::TimeDelta::hours(2));
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.get_total_views().send().await.map(|_| ()) })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    }
    let last = client.session().unwrap();
    assert_ne!(first.token, last.token);
    let family = |session: &portfolio_client::Session| {
        session
            .refresh_token
            .as_deref()
            .and_then(|token| token.split_once('.'))
            .unwrap()
            .0
            .to_owned()
    };
    assert_eq!(
        family(&first),
        family(&last),
        "renewed all along, never signed in again"
    );
}

#[tokio::test]
async fn a_session_goes_on_in_another_client_and_ends_with_sign_out() {
    let (client, address, _) = owner().await;
    let draft = client
        .create_project()
        .body(project())
        .send()
        .await
        .unwrap();
    let kept = serde_json::to_string(&client.session().unwrap()).unwrap();
    let session = serde_json::from_str(&kept).unwrap();
    let other = Client::builder(&address).session(session).build().unwrap();
    assert_eq!(other.get_current_user().send().await.unwrap().email, EMAIL);
    other.sign_out().await.unwrap();
    assert!(other.session().is_none());
    // A visitor now: drafts do not exist.
    let error = other
        .get_project()
        .project_id(draft.id)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    // The first client finds its session ended and opens another one.
    client
        .get_project()
        .project_id(draft.id)
        .send()
        .await
        .unwrap();
    client.sign_out().await.unwrap();
    client.sign_out().await.unwrap();
}

#[tokio::test]
async fn the_owner_sees_drafts_from_the_first_call() {
    let (client, address, _) = owner().await;
    let draft = client
        .create_project()
        .body(project())
        .send()
        .await
        .unwrap();
    let again = Client::builder(&address)
        .credentials(EMAIL, PASSWORD)
        .build()
        .unwrap();
    let found = again
        .get_project()
        .project_id(draft.id)
        .send()
        .await
        .unwrap();
    assert!(matches!(&*found, Conditional::Found(project) if project.id == draft.id));
    let all = again
        .list_projects()
        .status(types::ListStatus::All)
        .featured(true)
        .send()
        .await
        .unwrap();
    assert_eq!(all.total, 1);
}

#[tokio::test]
async fn a_wrong_password_says_who_was_asked() {
    let (_, address, _) = owner().await;
    let client = Client::builder(&address).build().unwrap();
    let error = client.sign_in(EMAIL, "wrong").await.unwrap_err();
    assert_eq!(
        error.operation().map(|operation| operation.id),
        Some("login")
    );
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(error.body().map(|body| body.status_code), Some(401));
    let Error::ErrorResponse(response) = error else {
        panic!("{error}")
    };
    assert!(response.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_visit_counts_once_for_a_session_of_the_callers() {
    let (_, address, _) = owner().await;
    let client = Client::builder(&address).build().unwrap();
    let visit = || {
        client
            .track_visit()
            .x_session_id("7GmXw2q9TnVb4RkLzE0aYd")
            .send()
    };
    assert!(visit().await.unwrap().tracked);
    assert!(!visit().await.unwrap().tracked);
    assert_eq!(client.get_visitor_count().send().await.unwrap().count, 1);
}
