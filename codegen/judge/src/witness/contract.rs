//! A contract as a judge of answers.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, ETAG};
use serde_json::{Value, json};

use super::answer::{Answer, Sent};
use super::operation::{Operation, operations, resolved};
use super::strict::strict;
use crate::{Judge, Reading};

/// Headers that every answer has, with their values. `cache-control` is that of an answer without an entity tag.
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

const LIMIT_HEADERS: [&str; 3] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// What a contract declares, and whether an answer is that.
pub struct Contract {
    document: &'static Value,
    base_path: &'static str,
    operations: Vec<Operation>,
    rule: fn(&Answer) -> Vec<String>,
    judge: Judge,
    /// Schemas that were read before, by their address in the document.
    readings: Mutex<HashMap<usize, Arc<Reading>>>,
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("title", &self.title())
            .finish_non_exhaustive()
    }
}

impl Contract {
    /// A contract as JSON. It lives as long as the process: a test reads it once, in a `LazyLock`.
    ///
    /// # Panics
    ///
    /// If it is no contract.
    #[must_use]
    pub fn read(json: &str) -> Self {
        let document: Value = serde_json::from_str(json).unwrap();
        let document: &'static Value = Box::leak(Box::new(document));
        let server = document["servers"][0]["url"].as_str().unwrap_or_default();
        Self {
            document,
            base_path: path_of(server),
            operations: operations(document),
            rule: |_| Vec::new(),
            judge: Judge::new(&strict(document, document)),
            readings: Mutex::default(),
        }
    }

    /// With a rule of the service about its answers, beyond what schemas can say: what is wrong with an answer, a sentence each.
    #[must_use]
    pub fn with_rule(self, rule: fn(&Answer) -> Vec<String>) -> Self {
        Self { rule, ..self }
    }

    /// The contract itself.
    #[must_use]
    pub fn document(&self) -> &'static Value {
        self.document
    }

    /// `info.title`.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.document["info"]["title"].as_str().unwrap_or_default()
    }

    /// The path of the first server: what every operation's path begins with.
    #[must_use]
    pub fn base_path(&self) -> &'static str {
        self.base_path
    }

    /// All operations, in the order of the document.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// What a `$ref` of this contract refers to, or the value itself.
    #[must_use]
    pub fn resolved(&self, value: &'static Value) -> &'static Value {
        resolved(self.document, value)
    }

    /// What is wrong with `value` as `schema`, a part of this contract, has it.
    #[must_use]
    pub fn objection(&self, schema: &'static Value, value: &Value) -> Option<String> {
        let address = std::ptr::from_ref(schema).addr();
        let mut readings = self.readings.lock().unwrap();
        let reading = readings
            .entry(address)
            .or_insert_with(|| Arc::new(self.judge.schema(&strict(self.document, schema))))
            .clone();
        drop(readings);
        reading.objection(value)
    }

    /// The operations at a request's path; none for a path that is not below the base path.
    fn operations_at(&self, request: &Sent) -> Option<Vec<Operation>> {
        let path = request.path.split('?').next().unwrap();
        let path = path.strip_prefix(self.base_path)?;
        let there = || self.operations.iter().filter(|one| one.is_at(path));
        let closest = there().map(Operation::written_out).max();
        let there = there().filter(|one| Some(one.written_out()) == closest);
        Some(there.copied().collect())
    }

    /// The operation that a request is for. HEAD is GET without the body.
    #[must_use]
    pub fn operation(&self, request: &Sent) -> Option<Operation> {
        let there = self.operations_at(request)?;
        there.into_iter().find(|one| one.has(&request.method))
    }

    /// What in an answer the contract does not declare, a sentence each. `limits` says whether rate limits are on, so
    /// that the answers of limited operations must tell of them.
    #[must_use]
    pub fn faults(&self, answer: &Answer, limits: bool) -> Vec<String> {
        let request = &answer.request;
        let Some(there) = self.operations_at(request) else {
            return Vec::new();
        };
        let preflight = request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if request.method == Method::OPTIONS && preflight && answer.status == 204 {
            return Vec::new();
        }
        let mut found = match self.operation(request) {
            Some(operation) => [
                self.of_operation(answer, operation),
                of_limits(answer, limits && operation.rate_limit().is_some()),
            ]
            .concat(),
            None => self.of_nobody(answer, &there),
        };
        found.extend((self.rule)(answer));
        found.extend(of_headers(answer));
        found
    }

    /// An operation's answer.
    fn of_operation(&self, answer: &Answer, operation: Operation) -> Vec<String> {
        let status = answer.status.as_u16();
        let Some(declared) = operation.response(status) else {
            return vec![format!("status {status} is not declared")];
        };
        let mut found = Vec::new();
        for (name, header) in declared["headers"].as_object().into_iter().flatten() {
            let header = self.resolved(header);
            match answer.headers.get(name) {
                Some(value) => {
                    let schema = self.resolved(&header["schema"]);
                    let value = read(schema, &String::from_utf8_lossy(value.as_bytes()));
                    let fault = self.objection(schema, &value);
                    found.extend(fault.map(|fault| format!("header {name}: {fault}")));
                }
                None if header["required"] == true => {
                    found.push(format!("the header {name} is missing"));
                }
                None => {}
            }
        }
        found.extend(self.of_body(answer, declared["content"].as_object()));
        found
    }

    fn of_body(
        &self,
        answer: &Answer,
        declared: Option<&'static serde_json::Map<String, Value>>,
    ) -> Vec<String> {
        let Some(declared) = declared else {
            return match &answer.body {
                Value::Null => Vec::new(),
                _ => vec!["a body is not declared".to_owned()],
            };
        };
        let given = answer.headers.get(CONTENT_TYPE);
        let given = given
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let Some(content) = declared.get(given) else {
            return vec![format!("the body is declared as {given:?}")];
        };
        let compressed = answer.headers.contains_key(CONTENT_ENCODING);
        if answer.request.method == Method::HEAD || compressed {
            return Vec::new();
        }
        let schema = &content["schema"];
        match answer.named_events() {
            Some(events) => {
                // A failure's event has the schema of errors.
                let error = self.document["x-error-schema"].as_str().unwrap_or_default();
                let error = &self.document["components"]["schemas"][error];
                let schema_of = |name: &str| match content["x-error-event"] == name {
                    true => error,
                    false => schema,
                };
                let faults = events
                    .iter()
                    .filter_map(|(name, event)| self.objection(schema_of(name), event));
                faults.collect()
            }
            None => self.objection(schema, &answer.body).into_iter().collect(),
        }
    }

    /// An answer of the layer to a path or method that the contract does not have.
    fn of_nobody(&self, answer: &Answer, there: &[Operation]) -> Vec<String> {
        let mut found = Vec::new();
        if answer.request.method != Method::HEAD {
            let error = self.document["x-error-schema"].as_str().unwrap_or_default();
            let schema = &self.document["components"]["schemas"][error];
            found.extend(self.objection(schema, &answer.body));
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
            let allowed = answer.headers.get(ALLOW);
            if allowed.is_none_or(|allow| *allow != *methods.join(", ")) {
                found.push(format!("Allow is not {methods:?}"));
            }
        }
        found
    }
}

/// The path of a server's URL, without a slash at its end.
fn path_of(url: &'static str) -> &'static str {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => url,
    };
    path.trim_end_matches('/')
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

/// The value that a header's text stands for. What is none of its type stays text, to which the schema objects.
fn read(schema: &Value, text: &str) -> Value {
    let typed = || serde_json::from_str(text).ok();
    let value = match schema["type"].as_str() {
        Some("integer" | "number") => typed().filter(Value::is_number),
        Some("boolean") => typed().filter(Value::is_boolean),
        _ => None,
    };
    value.unwrap_or_else(|| json!(text))
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
            .map(|value| value.to_str().unwrap_or("not ASCII"))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Contract, path_of, read};

    #[test]
    fn a_header_is_read_by_its_type() {
        let (integer, boolean) = (json!({"type": "integer"}), json!({"type": "boolean"}));
        assert_eq!(read(&integer, "-3"), json!(-3));
        assert_eq!(read(&integer, "many"), json!("many"));
        assert_eq!(read(&boolean, "true"), json!(true));
        assert_eq!(read(&boolean, "1"), json!("1"));
        assert_eq!(read(&json!({"type": "string"}), "7"), json!("7"));
    }

    #[test]
    fn an_operation_has_the_parameters_of_its_path_and_its_own_first() {
        let parameter =
            |name: &str, text: &str| json!({"name": name, "in": "query", "description": text});
        let document = json!({
            "info": {"title": "T"},
            "components": {"schemas": {}},
            "paths": {"/x": {
                "parameters": [parameter("a", "path"), parameter("b", "path")],
                "get": {"operationId": "x", "parameters": [parameter("b", "own")], "responses": {}},
            }},
        });
        let contract = Contract::read(&document.to_string());
        let found: Vec<_> = contract.operations()[0]
            .parameters()
            .map(|one| [&one["name"], &one["description"]])
            .collect();
        assert_eq!(found, [["b", "own"], ["a", "path"]]);
    }

    #[test]
    fn a_base_path_is_the_path_of_a_servers_url() {
        for (url, path) in [
            ("/v1", "/v1"),
            ("/", ""),
            ("https://api.example.com/api/v1/", "/api/v1"),
            ("https://api.example.com", ""),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }
}
