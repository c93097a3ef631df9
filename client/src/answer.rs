//! An answer as it came, and what is wrong with it.

use std::fmt;

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::operation::Operation;

/// The longest body that is read: no answer of the contract comes near.
const LONGEST: usize = 64 * 1024 * 1024;

/// How much of a body is shown in a message.
const SHOWN: usize = 200;

/// An answer that the contract does not have: with [`operation`](Self::operation), [`status`](Self::status) and what was
/// wrong ([`problem`](Self::problem)), and raw.
#[derive(Clone)]
pub struct Answer(pub(crate) Box<Raw>);

/// Its parts, apart so that errors stay small.
#[derive(Clone)]
pub(crate) struct Raw {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) problem: Problem,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The operation does not declare this status.
    Status,
    /// The body is not `application/json`; what it says to be, if it does.
    ContentType(Option<String>),
    /// A body is declared, and there is none.
    Empty,
    /// The body is not what the contract says.
    Payload {
        /// Where, such as `posts[3].title`; `.` for the whole.
        path: String,
        /// What is wrong there.
        message: String,
    },
    /// The body is longer than 64 MiB; what was read of it is kept.
    TooLong,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("this status is not declared"),
            Self::ContentType(Some(found)) => {
                write!(f, "the body is {found}, not application/json")
            }
            Self::ContentType(None) => {
                f.write_str("the body has no content type; application/json is declared")
            }
            Self::Empty => f.write_str("a body is declared, and there is none"),
            Self::Payload { path, message } => {
                write!(f, "the body is wrong at `{path}`: {message}")
            }
            Self::TooLong => f.write_str("the body does not end"),
        }
    }
}

impl Answer {
    /// Reads a response to its end.
    pub(crate) async fn read(
        operation: &'static Operation,
        mut response: Response,
    ) -> reqwest::Result<Self> {
        let mut raw = Raw {
            operation,
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
            problem: Problem::Status,
        };
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                raw.problem = Problem::TooLong;
                break;
            }
        }
        raw.body = body.freeze();
        Ok(Self(Box::new(raw)))
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        // Generated code knows one arm for both: a declared 304 is the empty form of the 200.
        if self.0.status == StatusCode::NOT_MODIFIED && self.0.operation.not_modified {
            StatusCode::OK
        } else {
            self.0.status
        }
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The raw body.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Raw {
            operation,
            status,
            body,
            problem,
            ..
        } = &*self.0;
        write!(
            f,
            "{}: the server answered {status} outside the contract: {problem}",
            operation.id
        )?;
        // A success may hold tokens, which a message must not.
        if body.is_empty() || status.is_success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
        write!(
            f,
            " ({} bytes: {text:?}{})",
            body.len(),
            if body.len() > SHOWN { "..." } else { "" }
        )
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
