//! Requests for every operation.
//!
//! An input is up to four requests, with [`END`] between them. A request is up to five parts, with [`STOP`] between them:
//! choices, a byte each ([`Choices`]), values of path parameters, the query, lines of headers, and the body.

use std::collections::HashMap;
use std::sync::LazyLock;

use contract_judge::edits::{Vocabulary, edited};
use contract_judge::mutations::{at_the_bounds, mutations};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};

use super::world::{self, World};
use crate::contract::{CONTRACT, OPERATIONS, Operation};
use crate::resident::Resident;

/// Ends a request; no byte of UTF-8.
const END: u8 = 0xFE;
/// Ends a part of a request; no byte of UTF-8.
const STOP: u8 = 0xFF;

/// Requests of one input.
const MOST: usize = 4;

/// An id that nothing has.
const NOWHERE: &str = "019b8d2b-8c00-7f42-a3d6-58b90c17e2f4";

/// What is not written as it is in a request's target (RFC 3986, section 3); `%` is, so that anything can be said wrong.
const WRITTEN_OUT: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The same in a path, which `?` ends.
const WRITTEN_OUT_IN_PATHS: AsciiSet = WRITTEN_OUT.add(b'?');

/// Names of headers that a line's first byte chooses from.
const HEADERS: [&str; 24] = [
    "if-match",
    "if-none-match",
    "x-session-id",
    "cookie",
    "content-type",
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "accept",
    "accept-encoding",
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "authorization",
    "x-forwarded-for",
    "forwarded",
    "x-request-id",
    "traceparent",
    "x-amzn-trace-id",
    "range",
    "expect",
    "host",
    "x-http-method-override",
    "if-modified-since",
];

/// Names and values that bodies may know.
const VOCABULARY: &str = include_str!("vocabulary.json");

/// The vocabulary with what signs in.
static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut words = Vocabulary::read(VOCABULARY);
    let [_, refresh] = &Resident::get().session;
    for (name, value) in [
        ("refreshToken", refresh.as_str()),
        ("email", crate::EMAIL),
        ("password", crate::PASSWORD),
    ] {
        words.0.push((name.to_owned(), json!(value)));
    }
    words
});

/// Bodies to begin with, by operation: its example, at the bounds of its constraints, and with one fault each.
static BODIES: LazyLock<HashMap<&str, Vec<Value>>> = LazyLock::new(|| {
    let bodies = OPERATIONS.iter().filter_map(|operation| {
        let schema = operation.body()?;
        let example = &schema["example"];
        let mut values = vec![example.clone()];
        values.extend(at_the_bounds(&CONTRACT, schema, example));
        values.extend(mutations(example));
        Some((operation.id(), values))
    });
    bodies.collect()
});

/// What a request's first bytes choose; those that are not there are zero.
struct Choices {
    operation: usize,
    caller: u8,
    method: u8,
    path: u8,
    query: u8,
    body: u8,
    /// Which of the bodies to begin with.
    first: usize,
}

impl Choices {
    fn read(bytes: &[u8]) -> Self {
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        Self {
            operation: usize::from(byte(0)) % OPERATIONS.len(),
            caller: byte(1),
            method: byte(2),
            path: byte(3),
            query: byte(4),
            body: byte(5),
            first: usize::from(u16::from_be_bytes([byte(6), byte(7)])),
        }
    }
}

/// Asks for what the bytes say.
///
/// # Panics
///
/// If an answer is one that the contract does not declare, or a failure of the server.
pub fn operations(bytes: &[u8]) {
    world::with(|world| {
        let mut made = None;
        for request in bytes.split(|byte| *byte == END).take(MOST) {
            let mut parts = request.splitn(5, |byte| *byte == STOP);
            let [choices, path, query, headers, body] =
                [(); 5].map(|()| parts.next().unwrap_or_default());
            let choices = Choices::read(choices);
            let operation = OPERATIONS[choices.operation];
            let mut target = self::path(world, &operation, &choices, path, made.as_deref());
            target.push_str(&self::query(&operation, choices.query, query));
            let (headers, body) = (
                self::headers(world, &choices, headers),
                self::body(&operation, &choices, body),
            );
            let answer = world.ask(method(&operation, choices.method), &target, headers, body);
            if answer.status == 201 {
                made = Some(answer.id().to_owned());
            }
        }
    });
}

fn method(operation: &Operation, choice: u8) -> Method {
    let name = match choice {
        0xF8 => "HEAD",
        0xF9 => "OPTIONS",
        0xFA => "PATCH",
        0xFB => "GET",
        0xFC => "POST",
        0xFD => "get",
        _ => operation.method,
    };
    name.parse().unwrap()
}

fn path(
    world: &World,
    operation: &Operation,
    choices: &Choices,
    raw: &[u8],
    made: Option<&str>,
) -> String {
    let kind = match operation.path {
        path if path.starts_with("/blog") => 0,
        path if path.starts_with("/projects") => 1,
        path if path.starts_with("/certifications") => 2,
        _ => usize::from(choices.path / 8) % 3,
    };
    let mut raw = raw.split(|byte| *byte == b'/');
    let mut parameter = |name: &str| {
        let raw = raw.next().filter(|value| !value.is_empty()).unwrap_or(b"0");
        match choices.path % 8 {
            0 | 1 | 4 if name == "contentType" => {
                ["blog", "project", "certification"][kind].to_owned()
            }
            0 => world.ids[kind][0].clone(),
            1 => world.ids[kind][1].clone(),
            2 => percent_encode(raw, NON_ALPHANUMERIC).to_string(),
            3 => percent_encode(raw, &WRITTEN_OUT_IN_PATHS).to_string(),
            4 => made.unwrap_or(NOWHERE).to_owned(),
            _ => NOWHERE.to_owned(),
        }
    };
    let parts = operation.path.split('/');
    let parts = parts.map(|part| {
        match part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'))
        {
            Some(name) => parameter(name),
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// As it is, or the values of the parameters that the operation declares, with `&` between them.
fn query(operation: &Operation, choice: u8, raw: &[u8]) -> String {
    if raw.is_empty() {
        return String::new();
    }
    if choice.is_multiple_of(2) {
        return format!("?{}", percent_encode(raw, &WRITTEN_OUT));
    }
    let declared = operation
        .parameters()
        .filter(|parameter| parameter["in"] == "query");
    let values = raw
        .split(|byte| *byte == b'&')
        .zip(declared)
        .filter(|(value, _)| !value.is_empty());
    let pairs = values.map(|(value, parameter)| {
        let name = parameter["name"].as_str().unwrap();
        format!("{name}={}", percent_encode(value, NON_ALPHANUMERIC))
    });
    format!("?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn headers(world: &World, choices: &Choices, raw: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let caller = match choices.caller % 5 {
        0 => None,
        1 | 2 => Some(format!("Bearer {}", Resident::get().token)),
        3 => Some(world.reader()),
        _ => Some(world.late_owner()),
    };
    if let Some(caller) = caller {
        headers.insert(header::AUTHORIZATION, caller.parse().unwrap());
    }
    if choices.body % 8 < 6 {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    let lines = raw.split(|byte| *byte == b'\n');
    for (name, value) in lines.filter_map(|line| line.split_first()) {
        let name = HEADERS[usize::from(*name) % HEADERS.len()];
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    headers
}

/// One of the operation's, changed, or the bytes as they are.
fn body(operation: &Operation, choices: &Choices, raw: &[u8]) -> Vec<u8> {
    match (BODIES.get(operation.id()), choices.body % 4) {
        (Some(bodies), 0..3) => {
            let first = &bodies[choices.first % bodies.len()];
            edited(first, &WORDS, raw).to_string().into_bytes()
        }
        _ => raw.to_vec(),
    }
}
