//! What goes wrong between the server and its database: nothing that was acknowledged is lost, nothing is counted or
//! made twice.

use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use portfolio_client::types;
use portfolio_tests::{Answered, Client, KINDS, POSTS, Setup, Site, after, before, cut, site};
use serde_json::{Value, json};

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
            let list = owner.list(kind).status("all").await;
            assert_eq!(list["total"], index + 1);
        })
        .await;
        let draft = owner.draft(kind, "Something").await;
        let id = draft.id();
        each_fault(&site, "PutItem", async |index| {
            let change = json!({ kind.title: format!("Version {}", index + 2) });
            let change = owner.change(kind, id, change);
            let answer = change.if_match(&format!("\"{}\"", index + 1)).await;
            assert_eq!(answer.is(200).header("etag"), format!("\"{}\"", index + 2));
        })
        .await;
        let mut version = FAULTS.len() + 1;
        each_fault(&site, "TransactWriteItems", async |index| {
            let change = if index % 2 == 0 {
                owner.try_publish(kind, id)
            } else {
                owner.try_unpublish(kind, id)
            };
            let answer = change.if_match(&format!("\"{}\"", version + index)).await;
            assert_eq!(
                answer.is(200).header("etag"),
                format!("\"{}\"", version + index + 1)
            );
        })
        .await;
        version += FAULTS.len();
        assert_eq!(
            site.read(kind, id).await.header("etag"),
            format!("\"{version}\"")
        );
        each_fault(&site, "TransactWriteItems", async |_| {
            let item = owner.published(kind, "Short-lived");
            // The fault is for the deletion.
            site.script.play([]);
            let item = item.await;
            site.script
                .play([("TransactWriteItems", after(Failure::Disconnect))]);
            owner.remove(kind, item.id()).await.has(204);
        })
        .await;
    }
}

#[tokio::test]
async fn a_session_goes_on_after_a_lost_answer() {
    let site = Setup::default().here().start().await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut refresh_token = text(&site.open_session().await["refreshToken"]);
    for (failure, place) in FAULTS {
        site.script.play([("PutItem", place(failure))]);
        let body = types::RefreshRequest { refresh_token };
        let renewed = site.refresh_session().body(body).send();
        let renewed = renewed.answer().await.is(200);
        assert!(site.script.played());
        refresh_token = text(&renewed["refreshToken"]);
        let owner = site.with_token(&text(&renewed["token"]));
        let user = owner.get_current_user().send().answer().await;
        user.has(200);
    }
}

#[tokio::test]
async fn what_was_not_acknowledged_is_not_counted_twice_either() {
    let (site, owner) = start().await;
    let post = owner.published(POSTS, "Something").await;
    // Committed, and every answer lost: the SDK gives up, and so does the request.
    for (number, lost) in (1..).zip([after(Failure::Disconnect), cut()]) {
        let session = format!("{SESSION}-{number}");
        let lost = [("TransactWriteItems", lost); 4];
        site.script.play(lost);
        let visit = site.try_visit(&session).await.is(503);
        assert_eq!(visit.header("retry-after"), "1");
        assert_eq!(
            site.visit(&session).await.body,
            json!({ "count": number, "tracked": false })
        );
        site.script.play(lost);
        site.view(POSTS, post.id(), &session).await.has(503);
        assert_eq!(
            site.view(POSTS, post.id(), &session).await.body,
            json!({ "views": number, "tracked": false })
        );
    }
    // Not committed: counted when the caller tries again.
    let session = format!("{SESSION}-3");
    site.script
        .play([("TransactWriteItems", before(Failure::Disconnect)); 4]);
    site.try_visit(&session).await.has(503);
    assert_eq!(
        site.visit(&session).await.body,
        json!({ "count": 3, "tracked": true })
    );
}

#[tokio::test]
async fn an_endless_conflict_ends_in_503() {
    let (site, owner) = start().await;
    let draft = owner.draft(POSTS, "Something").await;
    site.script
        .play([("TransactWriteItems", before(Failure::TransactionConflict)); 100]);
    let start = std::time::Instant::now();
    let (visit, publish) = tokio::join!(
        site.try_visit(SESSION),
        owner.try_publish(POSTS, draft.id()).into_future(),
    );
    assert!(start.elapsed().as_secs() < 10);
    for answer in [visit, publish] {
        assert_eq!(answer.is(503).header("retry-after"), "1");
    }
    site.script.play([]);
    assert_eq!(site.visits().await, 0);
    assert_eq!(owner.read(POSTS, draft.id()).await.body, draft.body);
}

#[tokio::test]
async fn a_token_that_a_mistake_of_ours_keeps_from_being_checked_is_not_to_be_sent_again() {
    let (site, owner) = start().await;
    site.script.always(before(Failure::AccessDenied));
    let answer = owner.list(POSTS).status("all").await;
    answer.has(500);
    site.script.always(Disturbance::default());
    owner.list(POSTS).status("all").await.has(200);
}

#[tokio::test]
async fn a_token_is_not_believed_while_nobody_knows_whether_its_session_ended() {
    let (site, owner) = start().await;
    site.script
        .play([("GetItem", before(Failure::Disconnect)); 4]);
    owner.list(POSTS).status("all").await.has(503);
    assert!(site.script.played());
    site.script
        .play([("UpdateItem", before(Failure::Disconnect)); 4]);
    // A logout that could not be written down is no logout, and can be tried again.
    let logout = async || owner.logout().send().answer().await;
    let me = async || owner.get_current_user().send().answer().await;
    logout().await.has(503);
    me().await.has(200);
    logout().await.has(200);
    me().await.has(401);
}
