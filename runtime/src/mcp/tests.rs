use axum::extract::RawPathParams;
use axum::routing::{get, post};
use http::HeaderValue;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::client::ClientAddress;
use crate::log::captured::Captured;
use crate::middleware::{Stack, wrap};
use crate::tool::Argument;
use crate::violation::Location;

/// The error shape of a service.
#[derive(Serialize)]
struct Error {
    code: u16,
    text: String,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.status.as_u16(),
            text: fault.message.into_owned(),
        }
    }
}

const fn argument(name: &'static str, location: Location, explode: bool) -> Argument {
    Argument {
        name,
        location,
        explode,
    }
}

static TOOLS: &[Tool] = &[
    Tool {
        name: "getThing",
        title: "Show a thing",
        description: "With everything that it is.",
        method: "GET",
        path: "/v1/things/{id}",
        arguments: &[
            argument("id", Location::Path, false),
            argument("tag", Location::Query, true),
            argument("sort", Location::Query, false),
            argument("If-None-Match", Location::Header, false),
            argument("visitor", Location::Cookie, false),
        ],
        body: false,
        idempotent: true,
        input: r#"{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}"#,
    },
    Tool {
        name: "makeThing",
        title: "",
        description: "",
        method: "POST",
        path: "/v1/things",
        arguments: &[],
        body: true,
        idempotent: false,
        input: r#"{"type":"object"}"#,
    },
];

/// What the service was asked.
async fn echo(parameters: RawPathParams, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |name: &str| {
        let value = parts.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let path: Vec<String> = parameters
        .iter()
        .map(|(_, value)| value.to_owned())
        .collect();
    if path == ["lost"] {
        return refuse::<Error>(Fault::new(StatusCode::NOT_FOUND, "There is none."));
    }
    let client = parts.extensions.get::<ClientAddress>();
    let mut response = crate::respond::json(
        StatusCode::OK,
        &json!({
            "path": path,
            "query": parts.uri.query(),
            "ifNoneMatch": header("if-none-match"),
            "cookie": header("cookie"),
            "visitor": crate::parameter::cookie(&parts.headers, "visitor"),
            "authorization": header("authorization"),
            "accept": header("accept"),
            "body": String::from_utf8_lossy(&body),
            "client": client.map(|client| client.to_string()),
        }),
    );
    let tag = HeaderValue::from_static("\"1\"");
    response.headers_mut().insert(header::ETAG, tag);
    response
}

fn service() -> Router {
    let router = Router::new().route("/v1/things/{id}", get(echo)).route(
        "/v1/things",
        post(async |body: String| {
            assert_ne!(body, r#""panic""#);
            StatusCode::NO_CONTENT
        }),
    );
    wrap::<Error>(router, &Stack::default())
}

fn endpoint() -> Endpoint {
    Endpoint::new("Things", "1.2.3", TOOLS)
        .instructions("Ask for things.")
        .origins("https://inspector.example".parse().unwrap())
}

fn closed() -> Endpoint {
    endpoint().bearer(|token| async move {
        match token.as_str() {
            "good" => Ok(Principal {
                subject: "ada".to_owned(),
                session: String::new(),
                roles: Vec::new(),
                claims: Default::default(),
                issued_at: Default::default(),
                expires_at: Default::default(),
            }),
            _ => Err(Rejection::Invalid("it is unknown")),
        }
    })
}

/// Sends a message with more headers. The body comes as JSON, null if there is none.
async fn send(
    endpoint: Endpoint,
    headers: &[(&str, &str)],
    message: &str,
) -> (u16, HeaderMap, Value) {
    let router = wrap::<Error>(endpoint.router::<Error>(service()), &Stack::default());
    let mut request = Request::post("/mcp")
        .header("host", "things.example")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("x-request-id", "the-one");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(message.to_owned())).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = match body.as_ref() {
        b"" => Value::Null,
        bytes => serde_json::from_slice(bytes).unwrap(),
    };
    (parts.status.as_u16(), parts.headers, body)
}

async fn ask(method: &str, parameters: Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": parameters });
    let (status, headers, body) = send(endpoint(), &[], &message.to_string()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(body["id"], 7);
    body
}

async fn call(name: &str, arguments: Value) -> Value {
    let called = ask(
        "tools/call",
        json!({ "name": name, "arguments": arguments }),
    )
    .await;
    called["result"].clone()
}

#[tokio::test]
async fn a_client_is_told_who_serves_in_the_version_it_knows() {
    for (asked, told) in [("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")] {
        let parameters = json!({
            "protocolVersion": asked,
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let result = ask("initialize", parameters).await["result"].clone();
        assert_eq!(result["protocolVersion"], told);
        assert_eq!(result["serverInfo"]["name"], "Things");
        assert_eq!(result["serverInfo"]["version"], "1.2.3");
        assert_eq!(result["instructions"], "Ask for things.");
        assert!(result["capabilities"]["tools"].is_object());
    }
    let message = r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#;
    let (status, _, body) = send(endpoint(), &[], message).await;
    assert_eq!((status, body), (202, Value::Null));
}

#[tokio::test]
async fn tools_are_those_of_the_contract() {
    let tools = ask("tools/list", json!({})).await["result"]["tools"].clone();
    assert_eq!(
        tools,
        json!([
            {
                "name": "getThing",
                "title": "Show a thing",
                "description": "Show a thing\n\nWith everything that it is.",
                "inputSchema": { "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] },
                "annotations": { "title": "Show a thing", "readOnlyHint": true },
            },
            {
                "name": "makeThing",
                "description": "",
                "inputSchema": { "type": "object" },
                "annotations": { "readOnlyHint": false, "idempotentHint": false },
            },
        ])
    );
}

#[tokio::test]
async fn arguments_go_where_the_contract_has_them() {
    let arguments = json!({
        "id": "a/b ?é",
        "tag": ["x&y", 2],
        "sort": ["up", "down"],
        "If-None-Match": "\"7\"",
        "visitor": "me; too%",
    });
    let result = call("getThing", arguments).await;
    assert_eq!(result["isError"], false);
    let told = &result["structuredContent"];
    assert_eq!(told["path"], json!(["a/b ?é"]));
    assert_eq!(told["query"], "tag=x%26y&tag=2&sort=up,down");
    assert_eq!(told["ifNoneMatch"], "\"7\"");
    assert_eq!(told["cookie"], "visitor=me%3B%20too%25");
    assert_eq!(told["visitor"], "me; too%");
    assert_eq!(told["accept"], "application/json");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(&serde_json::from_str::<Value>(text).unwrap(), told);
    assert_eq!(
        result["_meta"],
        json!({ "status": 200, "headers": { "etag": "\"1\"" } })
    );
    // Null is nothing, and what the caller's own headers say of an argument is nothing either.
    let told = call("getThing", json!({ "id": 1, "tag": null })).await["structuredContent"].clone();
    assert_eq!(
        (&told["path"], &told["query"]),
        (&json!(["1"]), &json!(null))
    );
    let result = call("makeThing", json!({ "body": { "a": [1] } })).await;
    assert_eq!(result["content"][0]["text"], "204 No Content");
    assert_eq!(result.get("structuredContent"), None);
}

#[tokio::test]
async fn a_cookie_is_what_the_argument_says_beside_the_callers_others() {
    let message = |arguments: Value| {
        let parameters = json!({ "name": "getThing", "arguments": arguments });
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters })
    };
    let own = [
        ("cookie", "a=1; visitor=me; Visitor=3"),
        ("cookie", "visitor=again;visitors=4;b"),
    ];
    for (arguments, told) in [
        (
            json!({ "id": "1", "visitor": "you" }),
            json!("a=1; Visitor=3; visitors=4; b; visitor=you"),
        ),
        // As with headers: what was left out was not said.
        (json!({ "id": "1" }), json!("a=1; Visitor=3; visitors=4; b")),
    ] {
        let (_, _, body) = send(endpoint(), &own, &message(arguments).to_string()).await;
        assert_eq!(body["result"]["structuredContent"]["cookie"], told);
    }
    let own = [("cookie", "visitor=me")];
    let (_, _, body) = send(endpoint(), &own, &message(json!({ "id": "1" })).to_string()).await;
    assert!(
        body["result"]["structuredContent"]["cookie"].is_null(),
        "{body}"
    );
}

#[tokio::test]
async fn what_goes_wrong_is_a_result_that_a_model_can_read() {
    let result = call("getThing", json!({ "id": "lost" })).await;
    assert_eq!(result["isError"], true);
    assert_eq!(
        result["structuredContent"],
        json!({ "code": 404, "text": "There is none." })
    );
    assert_eq!(result["_meta"]["status"], 404);
    let result = call("makeThing", json!({ "body": "panic" })).await;
    assert_eq!(
        (&result["isError"], &result["_meta"]["status"]),
        (&json!(true), &json!(500))
    );
    for (arguments, sentence) in [
        (json!({}), "The argument `id` is required."),
        (json!({ "id": "" }), "The argument `id` is required."),
        (
            json!({ "id": "1", "ide": 1 }),
            "`ide` is not an argument of `getThing`.",
        ),
        (
            json!({ "id": "1", "body": 1 }),
            "`body` is not an argument of `getThing`.",
        ),
        (
            json!({ "id": { "a": 1 } }),
            "The argument `id` must be a string, a number, a boolean or a list of these.",
        ),
        (
            json!({ "id": "1", "If-None-Match": "a\nb" }),
            "The argument `If-None-Match` cannot be sent as a header.",
        ),
    ] {
        let result = call("getThing", arguments).await;
        assert_eq!(result["isError"], true);
        assert_eq!(result["content"][0]["text"], sentence);
    }
    let unknown = ask("tools/call", json!({ "name": "dropThing" })).await;
    assert_eq!(unknown["error"]["code"], -32602);
}

const LIST: &str = r#"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#;
const CALL: &str = r#"{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "getThing", "arguments": {"id": "1"}}}"#;

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let (status, headers, body) = send(closed(), &[], LIST).await;
    assert_eq!(
        (status, &headers["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
    assert_eq!(body["code"], 401);
    let (status, _, _) = send(closed(), &[("authorization", "Bearer bad")], LIST).await;
    assert_eq!(status, 401);
    let (status, _, body) = send(closed(), &[("authorization", "Bearer good")], CALL).await;
    let told = &body["result"]["structuredContent"];
    assert_eq!(
        (status, &told["authorization"]),
        (200, &json!("Bearer good"))
    );
    assert!(told["client"].is_string());
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    for (origin, expected) in [
        ("https://inspector.example", 200),
        ("https://things.example", 403),
        ("null", 403),
    ] {
        let (status, _, body) = send(endpoint(), &[("origin", origin)], LIST).await;
        assert_eq!(status, expected, "{origin}: {body}");
    }
}

#[tokio::test]
async fn messages_that_are_none_are_refused_in_the_services_shape() {
    let router = wrap::<Error>(endpoint().router::<Error>(service()), &Stack::default());
    let get = Request::get("/mcp").body(Body::empty()).unwrap();
    let response = router.clone().oneshot(get).await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
    let narrow = Request::post("/mcp")
        .header("host", "here")
        .header("content-type", "application/json");
    let narrow = narrow
        .header("accept", "application/json")
        .body(Body::from(LIST))
        .unwrap();
    let response = router.oneshot(narrow).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
    assert_eq!(response.headers()["content-type"], "application/json");
    let (status, _, _) = send(endpoint(), &[], "{").await;
    assert!((400..500).contains(&status), "{status}");
    let (status, _, body) = send(endpoint(), &[], &" ".repeat(LARGEST + 1)).await;
    assert_eq!((status, &body["code"]), (413, &json!(413)));
    let old = [("mcp-protocol-version", "1999-01-01")];
    let (status, _, body) = send(endpoint(), &old, LIST).await;
    assert_eq!((status, &body["code"]), (400, &json!(400)));
}

#[tokio::test]
async fn a_call_has_a_line_of_its_own_under_the_same_id() {
    let log = Captured::start();
    send(closed(), &[("authorization", "Bearer good")], CALL).await;
    let lines = log.lines();
    let lines: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "request")
        .collect();
    let [call, message] = lines.as_slice() else {
        panic!("{:?}", log.lines());
    };
    assert_eq!(
        (&call["path"], &call["requestId"]),
        (&json!("/v1/things/1"), &json!("the-one"))
    );
    assert_eq!(
        (&message["operation"], &message["requestId"]),
        (&json!("mcp"), &json!("the-one"))
    );
    assert_eq!(message["subject"], "ada");
}
