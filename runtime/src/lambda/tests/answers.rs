//! What becomes of a response.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::log::captured::Captured;

#[tokio::test]
async fn each_format_has_its_members() {
    for (kind, _) in EVENTS {
        let answer = answer(&event(kind)).await;
        let mut members: Vec<_> = answer.as_object().unwrap().keys().collect();
        members.sort();
        let own = if kind.starts_with("REST") {
            "multiValueHeaders"
        } else {
            "cookies"
        };
        let mut expected = ["body", "headers", "isBase64Encoded", "statusCode", own];
        expected.sort_unstable();
        assert_eq!(members, expected, "{kind}");
        assert_eq!(answer["isBase64Encoded"], false);
    }
}

#[tokio::test]
async fn cookies_stay_apart_and_lists_are_joined() {
    for (kind, _) in EVENTS {
        let answer = answer(&get_of(kind, "/v1/cookies")).await;
        assert_eq!(
            values(&answer, "set-cookie"),
            ["a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"],
            "{kind}"
        );
        assert_eq!(
            values(&answer, "vary").join(", "),
            "accept-encoding, origin",
            "{kind}"
        );
        assert!(answer["headers"].get("set-cookie").is_none(), "{kind}");
    }
}

#[tokio::test]
async fn what_is_no_text_is_base64() {
    for (kind, _) in EVENTS {
        let answer = answer(&get_of(kind, "/v1/binary")).await;
        assert_eq!(answer["isBase64Encoded"], true, "{kind}");
        assert_eq!(answer["body"], "AP8B", "{kind}");
    }
}

#[tokio::test]
async fn compressed_answers_are_base64() {
    for (kind, _) in EVENTS {
        let mut event = get_of(kind, "/v1/long");
        let name = if kind.starts_with("REST") {
            "Accept-Encoding"
        } else {
            "accept-encoding"
        };
        event["headers"][name] = json!("gzip");
        let answer = answer(&event).await;
        assert_eq!(values(&answer, "content-encoding"), ["gzip"], "{kind}");
        assert_eq!(answer["isBase64Encoded"], true, "{kind}");
        let bytes = STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(bytes[..2], [0x1f, 0x8b], "{kind}");
        assert!(values(&answer, "content-length").is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn no_content_has_no_body() {
    for (kind, _) in EVENTS {
        let answer = answer(&get_of(kind, "/v1/nothing")).await;
        assert_eq!(answer["statusCode"], 204, "{kind}");
        assert_eq!(answer["body"], "", "{kind}");
        assert!(values(&answer, "content-type").is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn head_has_no_body() {
    for (kind, _) in EVENTS {
        let mut event = get_of(kind, "/v1/id");
        match event.get("httpMethod") {
            Some(_) => event["httpMethod"] = json!("HEAD"),
            None => event["requestContext"]["http"]["method"] = json!("HEAD"),
        }
        let answer = answer(&event).await;
        assert_eq!(answer["statusCode"], 200, "{kind}");
        assert_eq!(answer["body"], "", "{kind}");
    }
}

#[tokio::test]
async fn locations_lead_to_where_the_client_came_from() {
    for (kind, location) in [
        ("REST API", "/prod/v1/notes/1"),
        ("REST API behind a custom domain", "/shop/v1/notes/1"),
        ("HTTP API", "/v1/notes/1"),
        ("HTTP API with a stage", "/prod/v1/notes/1"),
        ("function URL", "/v1/notes/1"),
    ] {
        let made = answer(&get_of(kind, "/v1/made")).await;
        assert_eq!(made["statusCode"], 201, "{kind}: {made}");
        assert_eq!(values(&made, "location"), [location], "{kind}");
        let elsewhere = answer(&get_of(kind, "/v1/elsewhere")).await;
        assert_eq!(
            values(&elsewhere, "location"),
            ["https://example.com/"],
            "{kind}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_lambda_would_refuse_is_a_500() {
    for (kind, _) in EVENTS {
        let log = Captured::start();
        let mut event = get_of(kind, "/v1/large");
        event["headers"]["X-Request-Id"] = json!("mine-1");
        let answer = answer(&event).await;
        assert_eq!(answer["statusCode"], 500, "{kind}");
        assert_eq!(answer["body"], r#"{"code":500}"#, "{kind}");
        assert_eq!(
            values(&answer, "content-type"),
            ["application/json"],
            "{kind}"
        );
        assert_eq!(values(&answer, "x-request-id"), ["mine-1"], "{kind}");
        assert_eq!(values(&answer, "cache-control"), ["no-store"], "{kind}");
        let lines = log.lines();
        let line = lines.iter().find(|line| line["level"] == "error").unwrap();
        assert_eq!(
            line["message"],
            "an answer is larger than Lambda lets through"
        );
        assert_eq!(line["requestId"], "mine-1");
        assert!(line["bytes"].as_u64().unwrap() > 7_000_000, "{line}");
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_next_event_is_served() {
    let function = function();
    for (kind, _) in EVENTS {
        let panicked = answer_to(&function, get_of(kind, "/v1/panics").to_string()).await;
        assert_eq!(panicked["statusCode"], 500, "{kind}");
        assert_eq!(panicked["body"], r#"{"code":500}"#, "{kind}");
        let next = answer_to(&function, get_of(kind, "/v1/id").to_string()).await;
        assert_eq!(next["statusCode"], 200, "{kind}");
    }
}
