//! Drafts, publication and the end.

use chrono::TimeDelta;
use portfolio_tests::{Client, Kind, site};
use serde_json::json;

pub(super) async fn a_draft_exists_for_the_owner_only(kind: Kind) {
    let site = site().await;
    let (owner, reader) = (site.owner().await, site.reader().await);
    let draft = owner.draft(kind, "Draft").await;
    assert_eq!(draft["status"], "draft");
    let path = kind.item(draft.id());
    assert_eq!(draft.header("location"), format!("/v1{path}"));
    let mine = owner.get(&path).await.is(200);
    assert_eq!(
        (&mine.body, mine.header("etag")),
        (&draft.body, draft.header("etag"))
    );
    for other in [&site as &Client, &reader] {
        let hidden = other.get(&path).await.is(404);
        let unknown = other
            .get(&kind.item("019cadd3-8718-7c3e-9a51-4be0f2d86a17"))
            .await
            .is(404);
        assert_eq!(hidden.body, unknown.body);
        // Not even that it has not changed.
        other.get(&path).header("if-none-match", "*").await.has(404);
    }
    owner.publish(kind, draft.id()).await;
    for other in [&site as &Client, &reader] {
        let public = other.get(&path).await.is(200);
        assert_eq!(public["status"], "published");
    }
}

pub(super) async fn publishing_twice_changes_nothing(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let draft = owner.draft(kind, "Something").await;
    site.clock.advance(TimeDelta::minutes(20));
    let first = owner.publish(kind, draft.id()).await;
    assert_eq!(first["createdAt"], draft["createdAt"]);
    assert_eq!(first["updatedAt"], "2026-11-20T10:20:00.000Z");
    site.clock.advance(TimeDelta::minutes(20));
    let second = owner.publish(kind, draft.id()).await;
    assert_eq!(
        (&second.body, second.header("etag")),
        (&first.body, first.header("etag"))
    );
    let unpublished = owner.unpublish(kind, draft.id()).await;
    assert_eq!(unpublished["updatedAt"], "2026-11-20T10:40:00.000Z");
    site.clock.advance(TimeDelta::minutes(10));
    let again = owner.unpublish(kind, draft.id()).await;
    assert_eq!(
        (&again.body, again.header("etag")),
        (&unpublished.body, unpublished.header("etag"))
    );
}

pub(super) async fn unpublishing_hides_again(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    owner.unpublish(kind, item.id()).await;
    site.get(&kind.item(item.id())).await.has(404);
    assert_eq!(site.get(kind.path).await["total"], 0);
    owner.get(&kind.item(item.id())).await.has(200);
    owner.publish(kind, item.id()).await;
    site.get(&kind.item(item.id())).await.has(200);
    assert_eq!(site.get(kind.path).await["total"], 1);
}

pub(super) async fn what_is_deleted_is_gone(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let (item, other) = (
        owner.published(kind, "Something").await,
        owner.published(kind, "Another").await,
    );
    let path = kind.item(item.id());
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(200);
    let deleted = owner.delete(&path).await.is(204);
    assert!(deleted.body.is_null());
    owner.get(&path).await.has(404);
    owner.delete(&path).await.has(404);
    owner
        .put(&path)
        .json(json!({ kind.title: "x" }))
        .await
        .has(404);
    owner.post(&format!("{path}/publish")).await.has(404);
    owner.post(&format!("{path}/unpublish")).await.has(404);
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(404);
    site.get(&format!("/analytics/views/{}/{}", kind.name, item.id()))
        .await
        .has(404);
    let stats = owner
        .get(&format!("/analytics/views/{}", kind.name))
        .await
        .is(200);
    assert_eq!(stats["stats"], json!({ other.id(): 0 }));
    assert_eq!(owner.get("/analytics/total-views").await["totalViews"], 0);
    assert_eq!(kind.names(&site.get(kind.path).await), ["Another"]);
    // A draft too.
    let draft = owner.draft(kind, "Draft").await;
    owner.delete(&kind.item(draft.id())).await.has(204);
    assert_eq!(
        owner.get(&format!("{}?status=draft", kind.path)).await["total"],
        0
    );
}

pub(super) async fn an_id_is_found_in_any_case(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    // RFC 9562, section 4: hexadecimal digits have no case on input.
    let answer = site
        .get(&kind.item(&item.id().to_uppercase()))
        .await
        .is(200);
    assert_eq!(answer.body, item.body);
    let bare = item.id().replace('-', "");
    for wrong in [
        "1",
        "%20",
        &bare,
        &format!("{{{}}}", item.id()),
        &format!("urn:uuid:{}", item.id()),
        "%zz",
        "%ff",
        "..%2f",
    ] {
        let answer = site.get(&kind.item(wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}\n{answer}");
        assert!(answer.violated()[0].starts_with("path "), "{answer}");
    }
}
