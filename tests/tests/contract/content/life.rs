//! Drafts, publication and the end.

use chrono::TimeDelta;
use portfolio_tests::{Answered, Client, Kind, site};
use serde_json::json;

pub(super) async fn a_draft_exists_for_the_owner_only(kind: Kind) {
    let site = site().await;
    let (owner, reader) = (site.owner().await, site.reader().await);
    let draft = owner.draft(kind, "Draft").await;
    assert_eq!(draft["status"], "draft");
    let path = kind.item(draft.id());
    assert_eq!(draft.header("location"), format!("/v1{path}"));
    let mine = owner.read(kind, draft.id()).await.is(200);
    assert_eq!(
        (&mine.body, mine.header("etag")),
        (&draft.body, draft.header("etag"))
    );
    for other in [&site as &Client, &reader] {
        let hidden = other.read(kind, draft.id()).await.is(404);
        let unknown = other
            .read(kind, "019cadd3-8718-7c3e-9a51-4be0f2d86a17")
            .await
            .is(404);
        assert_eq!(hidden.body, unknown.body);
        // Not even that it has not changed.
        other
            .read(kind, draft.id())
            .if_none_match("*")
            .await
            .has(404);
    }
    owner.publish(kind, draft.id()).await;
    for other in [&site as &Client, &reader] {
        let public = other.read(kind, draft.id()).await.is(200);
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
    site.read(kind, item.id()).await.has(404);
    assert_eq!(site.list(kind).await["total"], 0);
    owner.read(kind, item.id()).await.has(200);
    owner.publish(kind, item.id()).await;
    site.read(kind, item.id()).await.has(200);
    assert_eq!(site.list(kind).await["total"], 1);
}

pub(super) async fn what_is_deleted_is_gone(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let (item, other) = (
        owner.published(kind, "Something").await,
        owner.published(kind, "Another").await,
    );
    let id = item.id();
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(200);
    let deleted = owner.remove(kind, id).await.is(204);
    assert!(deleted.body.is_null());
    owner.read(kind, id).await.has(404);
    owner.remove(kind, id).await.has(404);
    let change = json!({ kind.title: "x" });
    owner.change(kind, id, change).await.has(404);
    owner.try_publish(kind, id).await.has(404);
    owner.try_unpublish(kind, id).await.has(404);
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(404);
    site.views(kind, id).await.has(404);
    let stats = owner.view_stats(kind).await.is(200);
    assert_eq!(stats["stats"], json!({ other.id(): 0 }));
    let total = owner.get_total_views().send().answer().await;
    assert_eq!(total["totalViews"], 0);
    assert_eq!(kind.names(&site.list(kind).await), ["Another"]);
    // A draft too.
    let draft = owner.draft(kind, "Draft").await;
    owner.remove(kind, draft.id()).await.has(204);
    assert_eq!(owner.list(kind).status("draft").await["total"], 0);
}

pub(super) async fn an_id_is_found_in_any_case(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    // RFC 9562, section 4: hexadecimal digits have no case on input.
    let answer = // The generated client writes ids in small letters.
        site.get(&kind.item(&item.id().to_uppercase()))
        .await
        .is(200);
    assert_eq!(answer.body, item.body);
    let bare = item.id().replace('-', "");
    // Some gateways hand an encoded slash on as one, which makes it another path.
    let slash = (!site.is_deployed()).then_some("..%2f");
    let wrong = [
        "1",
        "%20",
        &bare,
        &format!("{{{}}}", item.id()),
        &format!("urn:uuid:{}", item.id()),
        "%zz",
        "%ff",
    ];
    for wrong in wrong.into_iter().chain(slash) {
        let answer = site.get(&kind.item(wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}\n{answer}");
        assert!(answer.violated()[0].starts_with("path "), "{answer}");
    }
}
