//! The handwritten side: the same routes as an axum developer writes them, with axum's extractors,
//! serde and a function that checks each bound.

use std::fmt::Write;

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Json, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, extract::FromRequest};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/v1/notes/{note_id}/related", get(related))
        .route("/v1/notes/preview", post(preview))
        .layer(DefaultBodyLimit::max(4096))
}

#[derive(Serialize)]
struct Note {
    id: Uuid,
    title: String,
    text: String,
    tags: Vec<String>,
    source: Option<String>,
    #[serde(rename = "createdAt", serialize_with = "milliseconds")]
    created_at: DateTime<Utc>,
}

fn milliseconds<S: serde::Serializer>(
    time: &DateTime<Utc>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.format("%Y-%m-%dT%H:%M:%S%.3fZ"))
}

#[derive(Serialize)]
struct NoteList {
    notes: Vec<Note>,
    total: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteCreate {
    title: String,
    text: String,
    tags: Vec<String>,
    #[serde(default)]
    #[allow(dead_code)]
    pinned: bool,
    #[serde(default = "usual_priority")]
    priority: i64,
    source: Option<String>,
}

fn usual_priority() -> i64 {
    3
}

#[derive(Deserialize)]
struct Page {
    #[serde(default = "usual_limit")]
    limit: i64,
    #[serde(default)]
    offset: i64,
    search: Option<String>,
}

fn usual_limit() -> i64 {
    20
}

#[derive(Serialize)]
struct Problem {
    status: u16,
    message: &'static str,
    violations: Vec<Violation>,
}

#[derive(Serialize)]
struct Violation {
    r#where: &'static str,
    pointer: String,
    message: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

/// Every violation of a request.
struct Violations {
    r#where: &'static str,
    list: Vec<Violation>,
}

impl Violations {
    fn of(r#where: &'static str) -> Self {
        Self {
            r#where,
            list: Vec::new(),
        }
    }

    fn add(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.list.push(Violation {
            r#where: self.r#where,
            pointer: pointer.into(),
            message: message.into(),
        });
    }

    fn range(&mut self, pointer: &str, value: i64, min: i64, max: i64) {
        if value < min {
            self.add(pointer, format!("must be at least {min}"));
        } else if value > max {
            self.add(pointer, format!("must be at most {max}"));
        }
    }

    fn length(&mut self, pointer: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min {
            self.add(
                pointer,
                format!("must have at least {min} character{}", plural(min)),
            );
        } else if length > max {
            self.add(
                pointer,
                format!("must have at most {max} character{}", plural(max)),
            );
        }
    }

    fn end(self) -> Result<(), Problem> {
        if self.list.is_empty() {
            Ok(())
        } else {
            Err(Problem::of(self.list))
        }
    }
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

impl Problem {
    fn of(violations: Vec<Violation>) -> Self {
        Self {
            status: 400,
            message: "The request does not follow the contract; every violation is listed.",
            violations,
        }
    }

    /// What serde or axum refused before anything could be checked.
    fn refused(status: StatusCode, r#where: &'static str, message: String) -> Self {
        let mut violations = Violations::of(r#where);
        violations.add("", message);
        Self {
            status: status.as_u16(),
            ..Self::of(violations.list)
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::refused(rejection.status(), "path", rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::refused(rejection.status(), "query", rejection.body_text())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::refused(rejection.status(), "body", rejection.body_text())
    }
}

/// JSON whose rejection has this service's shape.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(Problem))]
struct Body<T>(T);

async fn related(
    path: Result<Path<Uuid>, PathRejection>,
    query: Result<Query<Page>, QueryRejection>,
) -> Result<Json<NoteList>, Problem> {
    let Path(id) = path?;
    let Query(page) = query?;
    let mut violations = Violations::of("query");
    violations.range("limit", page.limit, 1, 100);
    violations.range("offset", page.offset, 0, i64::MAX);
    if let Some(search) = &page.search {
        violations.length("search", search, 1, 100);
    }
    violations.end()?;
    Ok(Json(NoteList {
        notes: vec![Note {
            id,
            title: page.search.unwrap_or_default(),
            text: String::new(),
            tags: Vec::new(),
            source: None,
            created_at: DateTime::UNIX_EPOCH,
        }],
        total: page.limit + page.offset,
    }))
}

async fn preview(Body(note): Body<NoteCreate>) -> Result<Json<Note>, Problem> {
    check(&note)?;
    Ok(Json(Note {
        id: Uuid::nil(),
        title: note.title,
        text: note.text,
        tags: note.tags,
        source: note.source,
        created_at: DateTime::UNIX_EPOCH,
    }))
}

fn check(note: &NoteCreate) -> Result<(), Problem> {
    let mut violations = Violations::of("body");
    violations.length("/title", &note.title, 1, 100);
    violations.length("/text", &note.text, 1, 2000);
    if note.tags.is_empty() {
        violations.add("/tags", "must have at least 1 item");
    } else if note.tags.len() > 5 {
        violations.add("/tags", "must have at most 5 items");
    }
    let mut pointer = String::new();
    for (index, tag) in note.tags.iter().enumerate() {
        pointer.clear();
        // Writing to a String cannot fail.
        let _ = write!(pointer, "/tags/{index}");
        if note.tags[..index].contains(tag) {
            violations.add(pointer.as_str(), "must not repeat an earlier item");
        }
        violations.length(&pointer, tag, 1, 20);
        if tag.is_empty()
            || !tag
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        {
            violations.add(pointer.as_str(), "must match the pattern ^[a-z-]+$");
        }
    }
    violations.range("/priority", note.priority, 1, 5);
    if let Some(source) = &note.source
        && fluent_uri::Uri::parse(source.as_str()).is_err()
    {
        violations.add(
            "/source",
            "must be an absolute URI such as https://example.com/page",
        );
    }
    violations.end()
}
