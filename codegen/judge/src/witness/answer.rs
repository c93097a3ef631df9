//! What came back, and how it is shown.

use std::fmt::{self, Write};
use std::ops::Index;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::contract::{COMMON_HEADERS, Contract};
use super::operation::Operation;
use super::redaction::redacted;

/// Headers that every answer has and that differ from run to run.
const UNSTABLE_HEADERS: [&str; 3] = ["content-length", "date", "x-request-id"];

/// A request as it was sent.
#[derive(Debug)]
pub struct Sent {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The headers that a test or its client set.
    pub headers: HeaderMap,
    /// The body, if it is JSON.
    pub json: Option<Value>,
}

/// An answer, with the request that it answers.
#[derive(Debug)]
pub struct Answer {
    contract: &'static Contract,
    /// The request.
    pub request: Sent,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null if there is none, a string if it is not JSON.
    pub body: Value,
}

impl Answer {
    pub(super) fn new(
        contract: &'static Contract,
        request: Sent,
        status: StatusCode,
        headers: HeaderMap,
        bytes: &[u8],
    ) -> Self {
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            let text = || Value::from(String::from_utf8_lossy(bytes));
            serde_json::from_slice(bytes).unwrap_or_else(|_| text())
        };
        Self {
            contract,
            request,
            status,
            headers,
            body,
        }
    }

    /// The operation that was asked.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.contract.operation(&self.request)
    }

    /// The data of its events, if it is a stream of them (WHATWG HTML, "Server-sent events"). Data that is not JSON is a
    /// string.
    #[must_use]
    pub fn events(&self) -> Option<Vec<Value>> {
        let events = self.named_events()?.into_iter();
        Some(events.map(|(_, data)| data).collect())
    }

    /// The same with the events' names; those without one are called `message`.
    #[must_use]
    pub fn named_events(&self) -> Option<Vec<(String, Value)>> {
        let media_type = self.headers.get(CONTENT_TYPE)?;
        let text = self
            .body
            .as_str()
            .filter(|_| media_type == "text/event-stream")?;
        let events = text.split("\n\n").filter_map(|event| {
            let lines = event.lines().filter_map(|line| line.strip_prefix("data:"));
            let data: Vec<&str> = lines
                .map(|data| data.strip_prefix(' ').unwrap_or(data))
                .collect();
            let data = data.join("\n");
            let value = serde_json::from_str(&data).unwrap_or_else(|_| data.as_str().into());
            let mut names = event.lines().filter_map(|line| line.strip_prefix("event:"));
            let name = names.next_back().map_or("message", str::trim).to_owned();
            (!data.is_empty()).then_some((name, value))
        });
        Some(events.collect())
    }

    /// Itself, if it has this status.
    #[track_caller]
    #[must_use]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    /// Asserts the status.
    #[track_caller]
    pub fn has(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{self}");
    }

    /// A header that must be there.
    #[track_caller]
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("no {name}: {self}"))
            .to_str()
            .unwrap()
    }

    /// The body's `id`, if that is text.
    #[track_caller]
    #[must_use]
    pub fn id(&self) -> &str {
        self.body["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id: {self}"))
    }

    /// The violations of a 400 whose error lists them as `details.violations`, as `where pointer: message`, sorted.
    #[track_caller]
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.has(400);
        let violations = self.body["details"]["violations"].as_array();
        let text = |violation: &Value, name: &str| violation[name].as_str().unwrap().to_owned();
        let mut violations: Vec<String> = violations
            .unwrap_or_else(|| panic!("no violations: {self}"))
            .iter()
            .map(|violation| {
                let [part, pointer, message] =
                    ["where", "pointer", "message"].map(|name| text(violation, name));
                format!("{part} {pointer}: {message}")
            })
            .collect();
        violations.sort();
        violations
    }

    /// Where those violations are, as `where pointer`, sorted, each once.
    #[track_caller]
    #[must_use]
    pub fn violated(&self) -> Vec<String> {
        let places = self.violations();
        let place = |violation: &String| violation.split_once(": ").unwrap().0.to_owned();
        let mut places: Vec<String> = places.iter().map(place).collect();
        places.dedup();
        places
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        &self.body[name]
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation().map_or("no operation", |one| one.id());
        write!(f, "{operation}\n{}", conversation(&[self]))
    }
}

impl Answer {
    /// The request with its headers and body, an empty line, and the answer alike. Headers that every answer of the
    /// contract has are held against their values elsewhere and left out.
    fn write(&self, f: &mut String) -> fmt::Result {
        let Sent {
            method,
            path,
            headers,
            json,
        } = &self.request;
        writeln!(f, "{method} {path}")?;
        for (name, value) in sorted(headers) {
            if !(name == CONTENT_TYPE.as_str() && json.is_some()) {
                writeln!(f, "{name}: {value}")?;
            }
        }
        if let Some(body) = json {
            writeln!(f, "\n{body:#}")?;
        }
        writeln!(f, "\n{}", self.status)?;
        for (name, value) in sorted(&self.headers) {
            let common = COMMON_HEADERS.contains(&(&name, &value));
            if !common && !UNSTABLE_HEADERS.contains(&name.as_str()) {
                writeln!(f, "{name}: {value}")?;
            }
        }
        match &self.body {
            Value::Null => Ok(()),
            Value::String(text) => writeln!(f, "\n{text}"),
            body => writeln!(f, "\n{body:#}"),
        }
    }
}

fn sorted(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    headers.sort();
    headers
}

/// Answers as one text, with what is random in them replaced by numbered names.
#[must_use]
pub fn conversation(answers: &[&Answer]) -> String {
    let mut text = String::new();
    for answer in answers {
        if !text.is_empty() {
            text.push_str("\n---\n\n");
        }
        // Writing to a String cannot fail.
        let _ = answer.write(&mut text);
    }
    redacted(&text)
}
