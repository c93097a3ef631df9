//! What an event's client asked.

use super::*;
use crate::log::captured::Captured;

#[tokio::test]
async fn every_kind_of_event_is_the_same_request() {
    for (kind, _) in EVENTS {
        let asked = asked(&event(kind)).await;
        assert_eq!(asked["method"], "POST", "{kind}");
        // An HTTP API decodes the path: what was %2F cannot be told from a slash any more.
        let slash = if kind.starts_with("HTTP") { "/" } else { "%2F" };
        let path = format!("/v1/notes/caf%C3%A9%20au{slash}lait");
        assert_eq!(asked["path"], path, "{kind}");
        let mut query: Vec<_> = asked["query"].as_str().unwrap().split('&').collect();
        query.sort_unstable();
        assert_eq!(
            query,
            ["name=%C3%A4%20%2B%25", "tag=a", "tag=b%26c%3Dd"],
            "{kind}"
        );
        assert_eq!(asked["body"], r#"{"a":1}"#, "{kind}");
        assert_eq!(asked["client"], "52.255.255.12", "{kind}");
        assert_eq!(
            asked["headers"]["cookie"],
            json!(["session=abc; theme=dark"]),
            "{kind}"
        );
        assert_eq!(asked["headers"]["content-length"], json!(["7"]), "{kind}");
        let many = if kind.starts_with("REST") {
            json!(["one", "two"])
        } else {
            json!(["one,two"])
        };
        assert_eq!(asked["headers"]["x-many"], many, "{kind}");
    }
}

#[tokio::test]
async fn single_values_are_enough() {
    let mut event = event("REST API");
    event["multiValueHeaders"] = Value::Null;
    event["multiValueQueryStringParameters"] = Value::Null;
    let asked = asked(&event).await;
    assert_eq!(asked["headers"]["x-many"], json!(["two"]));
    assert_eq!(asked["query"], "name=%C3%A4%20%2B%25&tag=b%26c%3Dd");
}

#[tokio::test]
async fn nothing_is_a_body_too() {
    for (kind, _) in EVENTS {
        let mut event = event(kind);
        event["body"] = Value::Null;
        event["isBase64Encoded"] = json!(false);
        let asked = asked(&event).await;
        assert_eq!(asked["body"], "", "{kind}");
        // HTTP APIs make up a type for it.
        let made_up = kind.starts_with("HTTP");
        assert_eq!(
            asked["headers"].get("content-type").is_none(),
            made_up,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_client_cannot_say_where_it_is() {
    for (kind, _) in EVENTS {
        let mut event = event(kind);
        let context = &mut event["requestContext"];
        let place = if kind.starts_with("REST") {
            "identity"
        } else {
            "http"
        };
        context[place]["sourceIp"] = json!("test-invoke-source-ip");
        assert_eq!(asked(&event).await["client"], "0.0.0.0", "{kind}");
        event["requestContext"][place]["sourceIp"] = json!("2001:db8::1");
        assert_eq!(asked(&event).await["client"], "2001:db8::1", "{kind}");
    }
}

#[tokio::test]
async fn a_query_is_taken_as_it_was_sent() {
    for kind in ["HTTP API", "function URL"] {
        for (sent, query) in [
            ("a=%zz&a=%41&b=+&c", "a=%zz&a=%41&b=+&c"),
            ("a=b c&d=\"ä\"#", "a=b%20c&d=%22%C3%A4%22%23"),
        ] {
            let mut event = event(kind);
            event["rawQueryString"] = json!(sent);
            assert_eq!(asked(&event).await["query"], query, "{kind}");
        }
    }
}

#[tokio::test]
async fn the_request_id_is_the_clients_or_lambdas() {
    for (kind, _) in EVENTS {
        let mut event = get_of(kind, "/v1/id");
        for (sent, id) in [
            (None, REQUEST_ID),
            (Some("mine-1"), "mine-1"),
            (Some("not good"), REQUEST_ID),
        ] {
            if let Some(sent) = sent {
                event["headers"]["X-Request-Id"] = json!(sent);
            }
            let answer = answer(&event).await;
            assert_eq!(answer["body"], id, "{kind}");
            assert_eq!(values(&answer, "x-request-id"), [id], "{kind}");
        }
    }
}

#[tokio::test]
async fn the_log_has_the_cold_start_the_ids_and_the_trace() {
    let log = Captured::start();
    let function = function();
    for trace in [
        None,
        Some("Root=1-67891233-abcdef012345678912345678;Sampled=1"),
    ] {
        let invocation = Invocation {
            request_id: REQUEST_ID.to_owned(),
            trace: trace.map(HeaderValue::from_static),
            event: event("REST API").to_string().into(),
        };
        function.answer(&invocation).await;
    }
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["coldStart"], true);
    assert_eq!(lines[1].get("coldStart"), None);
    assert_eq!(
        lines[0].get("traceId"),
        None,
        "the sample's is none of X-Ray's"
    );
    assert_eq!(lines[1]["traceId"], "1-67891233-abcdef012345678912345678");
    assert!(lines.iter().all(|line| line["requestId"] == REQUEST_ID));
}
