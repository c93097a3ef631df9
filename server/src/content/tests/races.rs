use std::time::Duration;

use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use futures_util::future::join_all;

use super::{any, post, start};
use crate::content::{ContentError, Contents, Item, Post, Status, Statuses};
use crate::table::TableError;
use crate::table::trial::{after, cut, late};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_updates_all_survive() {
    let (_trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let updates = (0..5).map(|number| {
        let posts = posts.clone();
        tokio::spawn(async move {
            posts
                .update(id, any, move |post| post.tags.push(number.to_string()))
                .await
                .unwrap()
        })
    });
    join_all(updates.collect::<Vec<_>>()).await;
    let stored = posts.get(id, Statuses::All).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.document.tags.len()), (6, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_updates_of_one_version_one_wins() {
    let (_trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let updates = (0..10).map(|number| {
        let posts = posts.clone();
        let change = move |post: &mut Post| post.title = number.to_string();
        tokio::spawn(async move { posts.update(id, |version| version == 1, change).await })
    });
    let results = join_all(updates.collect::<Vec<_>>()).await;
    let (won, lost): (Vec<_>, Vec<_>) = results
        .into_iter()
        .map(Result::unwrap)
        .partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(
        lost.iter()
            .all(|result| matches!(result, Err(ContentError::PreconditionFailed)))
    );
}

#[tokio::test(start_paused = true)]
async fn publishing_does_not_undo_an_update_that_came_between() {
    let (trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let slow: Contents<Post> = Contents::new(
        trial.disturbed([("TransactWriteItems", late(100))]),
        trial.clock.clone(),
    );
    let change = |post: &mut Post| post.title = "Two".to_owned();
    let (published, updated) = tokio::join!(slow.publish(id, any), posts.update(id, any, change));
    assert_eq!(updated.unwrap().version, 2);
    let published = published.unwrap();
    assert_eq!(
        (published.version, published.document.title.as_str()),
        (3, "Two")
    );
    assert_eq!(
        posts.get(id, Statuses::All).await.unwrap().unwrap().status,
        Status::Published
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_does_not_bring_back_what_was_deleted() {
    let (trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let slow: Contents<Post> = Contents::new(
        trial.disturbed([("PutItem", late(100))]),
        trial.clock.clone(),
    );
    let (updated, deleted) = tokio::join!(slow.update(id, any, |_| {}), posts.delete(id, any));
    deleted.unwrap();
    assert!(matches!(updated, Err(ContentError::NotFound)));
    assert!(matches!(posts.get(id, Statuses::All).await, Ok(None)));
}

/// Makes a post whose first attempt arrives after the second one was acknowledged, and deletes it in between.
#[tokio::test(start_paused = true)]
async fn a_creation_that_arrives_late_does_not_bring_back_what_was_deleted() {
    let (trial, posts) = start().await;
    let slow: Contents<Post> = Contents::new(
        trial.disturbed([("PutItem", late(8_000))]),
        trial.clock.clone(),
    );
    let id = slow.create(post("One")).await.unwrap().id;
    posts.delete(id, any).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(matches!(posts.get(id, Statuses::All).await, Ok(None)));
    let again = posts.delete(id, any).await;
    assert!(matches!(again, Err(ContentError::NotFound)));
}

/// Makes an update whose first answer is lost, and another after the first has been stored and before it is sent again.
async fn overtaken(
    allows: impl Fn(u64) -> bool + Send + Sync,
    lost: Disturbance,
) -> (Result<Item<Post>, ContentError>, Post) {
    let (trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let lost = Disturbance {
        linger: Duration::from_millis(200),
        ..lost
    };
    let lossy: Contents<Post> =
        Contents::new(trial.disturbed([("PutItem", lost)]), trial.clock.clone());
    let first = lossy.update(id, allows, |post| post.title = "Two".to_owned());
    let second = async {
        while posts.get(id, Statuses::All).await.unwrap().unwrap().version == 1 {
            tokio::task::yield_now().await;
        }
        let change = |post: &mut Post| post.title = "Three".to_owned();
        posts.update(id, |version| version == 2, change).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(second.unwrap().version, 3);
    (
        first,
        posts
            .get(id, Statuses::All)
            .await
            .unwrap()
            .unwrap()
            .document,
    )
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_is_not_made_again_over_a_later_one() {
    for lost in [after(Failure::Disconnect), cut()] {
        let (first, stored) = overtaken(any, lost).await;
        assert!(matches!(
            first,
            Err(ContentError::Table(TableError::Unavailable(_)))
        ));
        assert_eq!(stored.title, "Three");
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_is_not_said_to_be_refused() {
    for lost in [after(Failure::Disconnect), cut()] {
        let (first, stored) = overtaken(|version| version == 1, lost).await;
        assert!(matches!(
            first,
            Err(ContentError::Table(TableError::Unavailable(_)))
        ));
        assert_eq!(stored.title, "Three");
    }
}
