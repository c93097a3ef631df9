//! Ratings stay exact, whatever happens at the same time.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use contract_runtime::dynamodb::embedded::{Call, Disturbance, Engine, Failure};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::site::{Site, each, rate, rating};

#[tokio::test]
async fn a_users_second_review_replaces_the_first() {
    let site = Site::new().await;
    let movie = site.movie(1927, &["drama"]).await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    assert_eq!(rating(&site, &movie).await, (0, None));
    let created = rate(&ada, &movie, 8).await.is(201);
    let location = created.header("location").to_owned();
    assert_eq!(location, format!("/v1/movies/{movie}/reviews/ada"));
    rate(&bob, &movie, 9).await.has(201);
    assert_eq!(rating(&site, &movie).await, (2, Some(8.5)));
    site.clock.advance(chrono::TimeDelta::minutes(1));
    let path = format!("/movies/{movie}/reviews/me");
    let change = json!({"rating": 2, "text": "On second thought."});
    let changed = ada.put(&path).json(change).await.is(200);
    assert_eq!(changed.body["createdAt"], created.body["createdAt"]);
    assert_ne!(changed.body["updatedAt"], created.body["updatedAt"]);
    assert_eq!(rating(&site, &movie).await, (2, Some(5.5)));
    let list = format!("/movies/{movie}/reviews");
    let reviews = site.anybody().get(&list).await.is(200);
    assert_eq!(each(&reviews, "reviews", "username"), ["ada", "bob"]);
    ada.delete(&path).await.has(204);
    ada.delete(&path).await.has(404);
    assert_eq!(rating(&site, &movie).await, (1, Some(9.0)));
}

/// A database as busy as AWS's can be, which the embedded one never is: of the transactions one in three meets another, and of
/// those that are made one in seven is answered to nobody. Each loses one answer at most: who loses four in a row is told 503,
/// and rightly, which happens once in some ten runs of so many writes.
fn busy() -> Engine {
    let met = AtomicUsize::new(0);
    let unheard = Mutex::new(HashSet::new());
    Engine::memory()
        .unwrap()
        .with_faults(move |call: &Call<'_>| {
            if call.operation != "TransactWriteItems" {
                return Disturbance::default();
            }
            let number = met.fetch_add(1, Ordering::SeqCst);
            if number.is_multiple_of(3) {
                return Disturbance {
                    before: Some(Failure::TransactionConflict),
                    ..Disturbance::default()
                };
            }
            let request: Value = serde_json::from_slice(call.body).unwrap();
            let token = request["ClientRequestToken"].as_str().unwrap().to_owned();
            let is_lost = number.is_multiple_of(7) && unheard.lock().unwrap().insert(token);
            Disturbance {
                after: is_lost.then_some(Failure::Disconnect),
                ..Disturbance::default()
            }
        })
}

#[tokio::test]
async fn sum_and_count_are_exact_under_many_simultaneous_reviews() {
    let site = Site::with(busy(), &[]).await;
    let movie = site.movie(1927, &["drama"]).await;
    let names: Vec<String> = (0..16).map(|number| format!("user-{number}")).collect();
    let users = join_all(names.iter().map(|name| site.user(name))).await;
    let unknown = &AtomicUsize::new(0);
    // Everybody at once, several times each, and some of them take theirs back in between.
    let calls = users.iter().enumerate().flat_map(|(user, caller)| {
        let movie = &movie;
        (0..6).map(move |round| async move {
            if round == 3 {
                let path = format!("/movies/{movie}/reviews/me");
                let answer = caller.delete(&path).await;
                assert!([204, 404].contains(&answer.status.as_u16()), "{answer}");
            } else {
                let stars = i64::try_from((user * 7 + round * 3) % 10).unwrap() + 1;
                let answer = rate(caller, movie, stars).await;
                // Whether a first review was made is not known when its answer is lost and another came in between.
                match answer.status.as_u16() {
                    503 => _ = unknown.fetch_add(1, Ordering::SeqCst),
                    status => assert!([200, 201].contains(&status), "{answer}"),
                }
            }
        })
    });
    join_all(calls).await;
    assert!(unknown.load(Ordering::SeqCst) < 16, "{unknown:?} of 80");
    // What the reviews themselves say is what the movie says.
    let list = format!("/movies/{movie}/reviews?limit=100");
    let reviews = site.anybody().get(&list).await.is(200);
    let reviews = reviews.body["reviews"].as_array().unwrap().clone();
    let sum: i64 = reviews
        .iter()
        .map(|review| review["rating"].as_i64().unwrap())
        .sum();
    let count = i64::try_from(reviews.len()).unwrap();
    assert!(count > 0);
    let average = ((200 * sum + count) / (2 * count)) as f64 / 100.0;
    assert_eq!(rating(&site, &movie).await, (count, Some(average)));
}

#[tokio::test]
async fn fifty_first_reviews_at_the_same_time_count_fifty() {
    let site = Site::with(busy(), &[]).await;
    let movie = site.movie(1927, &["drama"]).await;
    let names: Vec<String> = (0..50).map(|number| format!("user-{number}")).collect();
    let users = join_all(names.iter().map(|name| site.user(name))).await;
    let stars = |user: usize| i64::try_from(user % 10).unwrap() + 1;
    let calls = users.iter().enumerate();
    let calls = calls.map(|(user, caller)| rate(caller, &movie, stars(user)));
    for answer in join_all(calls).await {
        answer.has(201);
    }
    assert_eq!(rating(&site, &movie).await, (50, Some(5.5)));
}

#[tokio::test]
async fn only_a_movie_that_is_there_can_be_reviewed() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    rate(&ada, "019cadd3-8718-7c3e-9a51-4be0f2d86a17", 8)
        .await
        .has(404);
    let movie = site.movie(1927, &["drama"]).await;
    for wrong in [0, 11, -1] {
        let answer = rate(&ada, &movie, wrong).await;
        assert_eq!(answer.violated(), ["body /rating"]);
    }
    assert_eq!(rating(&site, &movie).await, (0, None));
}
