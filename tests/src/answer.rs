//! What came back, and how it is shown.

use std::fmt::{self, Write};
use std::ops::Index;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use crate::client::Sent;
use crate::contract::{self, COMMON_HEADERS, UNSTABLE_HEADERS};
use crate::deployed;
use crate::redaction::redacted;

/// An answer, with the request that it answers.
#[derive(Debug)]
pub struct Answer {
    pub(crate) request: Sent,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null if there is none, a string if it is not JSON.
    pub body: Value,
}

impl Answer {
    pub(crate) fn new(request: Sent, status: StatusCode, headers: HeaderMap, bytes: &[u8]) -> Self {
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            let text = || Value::from(String::from_utf8_lossy(bytes));
            serde_json::from_slice(bytes).unwrap_or_else(|_| text())
        };
        Self {
            request,
            status,
            headers: deployed::as_local(headers),
            body,
        }
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
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("no {name}: {self}"))
            .to_str()
            .unwrap()
    }

    /// The body's `id`.
    #[track_caller]
    pub fn id(&self) -> &str {
        self.body["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id: {self}"))
    }

    /// The violations of a 400, as `where pointer: message`, sorted.
    #[track_caller]
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

    /// Where the violations of a 400 are, as `where pointer`, sorted, each once.
    #[track_caller]
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
        let operation = contract::operation(&self.request).map_or("no operation", |o| o.id());
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
