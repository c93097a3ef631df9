//! Answers in pieces.

use std::time::Duration;

use contract_judge::witness::Answer;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::site::Site;

async fn events(model: &str) -> Vec<(String, Value)> {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings(model)).await;
    let asked = site
        .user
        .post("/chat")
        .header("accept", "text/event-stream")
        .header("accept-encoding", "gzip");
    let answer: Answer = asked.json(json!({ "message": "Hello" })).await.is(200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert!(!answer.headers.contains_key("content-encoding"));
    answer.named_events().unwrap()
}

fn message(data: Value) -> (String, Value) {
    ("message".to_owned(), data)
}

#[tokio::test]
async fn the_text_comes_in_pieces_and_the_reason_to_stop_last() {
    assert_eq!(
        events("kind").await,
        [
            message(json!({ "text": "Hello, " })),
            message(json!({ "text": "you." })),
            message(json!({
                "model": "kind",
                "stopReason": "end",
                "usage": { "inputTokens": 7, "outputTokens": 3 },
            })),
        ]
    );
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_error_of_its_own() {
    for (model, reason) in [
        ("cut", "Bad Gateway"),
        ("unfinished", "Bad Gateway"),
        ("breaks", "Too Many Requests"),
        ("stalls", "Gateway Timeout"),
    ] {
        let events = events(model).await;
        assert_eq!(events[0], message(json!({ "text": "Hello, " })), "{model}");
        let (name, error) = events.last().unwrap();
        assert_eq!(
            (name.as_str(), &error["error"]),
            ("error", &json!(reason)),
            "{model}"
        );
        assert!(!error.to_string().contains("123"), "{error}");
    }
}

#[tokio::test]
async fn pieces_are_not_kept_back_and_who_leaves_ends_the_models_work() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("endless")).await;
    let request = site.user.http().post(format!("{}/chat", site.origin));
    let request = request
        .bearer_auth(site.user.token().unwrap())
        .header("accept", "text/event-stream")
        .header("content-type", "application/json")
        .body(r#"{"message": "Hello"}"#);
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert_eq!(first, "data: {\"text\":\"Hello, \"}\n\n");
    assert_eq!(
        response.chunk().await.unwrap().unwrap(),
        "data: {\"text\":\".\"}\n\n"
    );
    assert_eq!(*aws.left.borrow(), 0);
    drop(response);
    let mut left = aws.left.subscribe();
    let told = tokio::time::timeout(Duration::from_secs(5), left.wait_for(|left| *left == 1));
    told.await.unwrap().unwrap();
}
