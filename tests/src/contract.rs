//! The contract as a judge: whether an answer is one that openapi.yml declares.

use std::sync::LazyLock;

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, ETAG};
use serde_json::{Value, json};

use crate::client::Sent;
use crate::schema::objection;
use crate::{Answer, coverage};

pub use portfolio_server::contract::BASE_PATH;

/// openapi.yml.
pub static CONTRACT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(portfolio_server::contract::OPENAPI_JSON).unwrap());

/// Headers that every answer of the contract's paths has, with their values. `cache-control` is that of an answer
/// without an entity tag.
pub const COMMON_HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("vary", "origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Headers that every answer has and that differ from run to run.
pub(crate) const UNSTABLE_HEADERS: [&str; 3] = ["content-length", "date", "x-request-id"];

const LIMIT_HEADERS: [&str; 3] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// An operation of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// GET, POST, PUT or DELETE.
    pub method: &'static str,
    /// Its path with parameters in braces, without the base path.
    pub path: &'static str,
    /// Its declaration.
    pub declaration: &'static Value,
}

/// All operations.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let paths = CONTRACT["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = ["get", "post", "put", "delete"].into_iter();
        methods.filter_map(move |method| {
            Some(Operation {
                method: match method {
                    "get" => "GET",
                    "post" => "POST",
                    "put" => "PUT",
                    _ => "DELETE",
                },
                path,
                declaration: item.get(method)?,
            })
        })
    });
    operations.collect()
});

impl Operation {
    /// The `operationId`.
    pub fn id(&self) -> &'static str {
        self.declaration["operationId"].as_str().unwrap()
    }

    /// The declared response of a status.
    pub fn response(&self, status: u16) -> Option<&'static Value> {
        Some(resolved(
            self.declaration["responses"].get(status.to_string())?,
        ))
    }

    /// Its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        let parameters = self.declaration["parameters"].as_array();
        parameters.into_iter().flatten().map(resolved)
    }

    /// The schema of its request body.
    pub fn body(&self) -> Option<&'static Value> {
        let body = self.declaration.get("requestBody")?;
        Some(resolved(&body["content"]["application/json"]["schema"]))
    }

    /// Bytes that its request body may have.
    pub fn body_limit(&self) -> usize {
        let own = self.declaration["requestBody"]["x-body-limit"].as_u64();
        own.or(CONTRACT["x-body-limit"].as_u64()).unwrap() as usize
    }

    /// Whether a token must be sent.
    pub fn needs_token(&self) -> bool {
        self.declaration["security"] == json!([{ "bearerAuth": [] }])
    }

    /// Whether a token may be sent.
    pub fn takes_token(&self) -> bool {
        self.declaration["security"] != json!([])
    }

    /// The role that the token must have.
    pub fn role(&self) -> Option<&'static str> {
        self.declaration["x-required-role"].as_str()
    }

    /// The requests that one client may make in a minute.
    pub fn rate_limit(&self) -> u64 {
        let name = self.declaration["x-rate-limit"].as_str().unwrap();
        CONTRACT["x-rate-limits"][name]["requests"]
            .as_u64()
            .unwrap()
    }

    /// Whether a path without the base path is one of this operation's.
    fn is_at(&self, path: &str) -> bool {
        let (pattern, path) = (self.path.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern
                .zip(path)
                .all(|(part, given)| part.starts_with('{') || part == given)
    }
}

/// What a `$ref` refers to, or the value itself.
pub fn resolved(value: &Value) -> &Value {
    let Some(reference) = value["$ref"].as_str() else {
        return value;
    };
    let pointer = reference.strip_prefix('#').unwrap();
    resolved(
        CONTRACT
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
    )
}

/// The operations at a request's path; none for a path that is not below the base path.
fn operations_at(request: &Sent) -> Option<Vec<&'static Operation>> {
    let path = request.path.split('?').next().unwrap();
    let path = path.strip_prefix(BASE_PATH)?;
    let there = OPERATIONS.iter().filter(|operation| operation.is_at(path));
    Some(there.collect())
}

/// The operation that a request is for. HEAD is GET without the body.
pub(crate) fn operation(request: &Sent) -> Option<&'static Operation> {
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let mut there = operations_at(request)?.into_iter();
    there.find(|operation| operation.method == method)
}

/// Writes an answer down for the running test, and says what in it the contract does not declare, if anything.
pub(crate) fn verdict(answer: &Answer, limits: bool, test: &str) -> Result<(), String> {
    let request = &answer.request;
    let Some(there) = operations_at(request) else {
        return Ok(());
    };
    let preflight = request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if request.method == Method::OPTIONS && preflight && answer.status == 204 {
        return Ok(());
    }
    let operation = operation(request);
    if let Some(operation) = operation.filter(|_| request.method != Method::HEAD) {
        coverage::record(test, operation.id(), answer.status.as_u16());
    }
    let faults = match operation {
        Some(operation) => [of_operation(answer, operation), of_limits(answer, limits)].concat(),
        None => of_nobody(answer, &there),
    };
    let faults = [faults, of_headers(answer)].concat();
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("{faults:#?}\n{answer}"))
}

/// An operation's answer.
fn of_operation(answer: &Answer, operation: &Operation) -> Vec<String> {
    let status = answer.status.as_u16();
    let Some(declared) = operation.response(status) else {
        return vec![format!("status {status} is not declared")];
    };
    let mut found = of_error(answer);
    for (name, header) in declared["headers"].as_object().into_iter().flatten() {
        let header = resolved(header);
        match answer.headers.get(name) {
            Some(value) => {
                let text = value.to_str().unwrap();
                let value = match header["schema"]["type"].as_str() {
                    Some("integer") => text
                        .parse::<u64>()
                        .map_or(json!(text), |number| json!(number)),
                    _ => json!(text),
                };
                let fault = objection(&header["schema"], &value);
                found.extend(fault.map(|fault| format!("header {name}: {fault}")));
            }
            None if header["required"] == true => {
                found.push(format!("the header {name} is missing"))
            }
            None => {}
        }
    }
    match declared["content"].get("application/json") {
        Some(content) => {
            if answer
                .headers
                .get(CONTENT_TYPE)
                .is_none_or(|value| value != "application/json")
            {
                found.push("the body is not declared as JSON".to_owned());
            }
            let compressed = answer.headers.contains_key(CONTENT_ENCODING);
            if answer.request.method != Method::HEAD && !compressed {
                found.extend(objection(&content["schema"], &answer.body));
            }
        }
        None if !answer.body.is_null() => found.push("a body is not declared".to_owned()),
        None => {}
    }
    found
}

/// An answer of the layer to a path or method that the contract does not have.
fn of_nobody(answer: &Answer, there: &[&Operation]) -> Vec<String> {
    let mut found = Vec::new();
    if answer.request.method != Method::HEAD {
        found = of_error(answer);
        let schema = &CONTRACT["components"]["schemas"]["Error"];
        found.extend(objection(schema, &answer.body));
    }
    let expected = if there.is_empty() { 404 } else { 405 };
    if answer.status != expected {
        found.push(format!("the status is not {expected}"));
    }
    if !there.is_empty() {
        let mut methods: Vec<&str> = there.iter().map(|operation| operation.method).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        if answer
            .headers
            .get(ALLOW)
            .is_none_or(|allow| *allow != *methods.join(", "))
        {
            found.push(format!("Allow is not {methods:?}"));
        }
    }
    found
}

/// What every error's body says, beside what its schema can say.
fn of_error(answer: &Answer) -> Vec<String> {
    let status = answer.status;
    if status.as_u16() < 400 || answer.request.method == Method::HEAD {
        return Vec::new();
    }
    let mut found = Vec::new();
    if answer["statusCode"] != status.as_u16() {
        found.push("statusCode is not the status".to_owned());
    }
    if answer["error"].as_str() != status.canonical_reason() {
        found.push("error is not the reason phrase".to_owned());
    }
    let violations = answer["details"]["violations"].as_array();
    if (status == 400) != violations.is_some_and(|violations| !violations.is_empty()) {
        found.push("a 400, and nothing else, lists violations".to_owned());
    }
    found
}

fn of_limits(answer: &Answer, limits: bool) -> Vec<String> {
    let told = LIMIT_HEADERS.map(|name| answer.headers.contains_key(name));
    // A limit that could not be looked up cannot be told.
    if told == [limits; 3] || answer.status == 503 {
        Vec::new()
    } else {
        vec![format!(
            "rate limits are on: {limits}, and the answer tells of them: {told:?}"
        )]
    }
}

fn of_headers(answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in COMMON_HEADERS {
        // What has an entity tag may be kept by its caller and asked for again.
        let tagged = name == "cache-control" && answer.headers.contains_key(ETAG);
        let value = if tagged { "private, no-cache" } else { value };
        let values: Vec<_> = answer
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        // A response that may be compressed, or allows an origin, varies by more.
        let good = match name {
            "vary" => values.join(", ").split(", ").any(|part| part == value),
            _ => values == [value],
        };
        if !good {
            found.push(format!("{name} is {values:?}"));
        }
    }
    if !answer.headers.contains_key("x-request-id") {
        found.push("no x-request-id".to_owned());
    }
    found
}
