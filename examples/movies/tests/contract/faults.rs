//! What callers see when DynamoDB does not do as it should.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract_judge::witness::Answer;
use contract_runtime::dynamodb::embedded::{Call, Disturbance, Engine, Failure};
use serde_json::json;

use crate::site::{Site, rate, rating};

/// What happens to the next transactions: whether each fails.
type Plan = Arc<Mutex<VecDeque<bool>>>;

/// A service whose transactions fail in this way when the plan says so.
async fn failing(failure: Disturbance) -> (Site, Plan) {
    let plan = Plan::default();
    let next = plan.clone();
    let engine = Engine::memory()
        .unwrap()
        .with_faults(move |call: &Call<'_>| {
            let is_write = call.operation == "TransactWriteItems";
            if is_write && next.lock().unwrap().pop_front() == Some(true) {
                return failure;
            }
            Disturbance::default()
        });
    (Site::with(engine, &[]).await, plan)
}

fn plan(plan: &Plan, fails: impl IntoIterator<Item = bool>) {
    *plan.lock().unwrap() = fails.into_iter().collect();
}

#[tokio::test]
async fn conflicts_are_tried_again_and_end_as_503() {
    let conflict = Disturbance {
        before: Some(Failure::TransactionConflict),
        ..Disturbance::default()
    };
    let (site, next) = failing(conflict).await;
    let movie = site.movie(1990, &["drama"]).await;
    let ada = site.user("ada").await;
    plan(&next, [true; 5]);
    rate(&ada, &movie, 8).await.has(201);
    assert!(next.lock().unwrap().is_empty());
    plan(&next, [true; 1000]);
    let answer = rate(&ada, &movie, 2).await.is(503);
    assert_eq!(answer.header("retry-after"), "1");
    plan(&next, []);
    assert_eq!(rating(&site, &movie).await, (1, Some(8.0)));
}

#[tokio::test]
async fn an_answer_that_is_lost_counts_once() {
    let lost = Disturbance {
        after: Some(Failure::Disconnect),
        ..Disturbance::default()
    };
    let (site, next) = failing(lost).await;
    let movie = site.movie(1990, &["drama"]).await;
    let ada = site.user("ada").await;
    plan(&next, [true]);
    rate(&ada, &movie, 8).await.has(201);
    plan(&next, [true]);
    site.sign_up("bob").await.has(201);
    assert!(next.lock().unwrap().is_empty());
    assert_eq!(rating(&site, &movie).await, (1, Some(8.0)));
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_is_finished_by_the_next() {
    let down = Disturbance {
        before: Some(Failure::AccessDenied),
        ..Disturbance::default()
    };
    let (site, next) = failing(down).await;
    let admin = site.admin().await;
    let ada = site.user("ada").await;
    let (movie, other) = (
        site.movie(1990, &["drama"]).await,
        site.movie(1991, &["drama"]).await,
    );
    rate(&ada, &movie, 8).await.has(201);
    rate(&ada, &other, 8).await.has(201);

    // Of a deletion's transactions the first takes it out of sight, the second finds that there are reviews yet.
    let path = format!("/movies/{movie}");
    plan(&next, [false, false, true]);
    admin.delete(&path).await.has(500);
    admin.get(&path).await.has(404);
    let own = ada.get("/users/me/reviews").await.is(200);
    assert_eq!(own.body["reviews"].as_array().unwrap().len(), 2);
    admin.delete(&path).await.has(204);
    let own = ada.get("/users/me/reviews").await.is(200);
    assert_eq!(own.body["reviews"].as_array().unwrap().len(), 1);

    plan(&next, [false, false, true]);
    admin.delete("/users/ada").await.has(500);
    ada.get("/users/me").await.has(401);
    admin.get("/users/ada").await.has(404);
    // The name is not free before the reviews are gone.
    site.sign_up("ada").await.has(409);
    assert_eq!(rating(&site, &other).await, (1, Some(8.0)));
    admin.delete("/users/ada").await.has(204);
    assert_eq!(rating(&site, &other).await, (0, None));
    site.sign_up("ada").await.has(201);
}

#[tokio::test]
async fn a_deletion_that_arrives_late_spares_who_has_the_name_now() {
    let slow = Disturbance {
        delay: Duration::from_millis(2_500),
        ..Disturbance::default()
    };
    let (site, next) = failing(slow).await;
    // A busy machine may not have the new account in time; then once more.
    for _ in 0..10 {
        if is_late(&site, &next).await {
            site.signed_in("ada").await.get("/users/me").await.has(200);
            return;
        }
        status(&site.admin().await.delete("/users/ada").await, [204, 404]);
    }
    panic!("no deletion was late enough");
}

/// Whether an answer has the first of two statuses; it has no third.
fn status(answer: &Answer, [first, second]: [u16; 2]) -> bool {
    let status = answer.status.as_u16();
    assert!([first, second].contains(&status), "{answer}");
    status == first
}

/// Deletes an account, so slowly that somebody else can delete it and a new one take its name; whether that came about.
async fn is_late(site: &Site, next: &Plan) -> bool {
    let (admin, other) = (site.admin().await, site.admin().await);
    site.sign_up("ada").await.has(201);
    // The second transaction of a deletion is the one that frees the name.
    plan(next, [false, true]);
    let is_taken = AtomicBool::new(false);
    let late = async {
        admin.delete("/users/ada").await.has(204);
        is_taken.load(Ordering::SeqCst)
    };
    let again = async {
        while !next.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let faster = status(&other.delete("/users/ada").await, [204, 404]);
        let taken = status(&site.sign_up("ada").await, [201, 409]);
        is_taken.store(faster && taken, Ordering::SeqCst);
    };
    let both = async { futures_util::join!(late, again).0 };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, both).await.unwrap()
}

#[tokio::test]
async fn what_may_still_be_made_is_not_said_to_be_refused() {
    let lost = Disturbance {
        after: Some(Failure::Disconnect),
        ..Disturbance::default()
    };
    let (site, next) = failing(lost).await;
    site.sign_up("ada").await.has(201);
    plan(&next, [true]);
    site.sign_up("ada").await.has(503);
    site.sign_up("ada").await.has(409);
    let admin = site.admin().await;
    plan(&next, [true]);
    let demote = || admin.put("/users/root/role").json(json!({"role": "user"}));
    demote().await.has(503);
    demote().await.has(409);
}
