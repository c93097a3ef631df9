//! Views of content. Simultaneous views are in `concurrency`.

use chrono::TimeDelta;
use portfolio_client::types;
use portfolio_tests::{Answered, KINDS, POSTS, PROJECTS, site, snapshot};
use serde_json::json;
use uuid::Uuid;

const SESSION: &str = "0123456789abcdef";

#[tokio::test]
async fn views_and_their_statistics() {
    let site = site().await;
    let owner = site.owner().await;
    let post = owner.published(POSTS, "Post").await;
    let project = owner.published(PROJECTS, "Project").await;
    let (typed, visitor) = (site.typed_owner().await, site.typed().await);
    let view = |content_type: types::ContentType, id: &str| {
        visitor.track_content_view().body(types::ContentViewCreate {
            content_type,
            content_id: id.parse().unwrap(),
        })
    };
    let blog = types::ContentType::Blog;
    view(blog, post.id()).send().await.unwrap();
    let first = visitor.answer().is(200);
    let viewed = view(blog, post.id()).x_session_id(SESSION).send().await;
    assert!(viewed.unwrap().tracked);
    let second = visitor.answer().is(200);
    let viewed = view(blog, post.id()).x_session_id(SESSION).send().await;
    assert!(!viewed.unwrap().tracked);
    let again = visitor.answer().is(200);
    let other = view(types::ContentType::Certification, project.id());
    let error = other.x_session_id(SESSION).send().await.unwrap_err();
    assert_eq!(error.body().unwrap().status_code, 404);
    let unknown = visitor.answer().is(404);
    let views = visitor.get_content_view_count().content_type(blog);
    let views = views.content_id(post.id().parse::<Uuid>().unwrap());
    let views = views.send().await.unwrap();
    let count = visitor.answer().is(200);
    let projects = types::ContentType::Project;
    let all = typed.get_all_view_stats().content_type(projects);
    assert_eq!(all.send().await.unwrap().stats[project.id()], 0);
    let stats = typed.answer().is(200);
    let ranking = typed.get_top_content().send().await.unwrap();
    assert_eq!(ranking.blogs[0].views, views.views);
    let top = typed.answer().is(200);
    let sum = typed.get_total_views().send().await.unwrap();
    assert_eq!(sum.total_views, views.views);
    let total = typed.answer().is(200);
    let wrong = site
        .post("/analytics/track")
        .json(json!({ "contentType": "page", "contentId": 1 }))
        .await
        .is(400);
    snapshot!(
        "views_and_their_statistics",
        first,
        second,
        again,
        unknown,
        count,
        stats,
        top,
        total,
        wrong
    );
}

#[tokio::test]
async fn a_view_counts_once_per_session_and_content_in_24_hours() {
    let site = site().await;
    let owner = site.lasting_owner().await;
    for kind in KINDS {
        site.at("2026-11-20T10:00:00Z");
        let (one, two) = (
            owner.published(kind, "One").await,
            owner.published(kind, "Two").await,
        );
        let view = async |id: &str, session: &str| site.view(kind, id, session).await.is(200).body;
        let counted = |views: u64| json!({ "views": views, "tracked": true });
        let known = |views: u64| json!({ "views": views, "tracked": false });
        assert_eq!(view(one.id(), SESSION).await, counted(1));
        assert_eq!(view(one.id(), SESSION).await, known(1));
        assert_eq!(view(two.id(), SESSION).await, counted(1));
        assert_eq!(view(one.id(), "another-session-").await, counted(2));
        // Not the next day, but 24 hours later; nothing has deleted the expired mark.
        site.at("2026-11-21T09:59:59Z");
        assert_eq!(view(one.id(), SESSION).await, known(2));
        site.at("2026-11-21T10:00:00Z");
        assert_eq!(view(one.id(), SESSION).await, counted(3));
        // 24 hours from the view that was counted.
        site.at("2026-11-22T09:59:59Z");
        assert_eq!(view(one.id(), SESSION).await, known(3));
        site.clock.advance(TimeDelta::seconds(1));
        assert_eq!(view(one.id(), SESSION).await, counted(4));
    }
}

#[tokio::test]
async fn only_published_content_is_viewed() {
    let site = site().await;
    let owner = site.owner().await;
    for kind in KINDS {
        let count = async |id: &str| site.views(kind, id).await;
        let item = owner.draft(kind, "Something").await;
        // Not even by the owner.
        for client in [&*site, &owner] {
            client.view(kind, item.id(), SESSION).await.has(404);
            client
                .view(kind, "019cadd3-8718-7c3e-9a51-4be0f2d86a17", SESSION)
                .await
                .has(404);
        }
        count(item.id()).await.has(404);
        owner.publish(kind, item.id()).await;
        assert_eq!(count(item.id()).await["views"], 0);
        assert_eq!(site.view(kind, item.id(), SESSION).await["views"], 1);
        // The same id as content of another type does not exist.
        for other in KINDS.into_iter().filter(|other| *other != kind) {
            site.view(other, item.id(), SESSION).await.has(404);
            site.views(other, item.id()).await.has(404);
        }
        owner.unpublish(kind, item.id()).await;
        for session in [SESSION, "another-session-"] {
            site.view(kind, item.id(), session).await.has(404);
        }
        count(item.id()).await.has(404);
        // Its views are still there when it is.
        owner.publish(kind, item.id()).await;
        assert_eq!(count(item.id()).await["views"], 1);
        assert_eq!(
            site.view(kind, item.id(), SESSION).await.body,
            json!({ "views": 1, "tracked": false })
        );
        assert_eq!(
            site.view(kind, item.id(), "another-session-").await["views"],
            2
        );
    }
}

#[tokio::test]
async fn statistics_are_of_published_content() {
    let site = site().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C"] {
        ids.push(owner.published(PROJECTS, name).await.id().to_owned());
        for viewer in 0..ids.len() {
            site.view(
                PROJECTS,
                &ids[ids.len() - 1],
                &format!("0123456789abcd{viewer:02}"),
            )
            .await
            .has(200);
        }
    }
    owner.draft(PROJECTS, "Draft").await;
    let stats = async || owner.view_stats(PROJECTS).await.is(200)["stats"].clone();
    let total = async || {
        let total = owner.get_total_views().send().answer().await;
        total.is(200)["totalViews"].clone()
    };
    assert_eq!(
        stats().await,
        json!({ &*ids[0]: 1, &*ids[1]: 2, &*ids[2]: 3 })
    );
    assert_eq!(total().await, 6);
    owner.unpublish(PROJECTS, &ids[1]).await;
    assert_eq!(stats().await, json!({ &*ids[0]: 1, &*ids[2]: 3 }));
    assert_eq!(total().await, 4);
    owner.remove(PROJECTS, &ids[2]).await.has(204);
    assert_eq!(total().await, 1);
    assert_eq!(stats().await, json!({ &*ids[0]: 1 }));
}

#[tokio::test]
async fn the_most_viewed_comes_first() {
    let site = site().await;
    let owner = site.owner().await;
    for kind in KINDS {
        let mut ids = Vec::new();
        for (index, views) in [1, 3, 0, 3, 2, 0, 0].into_iter().enumerate() {
            let item = owner.published(kind, &format!("{index}")).await;
            for viewer in 0..views {
                site.view(kind, item.id(), &format!("0123456789abcd{viewer:02}"))
                    .await
                    .has(200);
            }
            ids.push(item.id().to_owned());
        }
        let top = async |limit: Option<u64>| -> Vec<usize> {
            let mut call = owner.get_top_content();
            if let Some(limit) = limit {
                call = call.limit(limit);
            }
            let answer = call.send().answer().await.is(200);
            let ranking = answer[kind.ranking].as_array().unwrap().clone();
            let place = |place: &serde_json::Value| {
                ids.iter()
                    .position(|id| place["contentId"] == **id)
                    .unwrap()
            };
            ranking.iter().map(place).collect()
        };
        // Equal numbers in a stable order.
        assert_eq!(top(None).await, [1, 3, 4, 0, 2]);
        assert_eq!(top(Some(2)).await, [1, 3]);
        assert_eq!(top(Some(20)).await, [1, 3, 4, 0, 2, 5, 6]);
        owner.unpublish(kind, &ids[1]).await;
        assert_eq!(top(Some(1)).await, [3]);
    }
    for wrong in ["0", "21", "x", ""] {
        let answer = owner
            .get(&format!("/analytics/top-content?limit={wrong}"))
            .await;
        assert_eq!(answer.violated(), ["query limit"], "{wrong}");
    }
}

#[tokio::test]
async fn what_cannot_be_viewed() {
    let site = site().await;
    let owner = site.owner().await;
    let id = "019cadd3-8718-7c3e-9a51-4be0f2d86a17";
    for (body, places) in [
        (json!({}), &["body /contentId", "body /contentType"][..]),
        (
            json!({ "contentType": "blogs", "contentId": id }),
            &["body /contentType"],
        ),
        (
            json!({ "contentType": "Blog", "contentId": id }),
            &["body /contentType"],
        ),
        (
            json!({ "contentType": "blog", "contentId": "1" }),
            &["body /contentId"],
        ),
        (
            json!({ "contentType": null, "contentId": null }),
            &["body /contentId", "body /contentType"],
        ),
        (
            json!({ "contentType": "blog", "contentId": id, "views": 100 }),
            &["body /views"],
        ),
    ] {
        assert_eq!(
            site.post("/analytics/track")
                .json(body.clone())
                .await
                .violated(),
            places,
            "{body}"
        );
    }
    // Path, header and body at once.
    let short = site
        .post("/analytics/track")
        .header("x-session-id", "short")
        .json(json!({ "contentType": "x" }));
    let places = [
        "body /contentId",
        "body /contentType",
        "header X-Session-Id",
    ];
    assert_eq!(short.await.violated(), places);
    let path = site.get("/analytics/views/page/1").await;
    assert_eq!(path.violated(), ["path contentId", "path contentType"]);
    assert_eq!(
        owner.get("/analytics/views/blogs").await.violated(),
        ["path contentType"]
    );
}

#[tokio::test]
async fn a_reader_without_a_session_gets_a_cookie() {
    let site = site().await;
    let owner = site.owner().await;
    let post = owner.published(POSTS, "Something").await;
    let browser = site.browser();
    let track = async || {
        let viewed = types::ContentViewCreate {
            content_type: types::ContentType::Blog,
            content_id: post.id().parse().unwrap(),
        };
        let call = browser.track_content_view().body(viewed);
        call.send().answer().await.is(200)
    };
    let first = track().await;
    assert!(first.header("set-cookie").starts_with("visitor="));
    assert_eq!(first.body, json!({ "views": 1, "tracked": true }));
    let again = track().await;
    assert!(!again.headers.contains_key("set-cookie"));
    assert_eq!(again.body, json!({ "views": 1, "tracked": false }));
    // Visits and views share the session.
    let visit = browser.track_visit().send().answer().await.is(200);
    assert!(!visit.headers.contains_key("set-cookie"));
}
