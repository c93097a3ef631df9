//! Requests that are sent again, and requests that are not.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use portfolio_client::{Error, Retries, types};
use serde_json::json;
use support::{Liar, Reply, client};

fn count() -> Reply {
    Reply::json(200, json!({ "count": 7 }))
}

#[tokio::test]
async fn a_read_is_sent_again_after_503_and_429() {
    for status in [503, 429] {
        let (liar, address) = Liar::start().await;
        liar.says([Reply::error(status), Reply::error(status), count()]);
        let (builder, timer) = client(&address);
        let answer = builder
            .build()
            .unwrap()
            .get_visitor_count()
            .send()
            .await
            .unwrap();
        assert_eq!(answer.count, 7);
        assert_eq!(liar.seen().len(), 3);
        let waits = timer.waits();
        let bounds = [(100, 200), (200, 400)];
        for (wait, (least, most)) in waits.iter().zip(bounds) {
            assert!((least..=most).contains(&wait.as_millis()), "{waits:?}");
        }
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let (liar, address) = Liar::start().await;
    liar.says([
        Reply::error(429).with("retry-after", 7),
        Reply::error(503).with("retry-after", 3),
        count(),
    ]);
    let (builder, timer) = client(&address);
    builder
        .build()
        .unwrap()
        .get_visitor_count()
        .send()
        .await
        .unwrap();
    let seconds: Vec<u64> = timer.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [7, 3]);
}

#[tokio::test]
async fn a_wait_beyond_the_budget_ends_the_call() {
    let (liar, address) = Liar::start().await;
    liar.says([Reply::error(429).with("retry-after", 31)]);
    let (builder, timer) = client(&address);
    let error = builder
        .build()
        .unwrap()
        .get_visitor_count()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    assert_eq!(error.body().map(|body| body.status_code), Some(429));
    let Error::ErrorResponse(response) = &error else {
        panic!("{error}")
    };
    assert_eq!(response.headers()["retry-after"], "31");
    assert!(timer.waits().is_empty());
}

#[tokio::test]
async fn tries_are_counted() {
    for (retries, expected) in [
        (Retries::default(), 4),
        (Retries::none(), 1),
        (
            Retries {
                tries: 2,
                ..Retries::default()
            },
            2,
        ),
        (
            Retries {
                budget: Duration::ZERO,
                ..Retries::default()
            },
            1,
        ),
    ] {
        let (liar, address) = Liar::start().await;
        liar.otherwise(|_| Reply::error(503));
        let client = client(&address).0.retries(retries).build().unwrap();
        let error = client.get_visitor_count().send().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
        assert_eq!(liar.seen().len(), expected, "{retries:?}");
    }
}

#[tokio::test]
async fn other_statuses_are_final() {
    for status in [400, 404, 500, 502, 504] {
        let (liar, address) = Liar::start().await;
        liar.otherwise(move |_| Reply::error(status));
        let client = client(&address).0.build().unwrap();
        client.get_visitor_count().send().await.unwrap_err();
        assert_eq!(liar.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_must_not_happen_twice_is_sent_once() {
    for status in [503, 429] {
        let (liar, address) = Liar::start().await;
        liar.otherwise(move |_| Reply::error(status).with("retry-after", 0));
        let client = client(&address).0.token("token").build().unwrap();
        client
            .create_blog_post()
            .body(post())
            .send()
            .await
            .unwrap_err();
        client.sign_in("a@b.c", "secret").await.unwrap_err();
        client.logout().send().await.unwrap_err();
        client.track_visit().send().await.unwrap_err();
        let expected = [
            "POST /blog/posts",
            "POST /auth/login",
            "POST /auth/logout",
            "POST /visitors/track",
        ];
        assert_eq!(liar.lines(), expected);
    }
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_sent_once() {
    let (liar, address) = Liar::start().await;
    liar.otherwise(|_| Reply::error(503).after(Duration::from_secs(60)));
    let client = client(&address)
        .0
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = client
        .create_blog_post()
        .body(post())
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Communication { cause, .. } if cause.is_timeout()),
        "{error}"
    );
    assert_eq!(liar.seen().len(), 1);
    client.get_visitor_count().send().await.unwrap_err();
    assert_eq!(liar.seen().len(), 5, "a read is tried four times");
}

#[tokio::test]
async fn what_the_contract_calls_idempotent_is_sent_again() {
    let id = uuid::Uuid::nil();
    let (liar, address) = Liar::start().await;
    liar.otherwise(|_| Reply::error(503));
    let client = client(&address)
        .0
        .retries(Retries {
            tries: 2,
            ..Retries::default()
        })
        .build()
        .unwrap();
    client
        .publish_project()
        .project_id(id)
        .send()
        .await
        .unwrap_err();
    client
        .unpublish_certification()
        .certification_id(id)
        .send()
        .await
        .unwrap_err();
    client
        .delete_blog_post()
        .post_id(id)
        .send()
        .await
        .unwrap_err();
    client
        .update_blog_post()
        .post_id(id)
        .body(types::BlogPostUpdate::default())
        .send()
        .await
        .unwrap_err();
    assert_eq!(liar.seen().len(), 8);
}

#[tokio::test]
async fn with_if_match_only_what_was_not_done_is_sent_again() {
    for (status, expected) in [(503, 1), (429, 2)] {
        let (liar, address) = Liar::start().await;
        liar.otherwise(move |_| Reply::error(status));
        let client = client(&address)
            .0
            .retries(Retries {
                tries: 2,
                ..Retries::default()
            })
            .build()
            .unwrap();
        let call = client
            .publish_project()
            .project_id(uuid::Uuid::nil())
            .if_match("\"3\"");
        call.send().await.unwrap_err();
        assert_eq!(liar.seen().len(), expected, "{status}");
    }
}

fn post() -> types::BlogPostCreate {
    types::BlogPostCreate {
        title: "A".to_owned(),
        excerpt: "B".to_owned(),
        content: "C".to_owned(),
        category: "D".to_owned(),
        tags: vec!["e".to_owned()],
    }
}
