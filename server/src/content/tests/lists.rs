use chrono::TimeDelta;

use super::{any, certification, post, start};
use crate::content::{Certification, Contents, Filter, Page, Post, PostFacts, Statuses};
use crate::table::trial::Trial;

fn titles(page: &Page<Post>) -> Vec<&str> {
    page.items
        .iter()
        .map(|item| item.document.title.as_str())
        .collect()
}

#[tokio::test]
async fn lists_are_newest_first_and_counted_exactly() {
    let (trial, posts) = start().await;
    for number in 0..5 {
        trial.clock.advance(TimeDelta::minutes(1));
        let id = posts.create(post(&number.to_string())).await.unwrap().id;
        if number != 2 {
            posts.publish(id, any).await.unwrap();
        }
    }
    let list = async |statuses, limit, offset| {
        posts
            .list(statuses, Filter::none(), limit, offset)
            .await
            .unwrap()
    };
    assert_eq!(
        titles(&list(Statuses::Published, 20, 0).await),
        ["4", "3", "1", "0"]
    );
    assert_eq!(titles(&list(Statuses::Draft, 20, 0).await), ["2"]);
    assert_eq!(
        titles(&list(Statuses::All, 20, 0).await),
        ["4", "3", "2", "1", "0"]
    );
    let page = list(Statuses::Published, 2, 1).await;
    assert_eq!((titles(&page), page.total), (vec!["3", "1"], 4));
    let beyond = list(Statuses::Published, 2, 9).await;
    assert_eq!((beyond.items.len(), beyond.total), (0, 4));
}

#[tokio::test]
async fn order_is_by_publication_while_published_and_by_creation_while_not() {
    let (trial, posts) = start().await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c"] {
        trial.clock.advance(TimeDelta::minutes(1));
        ids.push(posts.create(post(title)).await.unwrap().id);
    }
    for id in [ids[2], ids[0], ids[1]] {
        trial.clock.advance(TimeDelta::minutes(1));
        posts.publish(id, any).await.unwrap();
    }
    let published = posts
        .list(Statuses::Published, Filter::none(), 20, 0)
        .await
        .unwrap();
    assert_eq!(titles(&published), ["b", "a", "c"]);
    // An update does not move a post, and what is unpublished leaves the list.
    posts
        .update(ids[2], any, |post| post.title = "c2".to_owned())
        .await
        .unwrap();
    posts.unpublish(ids[1], any).await.unwrap();
    let published = posts
        .list(Statuses::Published, Filter::none(), 20, 0)
        .await
        .unwrap();
    assert_eq!(titles(&published), ["a", "c2"]);
    let all = posts
        .list(Statuses::All, Filter::none(), 20, 0)
        .await
        .unwrap();
    assert_eq!((titles(&all), all.total), (vec!["a", "c2", "b"], 3));
    posts.delete(ids[0], any).await.unwrap();
    assert_eq!(
        posts
            .list(Statuses::All, Filter::none(), 20, 0)
            .await
            .unwrap()
            .total,
        2
    );
}

#[tokio::test]
async fn equal_times_keep_one_order_over_pages() {
    let (_trial, posts) = start().await;
    // The clock stands still: every time is equal.
    for number in 0..150 {
        let id = posts.create(post(&number.to_string())).await.unwrap().id;
        posts.publish(id, any).await.unwrap();
    }
    let mut seen = Vec::new();
    for offset in (0..150).step_by(40) {
        let page = posts
            .list(Statuses::Published, Filter::none(), 40, offset)
            .await
            .unwrap();
        assert_eq!(page.total, 150);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
    }
    let expected: Vec<String> = (0..150).rev().map(|number| number.to_string()).collect();
    assert_eq!(seen, expected);
    let at_once = posts
        .list(Statuses::Published, Filter::none(), 150, 0)
        .await
        .unwrap();
    assert_eq!(titles(&at_once), expected);
}

#[tokio::test]
async fn filters_and_categories_follow_the_document() {
    let (_trial, posts) = start().await;
    let mut ids = Vec::new();
    for (title, category) in [
        ("a", "rust"),
        ("b", "aws"),
        ("c", "rust"),
        ("d", "Ähnliches"),
    ] {
        let id = posts
            .create(Post {
                category: category.to_owned(),
                ..post(title)
            })
            .await
            .unwrap()
            .id;
        posts.publish(id, any).await.unwrap();
        ids.push(id);
    }
    posts
        .create(Post {
            category: "draft".to_owned(),
            ..post("e")
        })
        .await
        .unwrap();
    let rust = posts
        .list(
            Statuses::Published,
            PostFacts::filter(Some("rust".to_owned()), None),
            1,
            0,
        )
        .await
        .unwrap();
    assert_eq!((titles(&rust), rust.total), (vec!["c"], 2));
    posts
        .update(ids[0], any, |post| {
            post.tags = vec!["aws".to_owned(), "own".to_owned()];
        })
        .await
        .unwrap();
    let tagged = async |tag: &str| {
        let filter = PostFacts::filter(None, Some(tag.to_owned()));
        let page = posts.list(Statuses::All, filter, 20, 0).await.unwrap();
        page.total
    };
    // A part of a tag is no tag.
    for (tag, total) in [("aws", 5), ("own", 1), ("ow", 0), ("Own", 0)] {
        assert_eq!(tagged(tag).await, total, "{tag}");
    }
    let categories = async || {
        posts
            .categories()
            .await
            .unwrap()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(categories().await, ["aws", "rust", "Ähnliches"]);
    posts
        .update(ids[1], any, |post| post.category = "rust".to_owned())
        .await
        .unwrap();
    posts.unpublish(ids[3], any).await.unwrap();
    assert_eq!(categories().await, ["rust"]);
    let rust = posts
        .list(
            Statuses::Published,
            PostFacts::filter(Some("rust".to_owned()), None),
            20,
            0,
        )
        .await
        .unwrap();
    assert_eq!(titles(&rust), ["c", "b", "a"]);
}

#[tokio::test]
async fn certifications_are_ordered_by_the_day_they_were_earned() {
    let trial = Trial::at("2026-11-20T10:00:00Z").await;
    let certifications: Contents<Certification> =
        Contents::new(trial.table.clone(), trial.clock.clone());
    let mut ids = Vec::new();
    for (name, earned) in [
        ("a", "2024-05-01"),
        ("b", "2025-01-31"),
        ("c", "2019-12-31"),
    ] {
        let id = certifications
            .create(certification(name, earned))
            .await
            .unwrap()
            .id;
        certifications.publish(id, any).await.unwrap();
        ids.push(id);
    }
    let names = async || -> Vec<String> {
        let page = certifications
            .list(Statuses::Published, Filter::none(), 20, 0)
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|item| item.document.name)
            .collect()
    };
    assert_eq!(names().await, ["b", "a", "c"]);
    let later = "2026-01-01".parse().unwrap();
    certifications
        .update(ids[2], any, move |certification| {
            certification.date_earned = later
        })
        .await
        .unwrap();
    assert_eq!(names().await, ["c", "b", "a"]);
}
