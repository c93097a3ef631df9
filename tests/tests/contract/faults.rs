//! What goes wrong between the server and its database: nothing that was acknowledged is lost, nothing is counted or
//! made twice.

use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use portfolio_tests::{Client, KINDS, POSTS, Site, after, before, site};
use serde_json::json;

const SESSION: &str = "0123456789abcdef";

type Place = fn(Failure) -> Disturbance;

/// A single fault: the call was not made, or its answer was lost. A conflict is an answer, so it cannot be lost.
const FAULTS: [(Failure, Place); 7] = [
    (Failure::Disconnect, before),
    (Failure::InternalServerError, before),
    (Failure::Throttling, before),
    (Failure::TransactionConflict, before),
    (Failure::Disconnect, after),
    (Failure::InternalServerError, after),
    (Failure::Throttling, after),
];

/// Disturbs the next call of `operation` in each of the ways, one after another; `work` must make that call.
async fn each_fault(site: &Site, operation: &'static str, work: impl AsyncFn(usize)) {
    for (index, (failure, place)) in FAULTS.into_iter().enumerate() {
        site.script.play([(operation, place(failure))]);
        work(index).await;
        assert!(site.script.played(), "no {operation} was made");
    }
}

async fn start() -> (Site, Client) {
    let site = site().await;
    let owner = site.owner().await;
    (site, owner)
}

#[tokio::test]
async fn a_visit_is_counted_once() {
    let (site, _) = start().await;
    each_fault(&site, "TransactWriteItems", async |index| {
        let session = format!("{SESSION}-{index}");
        assert_eq!(
            site.visit(&session).await.body,
            json!({ "count": index + 1, "tracked": true })
        );
        assert_eq!(
            site.visit(&session).await.body,
            json!({ "count": index + 1, "tracked": false })
        );
    })
    .await;
}

#[tokio::test]
async fn a_view_is_counted_once() {
    let (site, owner) = start().await;
    let post = owner.published(POSTS, "Something").await;
    each_fault(&site, "TransactWriteItems", async |index| {
        let view = async || {
            site.view(POSTS, post.id(), &format!("{SESSION}-{index}"))
                .await
                .body
        };
        assert_eq!(view().await, json!({ "views": index + 1, "tracked": true }));
        assert_eq!(
            view().await,
            json!({ "views": index + 1, "tracked": false })
        );
    })
    .await;
}

#[tokio::test]
async fn content_is_made_changed_published_and_deleted_once() {
    let (site, owner) = start().await;
    for kind in KINDS {
        each_fault(&site, "PutItem", async |index| {
            owner.draft(kind, &format!("{index}")).await;
            let list = owner.get(&format!("{}?status=all", kind.path)).await;
            assert_eq!(list["total"], index + 1);
        })
        .await;
        let draft = owner.draft(kind, "Something").await;
        let path = kind.item(draft.id());
        each_fault(&site, "PutItem", async |index| {
            let change = json!({ kind.title: format!("Version {}", index + 2) });
            let answer = owner
                .put(&path)
                .json(change)
                .header("if-match", format!("\"{}\"", index + 1))
                .await;
            assert_eq!(answer.is(200).header("etag"), format!("\"{}\"", index + 2));
        })
        .await;
        let mut version = FAULTS.len() + 1;
        each_fault(&site, "TransactWriteItems", async |index| {
            let change = if index % 2 == 0 {
                "publish"
            } else {
                "unpublish"
            };
            let request = owner.post(&format!("{path}/{change}"));
            let answer = request
                .header("if-match", format!("\"{}\"", version + index))
                .await;
            assert_eq!(
                answer.is(200).header("etag"),
                format!("\"{}\"", version + index + 1)
            );
        })
        .await;
        version += FAULTS.len();
        assert_eq!(
            site.get(&path).await.header("etag"),
            format!("\"{version}\"")
        );
        each_fault(&site, "TransactWriteItems", async |_| {
            let item = owner.published(kind, "Short-lived");
            // The fault is for the deletion.
            site.script.play([]);
            let item = item.await;
            site.script
                .play([("TransactWriteItems", after(Failure::Disconnect))]);
            owner.delete(&kind.item(item.id())).await.has(204);
        })
        .await;
    }
}

#[tokio::test]
async fn a_session_goes_on_after_a_lost_answer() {
    let (site, _) = start().await;
    let mut refresh_token = site.login().await["refreshToken"].clone();
    for (failure, place) in FAULTS {
        site.script.play([("PutItem", place(failure))]);
        let body = json!({ "refreshToken": refresh_token });
        let renewed = site.post("/auth/refresh").json(body).await.is(200);
        assert!(site.script.played());
        refresh_token = renewed["refreshToken"].clone();
        site.with_token(renewed["token"].as_str().unwrap())
            .get("/auth/me")
            .await
            .has(200);
    }
}

#[tokio::test]
async fn what_was_not_acknowledged_is_not_counted_twice_either() {
    let (site, owner) = start().await;
    let post = owner.published(POSTS, "Something").await;
    // Committed, and every answer lost: the SDK gives up, and so does the request.
    let lost = [("TransactWriteItems", after(Failure::Disconnect)); 4];
    site.script.play(lost);
    let visit = site
        .post("/visitors/track")
        .header("x-session-id", SESSION)
        .await
        .is(503);
    assert_eq!(visit.header("retry-after"), "1");
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 1, "tracked": false })
    );
    site.script.play(lost);
    site.view(POSTS, post.id(), SESSION).await.has(503);
    assert_eq!(
        site.view(POSTS, post.id(), SESSION).await.body,
        json!({ "views": 1, "tracked": false })
    );
    // Not committed: counted when the caller tries again.
    let session = format!("{SESSION}-2");
    site.script
        .play([("TransactWriteItems", before(Failure::Disconnect)); 4]);
    site.post("/visitors/track")
        .header("x-session-id", &session)
        .await
        .has(503);
    assert_eq!(
        site.visit(&session).await.body,
        json!({ "count": 2, "tracked": true })
    );
}

#[tokio::test]
async fn an_endless_conflict_ends_in_503() {
    let (site, owner) = start().await;
    let draft = owner.draft(POSTS, "Something").await;
    site.script
        .play([("TransactWriteItems", before(Failure::TransactionConflict)); 100]);
    let publish = format!("{}/publish", POSTS.item(draft.id()));
    let start = std::time::Instant::now();
    let (visit, publish) = tokio::join!(
        site.post("/visitors/track")
            .header("x-session-id", SESSION)
            .into_future(),
        owner.post(&publish).into_future(),
    );
    assert!(start.elapsed().as_secs() < 10);
    for answer in [visit, publish] {
        assert_eq!(answer.is(503).header("retry-after"), "1");
    }
    site.script.play([]);
    assert_eq!(site.get("/visitors/count").await["count"], 0);
    assert_eq!(owner.get(&POSTS.item(draft.id())).await.body, draft.body);
}

#[tokio::test]
async fn a_token_is_not_believed_while_nobody_knows_whether_its_session_ended() {
    let (site, owner) = start().await;
    site.script
        .play([("GetItem", before(Failure::Disconnect)); 4]);
    owner.get("/blog/posts?status=all").await.has(503);
    assert!(site.script.played());
    site.script
        .play([("UpdateItem", before(Failure::Disconnect)); 4]);
    // A logout that could not be written down is no logout, and can be tried again.
    owner.post("/auth/logout").await.has(503);
    owner.get("/auth/me").await.has(200);
    owner.post("/auth/logout").await.has(200);
    owner.get("/auth/me").await.has(401);
}
