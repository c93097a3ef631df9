use futures_util::future::join_all;

use super::{any, post, start};
use crate::content::{ContentError, Contents, Post, Status};
use crate::table::trial::late;

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
    let stored = posts.get(id).await.unwrap().unwrap();
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

#[tokio::test]
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
        posts.get(id).await.unwrap().unwrap().status,
        Status::Published
    );
}

#[tokio::test]
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
    assert!(matches!(posts.get(id).await, Ok(None)));
}
