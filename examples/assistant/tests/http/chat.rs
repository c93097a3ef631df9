//! Whole answers.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::aws::Aws;
use crate::site::Site;

#[tokio::test]
async fn without_a_model_the_missing_setting_is_named() {
    let site = Site::start(&[]).await;
    for accept in ["application/json", "text/event-stream"] {
        let answer = site
            .user
            .post("/chat")
            .header("accept", accept)
            .json(json!({ "message": "Hello" }))
            .await;
        answer.has(503);
        assert_eq!(
            answer["message"],
            "Chat is not set up here: the setting BEDROCK_MODEL_ID is missing."
        );
    }
}

#[tokio::test]
async fn the_model_is_told_everything_and_its_answer_comes_back() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("kind")).await;
    let request = json!({
        "message": "And now?",
        "system": "Be brief.",
        "history": [
            { "role": "user", "content": "Hello" },
            { "role": "assistant", "content": "Hello, you." },
        ],
        "maxTokens": 64,
        "temperature": 0.25,
    });
    let answer = site.user.post("/chat").json(request).await.is(200);
    assert_eq!(
        answer.body,
        json!({
            "reply": "Hello, you.",
            "model": "kind",
            "stopReason": "end",
            "usage": { "inputTokens": 7, "outputTokens": 3 },
        })
    );
    let sent = aws.last.borrow().clone();
    assert_eq!(
        sent,
        json!({
            "messages": [
                { "role": "user", "content": [{ "text": "Hello" }] },
                { "role": "assistant", "content": [{ "text": "Hello, you." }] },
                { "role": "user", "content": [{ "text": "And now?" }] },
            ],
            "system": [{ "text": "Be brief." }],
            "inferenceConfig": { "maxTokens": 64, "temperature": 0.25 },
        })
    );
    site.user
        .post("/chat")
        .json(json!({ "message": "Hello" }))
        .await
        .has(200);
    let sent = aws.last.borrow().clone();
    assert_eq!(
        sent["inferenceConfig"],
        json!({ "maxTokens": 512, "temperature": 0.5 })
    );
    assert!(
        sent["system"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("You are")
    );
}

#[tokio::test]
async fn what_the_contract_forbids_never_reaches_the_model() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("kind")).await;
    for (body, status) in [
        (json!({}), 400),
        (json!({ "message": "" }), 400),
        (json!({ "message": "a", "temperature": 1.5 }), 400),
        (json!({ "message": "a", "temperature": -0.1 }), 400),
        (json!({ "message": "a", "maxTokens": 0 }), 400),
        (json!({ "message": "a", "maxTokens": 4097 }), 400),
        (
            json!({ "message": "a", "history": [{ "role": "system", "content": "b" }] }),
            400,
        ),
        (json!({ "message": "a", "model": "another" }), 400),
        (
            json!({ "message": "a", "history": [{ "role": "user", "content": "b" }] }),
            422,
        ),
        (
            json!({ "message": "a", "history": [{ "role": "assistant", "content": "b" }] }),
            422,
        ),
        (json!({ "message": "x".repeat(300_000) }), 413),
    ] {
        site.user.post("/chat").json(body).await.has(status);
    }
    site.user.post("/chat").bytes("Hello").await.has(400);
    let text = site
        .user
        .post("/chat")
        .bytes("{}")
        .header("content-type", "text/plain");
    text.await.has(415);
    let picture = site
        .user
        .post("/chat")
        .header("accept", "image/png")
        .json(json!({ "message": "a" }));
    picture.await.has(406);
    assert_eq!(aws.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn each_refusal_has_its_status_and_none_of_the_causes_words() {
    let aws = Aws::start().await;
    for (model, status, retry, asked) in [
        ("throttled", 429, Some("10"), 2),
        ("not-ready", 503, Some("30"), 2),
        ("refusing", 422, None, 1),
        ("denied", 502, None, 1),
        ("odd", 502, None, 1),
        ("slow", 504, None, 1),
    ] {
        let site = Site::start(&aws.settings(model)).await;
        let before = aws.asked.load(Ordering::Relaxed);
        for accept in ["application/json", "text/event-stream"] {
            if (model, accept) == ("odd", "text/event-stream") {
                continue;
            }
            let answer = site
                .user
                .post("/chat")
                .header("accept", accept)
                .json(json!({ "message": "Hello" }))
                .await;
            answer.has(status);
            let given = answer
                .headers
                .get("retry-after")
                .map(|value| value.to_str().unwrap());
            assert_eq!(given, retry, "{model}");
            assert!(
                !answer.body.to_string().contains("secret"),
                "{}",
                answer.body
            );
            if accept == "application/json" {
                let now = aws.asked.load(Ordering::Relaxed);
                assert!(
                    now - before <= asked,
                    "{model}: asked {} times",
                    now - before
                );
            }
        }
    }
    let mut settings = aws.settings("kind").to_vec();
    settings[0].1 = "http://127.0.0.1:9";
    let site = Site::start(&settings).await;
    site.user
        .post("/chat")
        .json(json!({ "message": "Hello" }))
        .await
        .has(503);
}

#[tokio::test]
async fn an_answer_that_was_too_long_says_so() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("long")).await;
    let answer = site
        .user
        .post("/chat")
        .json(json!({ "message": "Hello" }))
        .await
        .is(200);
    assert_eq!(answer["stopReason"], "length");
}
