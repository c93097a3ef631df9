//! Projects: what is particular about them.

use chrono::TimeDelta;
use portfolio_client::{Conditional, Nullable, types};
use portfolio_tests::{Answer, Answered, PROJECTS, site, snapshot};
use serde_json::{Value, json};

#[tokio::test]
async fn the_life_of_a_project() {
    let site = site().await;
    let (owner, visitor) = (site.typed_owner().await, site.typed().await);
    let mut body = PROJECTS.body("Difference Engine");
    body["githubUrl"] = json!("https://github.com/example/engine");
    body["liveUrl"] = json!("https://engine.example");
    let body: types::ProjectCreate = serde_json::from_value(body).unwrap();
    let project = owner.create_project().body(body).send().await.unwrap();
    let created = owner.answer().is(201);
    site.clock.advance(TimeDelta::minutes(1));
    // One url is replaced, one removed, and the third was never there.
    let update = types::ProjectUpdate::builder()
        .featured(true)
        .github_url(Nullable::Null)
        .live_url(Nullable::from("http://new.example/?a=b#c"));
    let update = owner.update_project().project_id(project.id).body(update);
    let changed = update.send().await.unwrap();
    assert_eq!(changed.github_url.as_ref().and_then(Nullable::value), None);
    let updated = owner.answer().is(200);
    let publish = owner.publish_project().project_id(project.id);
    let publication = publish.send().await.unwrap();
    let published = owner.answer().is(200);
    let page = visitor.list_projects().featured(true).send().await.unwrap();
    assert_eq!(page.projects, [publication.into_inner()]);
    let list = visitor.answer().is(200);
    let again = visitor.get_project().project_id(project.id);
    let again = again.if_none_match("*").send().await.unwrap();
    assert_eq!(*again, Conditional::NotModified);
    let current = visitor.answer().is(304);
    let delete = owner.delete_project().project_id(project.id);
    delete.send().await.unwrap();
    let deleted = owner.answer().is(204);
    snapshot!(
        "the_life_of_a_project",
        created,
        updated,
        published,
        list,
        current,
        deleted
    );
}

#[tokio::test]
async fn a_url_that_is_null_goes_and_one_that_is_absent_stays() {
    let site = site().await;
    let owner = site.owner().await;
    let mut body = PROJECTS.body("Something");
    for name in ["githubUrl", "liveUrl", "imageUrl"] {
        body[name] = json!(format!("https://example.com/{name}"));
    }
    let project = owner.create(PROJECTS, body).await.is(201);
    let update = async |change| {
        let answer = owner.change(PROJECTS, project.id(), change).await;
        answer.is(200)
    };
    let kept = update(json!({ "name": "Another" })).await;
    for name in ["githubUrl", "liveUrl", "imageUrl"] {
        assert_eq!(kept[name], project[name]);
    }
    let removed = update(json!({ "githubUrl": null })).await;
    assert!(
        removed.body.get("githubUrl").is_none_or(Value::is_null),
        "{removed}"
    );
    assert_eq!(removed["liveUrl"], project["liveUrl"]);
    // Removing what is not there is no mistake.
    update(json!({ "githubUrl": null })).await;
    let back = update(
        json!({ "githubUrl": "https://example.com/back", "liveUrl": null, "imageUrl": null }),
    )
    .await;
    assert_eq!(back["githubUrl"], "https://example.com/back");
    assert_eq!(owner.read(PROJECTS, project.id()).await.body, back.body);
}

#[tokio::test]
async fn what_is_no_url_is_refused() {
    let site = site().await;
    let owner = site.owner().await;
    let project = owner.draft(PROJECTS, "Something").await;
    for name in ["githubUrl", "liveUrl", "imageUrl"] {
        for wrong in [
            json!(""),
            json!("example.com"),
            json!("/path"),
            json!("javascript:alert(1)"),
            json!("ftp://example.com"),
            json!("https://example.com/a b"),
            json!("https://example.com/\n"),
            json!(format!("https://example.com/{}", "x".repeat(2048))),
            json!(1),
        ] {
            let mut body = PROJECTS.body("x");
            body[name] = wrong.clone();
            let created = owner.post("/projects").json(body).await;
            let updated = owner
                .put(&PROJECTS.item(project.id()))
                .json(json!({ name: wrong.clone() }))
                .await;
            for answer in [created, updated] {
                assert_eq!(answer.violated(), [format!("body /{name}")], "{wrong}");
            }
        }
        // Null says nothing about a project that is only being made.
        let mut body = PROJECTS.body("x");
        body[name] = Value::Null;
        assert_eq!(
            owner.post("/projects").json(body).await.violated(),
            [format!("body /{name}")]
        );
    }
}

#[tokio::test]
async fn featured_projects() {
    let site = site().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for (name, featured) in [("A", Some(true)), ("B", Some(false)), ("C", None)] {
        let mut body = PROJECTS.body(name);
        let draft = match featured {
            Some(featured) => {
                body["featured"] = json!(featured);
                owner.create(PROJECTS, body).await.is(201)
            }
            // The generated client would say the default itself.
            None => owner.post("/projects").json(body).await.is(201),
        };
        assert_eq!(draft["featured"], name == "A");
        owner.publish(PROJECTS, draft.id()).await;
        ids.push(draft.id().to_owned());
    }
    let names = |list: Answer| {
        assert_eq!(list["total"], PROJECTS.names(&list).len());
        PROJECTS.names(&list).concat()
    };
    let featured = async |featured: bool| {
        let list = site.list_projects().featured(featured);
        names(list.send().answer().await.is(200))
    };
    assert_eq!(names(site.list(PROJECTS).await.is(200)), "CBA");
    assert_eq!(featured(true).await, "A");
    assert_eq!(featured(false).await, "CB");
    for (id, featured) in [(&ids[0], false), (&ids[2], true)] {
        let change = json!({ "featured": featured });
        owner.change(PROJECTS, id, change).await.has(200);
    }
    assert_eq!(featured(true).await, "C");
    assert_eq!(featured(false).await, "BA");
}

#[tokio::test]
async fn bounds_of_a_project() {
    let site = site().await;
    let owner = site.owner().await;
    for (name, value, place) in [
        ("description", json!("x".repeat(501)), "/description"),
        (
            "longDescription",
            json!("x".repeat(65_537)),
            "/longDescription",
        ),
        ("tech", json!([]), "/tech"),
        ("tech", json!(vec!["x"; 51]), "/tech"),
        ("tech", json!(["x", "x".repeat(51)]), "/tech/1"),
        ("company", json!("x".repeat(201)), "/company"),
        ("featured", json!("true"), "/featured"),
        ("featured", json!(1), "/featured"),
        ("featured", json!(null), "/featured"),
    ] {
        let mut body = PROJECTS.body("x");
        body[name] = value.clone();
        let answer = owner.post("/projects").json(body).await;
        assert_eq!(answer.violated(), [format!("body {place}")], "{value}");
    }
}
