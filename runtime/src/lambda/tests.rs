//! A router as a function: events in, answers out, no network.

mod answers;
mod malformed;
mod requests;
mod routes;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{any, get};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::*;
use crate::client::ClientAddress;
use crate::middleware::{Stack, wrap};

/// Lambda's id of each request here.
const REQUEST_ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// The error shape of a service.
#[derive(Serialize)]
struct Error {
    code: u16,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.status.as_u16(),
        }
    }
}

/// Events as AWS documents them, one of each kind.
const EVENTS: [(&str, &str); 5] = [
    ("REST API", include_str!("tests/events/rest.json")),
    (
        "REST API behind a custom domain",
        include_str!("tests/events/rest_custom_domain.json"),
    ),
    ("HTTP API", include_str!("tests/events/http_api.json")),
    (
        "HTTP API with a stage",
        include_str!("tests/events/http_api_stage.json"),
    ),
    (
        "function URL",
        include_str!("tests/events/function_url.json"),
    ),
];

fn event(kind: &str) -> Value {
    let found = EVENTS.iter().find(|(name, _)| *name == kind);
    serde_json::from_str(found.unwrap().1).unwrap()
}

/// What the router was asked, as JSON.
async fn echo(request: Request) -> Response {
    let client = request.extensions().get::<ClientAddress>().copied();
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut headers = serde_json::Map::new();
    for name in parts.headers.keys() {
        let values = parts.headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        headers.insert(name.to_string(), json!(values));
    }
    let asked = json!({
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "query": parts.uri.query(),
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
        "client": client.map(|client| client.to_string()),
    });
    Response::new(Body::from(asked.to_string()))
}

fn function() -> Function {
    let router = Router::new()
        .route("/v1/panics", get(|| async { panic!("out of order") as () }))
        .route(
            "/v1/id",
            get(|Extension(id): Extension<RequestId>| async move { id.as_str().to_owned() }),
        )
        .route("/v1/large", get(|| async { "x".repeat(7_000_000) }))
        .route(
            "/v1/binary",
            get(|| async { Bytes::from_static(&[0, 255, 1]) }),
        )
        .route(
            "/v1/long",
            get(|| async { Response::new(Body::from("text ".repeat(1_000))) }),
        )
        .route(
            "/v1/cookies",
            get(|| async {
                let mut headers = HeaderMap::new();
                for cookie in ["a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"] {
                    headers.append(header::SET_COOKIE, HeaderValue::from_static(cookie));
                }
                for name in ["accept-encoding", "origin"] {
                    headers.append(header::VARY, HeaderValue::from_static(name));
                }
                headers
            }),
        )
        .route(
            "/v1/made",
            get(|| async { (StatusCode::CREATED, [(header::LOCATION, "/v1/notes/1")]) }),
        )
        .route(
            "/v1/elsewhere",
            get(|| async {
                (
                    StatusCode::FOUND,
                    [(header::LOCATION, "https://example.com/")],
                )
            }),
        )
        .route("/v1/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(any(echo));
    Function::new::<Error>(wrap::<Error>(router, &Stack::default()), "/v1")
}

/// The function's answer to an event.
async fn answer(event: &Value) -> Value {
    answer_to(&function(), event.to_string()).await
}

async fn answer_to(function: &Function, event: impl Into<Bytes>) -> Value {
    let invocation = Invocation {
        request_id: REQUEST_ID.to_owned(),
        event: event.into(),
        trace: None,
    };
    serde_json::from_slice(&function.answer(&invocation).await).unwrap()
}

/// What the router was asked for an event.
async fn asked(event: &Value) -> Value {
    let answer = answer(event).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

/// The same event for another path of the service, by GET and without a query.
fn get_of(kind: &str, path: &str) -> Value {
    let mut event = event(kind);
    let prefix = match kind {
        "REST API" => "",
        "REST API behind a custom domain" => "/shop",
        "HTTP API with a stage" => "/prod",
        _ => "",
    };
    if kind.starts_with("REST") {
        event["httpMethod"] = json!("GET");
        event["path"] = json!(format!("{prefix}{path}"));
        let stage = if kind == "REST API" { "/prod" } else { prefix };
        event["requestContext"]["path"] = json!(format!("{stage}{path}"));
        event["pathParameters"]["proxy"] = json!(path.trim_start_matches("/v1/"));
    } else {
        event["requestContext"]["http"]["method"] = json!("GET");
        event["rawPath"] = json!(format!("{prefix}{path}"));
    }
    event
}

/// Every value of a response's header, in either format.
fn values(answer: &Value, name: &str) -> Vec<String> {
    let several = answer["multiValueHeaders"][name].as_array();
    match several {
        Some(values) => values.iter().map(text).collect(),
        None if name == "set-cookie" => {
            let cookies = answer["cookies"].as_array().into_iter().flatten();
            cookies.map(text).collect()
        }
        None => answer["headers"]
            .get(name)
            .iter()
            .map(|value| text(value))
            .collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
