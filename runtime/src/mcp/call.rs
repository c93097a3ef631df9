//! From a tool's arguments to a request, and from its answer to a result.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_body_util::{BodyExt, Limited};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rmcp::model::{CallToolResult, Content, JsonObject, Meta};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::client::ClientAddress;
use crate::middleware::RequestId;
use crate::tool::{Argument, Tool};
use crate::violation::Location;

/// RFC 3986, section 2.3: unreserved characters stay.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Bytes of an answer that becomes a result.
const LARGEST: usize = 4 << 20;

/// Headers that are about the message and not about the call.
const OF_THE_MESSAGE: [&str; 15] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "keep-alive",
    "last-event-id",
    "mcp-protocol-version",
    "mcp-session-id",
    "origin",
    "te",
    "trailer",
    "transfer-encoding",
];

/// Headers of an answer without which the next call cannot be made well.
const TOLD: [HeaderName; 3] = [header::ETAG, header::LOCATION, header::RETRY_AFTER];

/// The request that a call stands for. The error is a sentence for the model.
pub(super) fn request(
    tool: &Tool,
    mut arguments: JsonObject,
    caller: Option<&Parts>,
) -> Result<Request, String> {
    let mut path = tool.path.to_owned();
    let mut query: Vec<String> = Vec::new();
    let mut headers = caller
        .map(|caller| caller.headers.clone())
        .unwrap_or_default();
    for name in OF_THE_MESSAGE {
        headers.remove(name);
    }
    let mut cookies: Vec<String> = Vec::new();
    for argument in tool.arguments {
        let name = argument.name;
        if argument.location == Location::Header {
            headers.remove(name);
        }
        let texts = match arguments.remove(name) {
            // A model that leaves an argument out often says null.
            None | Some(Value::Null) => Vec::new(),
            Some(value) => texts(name, value)?,
        };
        match argument.location {
            Location::Path => {
                let Some(text) = texts.first().filter(|text| !text.is_empty()) else {
                    return Err(format!("The argument `{name}` is required."));
                };
                path = path.replace(&format!("{{{name}}}"), &escaped(text));
            }
            Location::Query => query.extend(pairs(argument, &texts)),
            Location::Header => {
                for text in texts {
                    let header = HeaderName::try_from(name).ok();
                    let value = HeaderValue::try_from(&text).ok();
                    let (Some(header), Some(value)) = (header, value) else {
                        return Err(format!("The argument `{name}` cannot be sent as a header."));
                    };
                    headers.append(header, value);
                }
            }
            Location::Cookie => {
                cookies.extend(texts.iter().map(|text| format!("{name}={}", escaped(text))));
            }
            Location::Body => {}
        }
    }
    let body = if tool.body {
        arguments.remove("body")
    } else {
        None
    };
    if let Some(unknown) = arguments.keys().next() {
        return Err(format!(
            "`{unknown}` is not an argument of `{}`.",
            tool.name
        ));
    }
    put_cookies(tool, cookies, &mut headers)?;
    let uri = if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    };
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let bytes = body.map(|body| body.to_string());
    if bytes.is_some() {
        let kind = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let mut request = Request::new(bytes.map_or_else(Body::empty, Body::from));
    *request.method_mut() = Method::from_bytes(tool.method.as_bytes()).unwrap_or_default();
    *request.uri_mut() = uri
        .try_into()
        .map_err(|_| "The arguments are longer than an address may be.".to_owned())?;
    *request.headers_mut() = headers;
    if let Some(caller) = caller {
        // Who is calling, and the id under which both lines of the log are found.
        let extensions = request.extensions_mut();
        if let Some(client) = caller.extensions.get::<ClientAddress>() {
            extensions.insert(*client);
        }
        if let Some(id) = caller.extensions.get::<RequestId>() {
            extensions.insert(id.clone());
        }
    }
    Ok(request)
}

/// The caller's cookies but for those that are arguments, and after them `given`, which are.
fn put_cookies(tool: &Tool, given: Vec<String>, headers: &mut HeaderMap) -> Result<(), String> {
    let is_argument = |name: &[u8]| {
        let mut arguments = tool.arguments.iter();
        arguments.any(|one| one.location == Location::Cookie && one.name.as_bytes() == name)
    };
    // Bytes, since the cookies that others have set need not be text.
    let lines = headers.get_all(header::COOKIE).iter();
    let mut cookies: Vec<Vec<u8>> = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .map(<[u8]>::trim_ascii)
        .filter(|pair| {
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
            !pair.is_empty() && !is_argument(name)
        })
        .map(<[u8]>::to_vec)
        .collect();
    cookies.extend(given.into_iter().map(String::into_bytes));
    headers.remove(header::COOKIE);
    if !cookies.is_empty() {
        let cookies = HeaderValue::try_from(cookies.join(&b"; "[..]));
        let cookies = cookies.map_err(|_| "A cookie cannot be sent.")?;
        headers.insert(header::COOKIE, cookies);
    }
    Ok(())
}

/// The texts of a parameter's value; one unless it is a list.
fn texts(name: &str, value: Value) -> Result<Vec<String>, String> {
    let one = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => Err(format!(
            "The argument `{name}` must be a string, a number, a boolean or a list of these."
        )),
    };
    match value {
        Value::Array(items) => items.into_iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

fn pairs(argument: &Argument, texts: &[String]) -> Vec<String> {
    let name = escaped(argument.name);
    let values: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
    if values.is_empty() {
        return Vec::new();
    }
    if argument.explode {
        return values
            .iter()
            .map(|value| format!("{name}={value}"))
            .collect();
    }
    vec![format!("{name}={}", values.join(","))]
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// What the service answers, as a result.
pub(super) async fn answer(service: Router, request: Request) -> CallToolResult {
    let response = match service.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let Ok(bytes) = Limited::new(body, LARGEST).collect().await else {
        return failure(format!(
            "The answer is larger than {LARGEST} bytes or broke off."
        ));
    };
    let bytes = bytes.to_bytes();
    let text = if bytes.is_empty() {
        parts.status.to_string()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let structured = serde_json::from_slice(&bytes).ok().filter(Value::is_object);
    let failed = parts.status.is_client_error() || parts.status.is_server_error();
    let mut result = if failed {
        CallToolResult::error(vec![Content::text(text)])
    } else {
        CallToolResult::success(vec![Content::text(text)])
    };
    result.structured_content = structured;
    let mut told = Map::new();
    for name in TOLD {
        if let Some(value) = parts
            .headers
            .get(&name)
            .and_then(|value| value.to_str().ok())
        {
            told.insert(name.to_string(), json!(value));
        }
    }
    let mut meta = Meta::new();
    meta.0
        .insert("status".to_owned(), json!(parts.status.as_u16()));
    if !told.is_empty() {
        meta.0.insert("headers".to_owned(), Value::Object(told));
    }
    result.meta = Some(meta);
    result
}

/// A call that did not become a request.
pub(super) fn failure(message: String) -> CallToolResult {
    CallToolResult::error(vec![Content::text(message)])
}
