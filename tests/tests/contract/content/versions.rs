//! Entity tags, and the requests that are made with them.

use portfolio_tests::{Kind, site};
use serde_json::json;

pub(super) async fn an_etag_changes_with_every_change(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let draft = owner.draft(kind, "Something").await;
    let mut tags = vec![draft.header("etag").to_owned()];
    tags.push(
        owner
            .publish(kind, draft.id())
            .await
            .header("etag")
            .to_owned(),
    );
    for _ in 0..2 {
        // The same change again: still a version of its own, since the time of the change is part of it.
        let change = json!({ kind.title: "Another" });
        let update = owner.change(kind, draft.id(), change).await.is(200);
        tags.push(update.header("etag").to_owned());
    }
    tags.push(
        owner
            .unpublish(kind, draft.id())
            .await
            .header("etag")
            .to_owned(),
    );
    for (index, tag) in tags.iter().enumerate() {
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        assert!(!tags[..index].contains(tag), "{tags:?}");
    }
    let current = owner.read(kind, draft.id()).await;
    assert_eq!(current.header("etag"), tags[4]);
}

pub(super) async fn if_none_match_answers_304(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    let (path, tag) = (kind.item(item.id()), item.header("etag").to_owned());
    for (header, status) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        ("*".to_owned(), 304),
        (format!("\"x\", {tag}"), 304),
        (format!("W/\"x\" ,\t{tag} , \"y\""), 304),
        ("\"x\"".to_owned(), 200),
        ("\"\"".to_owned(), 200),
        ("W/\"1\", \"x\"".to_owned(), 200),
    ] {
        let answer = site.read(kind, item.id()).if_none_match(&header).await;
        assert_eq!(answer.status, status, "{header}\n{answer}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.body.is_null(), status == 304);
    }
    let lines = site
        .get(&path)
        .header("if-none-match", "\"x\"")
        .header("if-none-match", &tag);
    lines.await.has(304);
    for wrong in ["1", "\"1", "W/1", "w/\"1\"", "\"a b\"", "*, \"1\"", ""] {
        let answer = site.get(&path).header("if-none-match", wrong).await;
        assert_eq!(answer.violated(), ["header If-None-Match"], "{wrong}");
    }
    // A copy from before a change is not current.
    let change = json!({ kind.title: "Another" });
    owner.change(kind, item.id(), change).await.has(200);
    let changed = site.read(kind, item.id()).if_none_match(&tag);
    changed.await.has(200);
}

pub(super) async fn if_match_keeps_editors_apart(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.draft(kind, "Something").await;
    let (id, first) = (item.id(), item.header("etag").to_owned());
    let rename = |name: &str| owner.change(kind, id, json!({ kind.title: name }));
    // Both have read the first version; the second to save is told.
    let saved = rename("By one").if_match(&first).await.is(200);
    let second = saved.header("etag").to_owned();
    rename("By two").if_match(&first).await.has(412);
    let publish = || owner.try_publish(kind, id);
    let unpublish = || owner.try_unpublish(kind, id);
    let delete = || owner.remove(kind, id);
    for stale in [
        first.clone(),
        format!("W/{second}"),
        "\"x\", \"y\"".to_owned(),
    ] {
        for request in [rename("By two"), publish(), unpublish(), delete()] {
            let answer = request.if_match(&stale).await;
            assert_eq!(answer.status, 412, "{answer}");
        }
    }
    let unchanged = owner.read(kind, id).await.is(200);
    assert_eq!(
        (&unchanged.body, unchanged.header("etag")),
        (&saved.body, second.as_str())
    );
    for wrong in ["1", "x", ""] {
        for request in [rename("By two"), publish(), unpublish(), delete()] {
            let answer = request.if_match(wrong).await;
            assert_eq!(answer.violated(), ["header If-Match"], "{wrong}");
        }
    }
    // Idempotent calls honour it too, also when there is nothing to do.
    unpublish().if_match(&second).await.has(200);
    let either = format!("\"x\", {second}");
    let published = publish().if_match(&either).await.is(200);
    publish().if_match(&second).await.has(412);
    let again = publish().if_match(published.header("etag"));
    again.await.has(200);
    rename("By anybody").if_match("*").await.has(200);
    delete().if_match("*").await.has(204);
    // There is nothing left that a tag could match (RFC 9110, section 13.1.1), and 404 says more.
    for request in [rename("By two"), publish(), unpublish(), delete()] {
        request.if_match("*").await.has(404);
    }
}
