//! Events that are no requests.

use super::*;
use crate::log::captured::Captured;

/// An event of AWS with something in it replaced.
fn with(kind: &str, pointer: &str, value: Value) -> String {
    let mut event = event(kind);
    *event.pointer_mut(pointer).unwrap() = value;
    event.to_string()
}

fn without(kind: &str, member: &str) -> String {
    let mut event = event(kind);
    event.as_object_mut().unwrap().remove(member).unwrap();
    event.to_string()
}

const SCHEDULED: &str = r#"{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2015-10-08T16:53:06Z",
    "region":"us-east-1","resources":["arn:aws:events:us-east-1:123456789012:rule/my-rule"],"detail":{}}"#;

const S3: &str = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-2",
    "eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}"#;

const LOAD_BALANCER: &str = r#"{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:x"}},
    "httpMethod":"GET","path":"/","queryStringParameters":{},"headers":{},"body":"","isBase64Encoded":false}"#;

/// Version 1 of the answer's format, where the event tells that it is meant.
const V1: bool = true;
const V2: bool = false;

fn events() -> Vec<(&'static str, String, bool)> {
    let rest = "REST API";
    let url = "function URL";
    vec![
        ("no JSON", "{".to_owned(), V2),
        ("no bytes", String::new(), V2),
        ("null", "null".to_owned(), V2),
        ("a text", "\"GET /\"".to_owned(), V2),
        ("a list", "[]".to_owned(), V2),
        ("nothing in it", "{}".to_owned(), V2),
        ("a schedule", SCHEDULED.to_owned(), V2),
        ("S3", S3.to_owned(), V2),
        ("a load balancer", LOAD_BALANCER.to_owned(), V1),
        ("1.0, no method", without(rest, "httpMethod"), V1),
        (
            "1.0, empty method",
            with(rest, "/httpMethod", json!("")),
            V1,
        ),
        (
            "1.0, bad method",
            with(rest, "/httpMethod", json!("G ET")),
            V1,
        ),
        (
            "1.0, method null",
            with(rest, "/httpMethod", Value::Null),
            V1,
        ),
        (
            "1.0, method a number",
            with(rest, "/httpMethod", json!(1)),
            V1,
        ),
        ("1.0, no path", without(rest, "path"), V1),
        (
            "1.0, path without slash",
            with(rest, "/path", json!("here")),
            V1,
        ),
        (
            "1.0, long path",
            with(rest, "/path", json!(format!("/{}", "x".repeat(70_000)))),
            V1,
        ),
        (
            "1.0, bad name",
            with(rest, "/headers", json!({"a b": "c"})),
            V1,
        ),
        (
            "1.0, bad value",
            with(rest, "/headers", json!({"a": "b\nc"})),
            V1,
        ),
        (
            "1.0, bad values",
            with(rest, "/multiValueHeaders/Accept", json!(["\u{0}"])),
            V1,
        ),
        ("1.0, headers a list", with(rest, "/headers", json!([])), V1),
        (
            "1.0, body not base64",
            with(rest, "/body", json!("%%%")),
            V1,
        ),
        ("1.0, body an object", with(rest, "/body", json!({})), V1),
        (
            "1.0, context a text",
            with(rest, "/requestContext", json!("x")),
            V1,
        ),
        ("2.0, no context", without(url, "requestContext"), V2),
        (
            "2.0, bad method",
            with(url, "/requestContext/http/method", json!("G ET")),
            V2,
        ),
        (
            "2.0, no method",
            with(url, "/requestContext/http", json!({})),
            V2,
        ),
        ("2.0, no path", with(url, "/rawPath", json!("here")), V2),
        (
            "2.0, bad cookie",
            with(url, "/cookies", json!(["a=\n"])),
            V2,
        ),
        ("2.0, body not base64", with(url, "/body", json!("é")), V2),
        ("3.0", with(url, "/version", json!("3.0")), V2),
    ]
}

#[tokio::test]
async fn they_are_answered_in_their_own_format_and_told_in_the_log() {
    let function = function();
    for (what, event, version_1) in events() {
        let log = Captured::start();
        let answer = answer_to(&function, event).await;
        assert_eq!(answer["statusCode"], 400, "{what}: {answer}");
        assert_eq!(answer["body"], r#"{"code":400}"#, "{what}");
        assert_eq!(
            values(&answer, "content-type"),
            ["application/json"],
            "{what}"
        );
        assert_eq!(values(&answer, "x-request-id"), [REQUEST_ID], "{what}");
        assert_eq!(
            answer.get("multiValueHeaders").is_some(),
            version_1,
            "{what}"
        );
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{what}: {lines:?}");
        assert_eq!(lines[0]["level"], "error", "{what}");
        assert_eq!(
            lines[0]["message"], "an event is not an HTTP request",
            "{what}"
        );
        assert_eq!(lines[0]["requestId"], REQUEST_ID, "{what}");
        assert!(!lines[0]["cause"].as_str().unwrap().is_empty(), "{what}");

        let next = answer_to(&function, get_of("REST API", "/v1/id").to_string()).await;
        assert_eq!(next["statusCode"], 200, "after {what}");
    }
}

#[tokio::test]
async fn no_cut_through_an_event_brings_the_function_down() {
    let function = function();
    for (kind, text) in EVENTS {
        for end in (0..text.len()).step_by(7) {
            let answer = answer_to(&function, text.as_bytes()[..end].to_vec()).await;
            assert_eq!(answer["statusCode"], 400, "{kind} up to byte {end}");
        }
    }
}
