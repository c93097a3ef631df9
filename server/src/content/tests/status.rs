use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::Failure;
use uuid::Uuid;

use super::{any, post, start};
use crate::content::{ContentError, Contents, Post, Status, Statuses};
use crate::table::trial::{after, before, time};

#[tokio::test]
async fn what_is_created_is_read_back() {
    let (trial, posts) = start().await;
    trial.clock.set(time("2026-11-20T10:00:00.123456Z"));
    let created = posts.create(post("Größe & Rust")).await.unwrap();
    assert_eq!(
        (
            created.id.get_version_num(),
            created.version,
            created.status
        ),
        (7, 1, Status::Draft)
    );
    assert_eq!(created.document.slug, "grosse-rust");
    assert_eq!(created.document.read_time, "1 min read");
    assert_eq!(created.created_at, time("2026-11-20T10:00:00.123Z"));
    let read = posts.get(created.id, Statuses::All).await.unwrap().unwrap();
    assert_eq!(
        (read.created_at, read.updated_at),
        (created.created_at, created.updated_at)
    );
    assert_eq!(read.document, created.document);
    let other = posts.get(Uuid::nil(), Statuses::All).await;
    assert!(matches!(other, Ok(None)));
}

#[tokio::test]
async fn what_was_published_a_moment_ago_is_there() {
    let (trial, posts) = start().await;
    let behind: Contents<Post> = Contents::new(trial.behind(), trial.clock.clone());
    let id = posts.create(post("One")).await.unwrap().id;
    let draft = behind.get(id, Statuses::Published).await;
    assert!(matches!(draft, Ok(None)));
    posts.publish(id, any).await.unwrap();
    let published = behind.get(id, Statuses::Published).await.unwrap();
    assert_eq!(published.unwrap().version, 2);
}

#[tokio::test]
async fn updates_count_versions_and_derive_again() {
    let (trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    trial.clock.advance(TimeDelta::hours(1));
    let updated = posts
        .update(id, any, |post| post.title = "東京".to_owned())
        .await
        .unwrap();
    assert_eq!(
        (updated.version, updated.document.slug.as_str()),
        (2, "dong-jing")
    );
    assert_eq!(updated.updated_at - updated.created_at, TimeDelta::hours(1));
    let untitled = posts
        .update(id, any, |post| post.title = "…".to_owned())
        .await
        .unwrap();
    assert!(!untitled.document.slug.is_empty());
    assert!(matches!(
        posts.update(Uuid::nil(), any, |_| {}).await,
        Err(ContentError::NotFound)
    ));
}

#[tokio::test]
async fn publishing_keeps_the_first_time_and_is_idempotent() {
    let (trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    trial.clock.advance(TimeDelta::days(1));
    let first = posts.publish(id, any).await.unwrap();
    assert_eq!((first.status, first.version), (Status::Published, 2));
    assert_eq!(first.published_at(), Some(time("2026-11-21T10:00:00Z")));
    trial.clock.advance(TimeDelta::days(1));
    let again = posts.publish(id, any).await.unwrap();
    assert_eq!(
        (again.version, again.published_at(), again.updated_at),
        (2, first.published_at(), first.updated_at)
    );
    let draft = posts.unpublish(id, any).await.unwrap();
    assert_eq!(
        (draft.status, draft.version, draft.published_at()),
        (Status::Draft, 3, None)
    );
    assert_eq!(posts.unpublish(id, any).await.unwrap().version, 3);
    posts
        .update(id, any, |post| post.title = "Two".to_owned())
        .await
        .unwrap();
    let third = posts.publish(id, any).await.unwrap();
    assert_eq!(
        (third.version, third.published_at()),
        (5, first.published_at())
    );
}

#[tokio::test]
async fn if_match_guards_every_change() {
    let (_trial, posts) = start().await;
    let id = posts.create(post("One")).await.unwrap().id;
    let stale = |version: u64| version == 7;
    assert!(matches!(
        posts.update(id, stale, |_| {}).await,
        Err(ContentError::PreconditionFailed)
    ));
    assert!(matches!(
        posts.publish(id, stale).await,
        Err(ContentError::PreconditionFailed)
    ));
    // Also where nothing would change.
    assert!(matches!(
        posts.unpublish(id, stale).await,
        Err(ContentError::PreconditionFailed)
    ));
    assert!(matches!(
        posts.delete(id, stale).await,
        Err(ContentError::PreconditionFailed)
    ));
    posts.publish(id, |version| version == 1).await.unwrap();
    posts.delete(id, |version| version == 2).await.unwrap();
    assert!(matches!(posts.get(id, Statuses::All).await, Ok(None)));
    assert!(matches!(
        posts.delete(id, any).await,
        Err(ContentError::NotFound)
    ));
}

#[tokio::test]
async fn lost_answers_are_not_taken_for_failures() {
    let (trial, posts) = start().await;
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
        Failure::TransactionConflict,
    ] {
        let script = [
            ("PutItem", after(failure)),
            ("PutItem", before(failure)),
            ("PutItem", after(failure)),
            ("TransactWriteItems", after(failure)),
            ("TransactWriteItems", before(failure)),
        ];
        let disturbed: Contents<Post> = Contents::new(trial.disturbed(script), trial.clock.clone());
        let id = disturbed.create(post("One")).await.unwrap().id;
        let exactly = |wanted: u64| move |version: u64| version == wanted;
        let updated = disturbed
            .update(id, exactly(1), |post| post.title.push('!'))
            .await
            .unwrap();
        assert_eq!(
            (updated.version, updated.document.title.as_str()),
            (2, "One!"),
            "{failure:?}"
        );
        assert_eq!(
            disturbed.publish(id, exactly(2)).await.unwrap().version,
            3,
            "{failure:?}"
        );
        assert_eq!(
            posts
                .get(id, Statuses::All)
                .await
                .unwrap()
                .unwrap()
                .document
                .title,
            "One!",
            "{failure:?}"
        );
        let script = [("TransactWriteItems", after(failure))];
        let disturbed: Contents<Post> = Contents::new(trial.disturbed(script), trial.clock.clone());
        disturbed.delete(id, exactly(3)).await.unwrap();
        assert!(
            matches!(posts.get(id, Statuses::All).await, Ok(None)),
            "{failure:?}"
        );
    }
}
