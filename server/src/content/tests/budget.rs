//! The request-unit budget of content, for items of 1 KB among 1,000 published ones.

use super::{any, post, start};
use crate::content::{Filter, Post, Statuses};
use crate::table::Units;

/// A post whose item is close to 1 KB: keys, times and facts take some 500 bytes of it.
fn post_of_1_kb(title: &str) -> Post {
    Post {
        content: "word ".repeat(80),
        ..post(title)
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "shows the measured units")]
async fn content_costs_what_the_design_says() {
    let (trial, posts) = start().await;
    for number in 0..999 {
        let id = posts
            .create(post_of_1_kb(&format!("Title of post {number}")))
            .await
            .unwrap()
            .id;
        posts.publish(id, any).await.unwrap();
    }
    let (created, create) = trial.cost(posts.create(post_of_1_kb("Title"))).await;
    let id = created.unwrap().id;
    let (_, publish) = trial.cost(posts.publish(id, any)).await;
    let (_, again) = trial.cost(posts.publish(id, any)).await;
    let (_, update) = trial
        .cost(posts.update(id, any, |post| post.title = "Another title".to_owned()))
        .await;
    let (_, recategorise) = trial
        .cost(posts.update(id, any, |post| post.category = "other".to_owned()))
        .await;
    let (_, get) = trial.cost(posts.get(id, Statuses::All)).await;
    let (page, list) = trial
        .cost(posts.list(Statuses::Published, Filter::none(), 20, 0))
        .await;
    assert_eq!(page.unwrap().total, 1000);
    let (_, categories) = trial.cost(posts.categories()).await;
    let (_, unpublish) = trial.cost(posts.unpublish(id, any)).await;
    let (_, delete) = trial.cost(posts.delete(id, any)).await;
    let rows: [(&str, Units, f64, f64); 10] = [
        ("get", get, 0.5, 0.0),
        ("list 20 of 1,000", list, 45.0, 0.0),
        ("categories", categories, 45.0, 0.0),
        ("create", create, 0.0, 3.0),
        ("update", update, 1.0, 4.0),
        ("update facts", recategorise, 1.0, 4.0),
        ("publish", publish, 1.0, 9.0),
        ("publish again", again, 1.0, 0.0),
        ("unpublish", unpublish, 1.0, 9.0),
        ("delete", delete, 1.0, 9.0),
    ];
    println!("{:18} {:>6} {:>6}", "operation", "RRU", "WRU");
    for (name, units, read, write) in rows {
        println!("{name:18} {:6.1} {:6.1}", units.read, units.write);
        assert!(
            units.read <= read && units.write <= write,
            "{name}: {units:?}"
        );
    }
}
