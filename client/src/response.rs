//! What an operation answers.

use std::fmt;
use std::ops::Deref;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};
use serde::de::value::UnitDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::answer::{Answer, Problem};
use crate::error::Error;
use crate::operation::Operation;

/// A declared answer: a typed body with its status and headers.
#[derive(Clone)]
pub struct ResponseValue<T> {
    inner: T,
    head: Box<Head>,
}

#[derive(Clone)]
struct Head {
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> ResponseValue<T> {
    /// The body.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.head.operation
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The version of the item, to send back as `If-Match` or `If-None-Match` (RFC 9110, section 8.8.3).
    pub fn etag(&self) -> Option<&str> {
        self.header(&ETAG)
    }

    /// The path of a new item (RFC 9110, section 10.2.2).
    pub fn location(&self) -> Option<&str> {
        self.header(&LOCATION)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    pub(crate) async fn from_response(mut answer: Answer) -> Result<Self, Error> {
        match parse(&answer) {
            Ok(inner) => Ok(Self {
                inner,
                head: Head::of(answer),
            }),
            Err(problem) => {
                answer.0.problem = problem;
                Err(Error::UnexpectedResponse(answer))
            }
        }
    }
}

impl ResponseValue<()> {
    pub(crate) fn empty(answer: Answer) -> Self {
        Self {
            inner: (),
            head: Head::of(answer),
        }
    }
}

impl Head {
    fn of(answer: Answer) -> Box<Self> {
        Box::new(Self {
            operation: answer.0.operation,
            status: answer.0.status,
            headers: answer.0.headers,
        })
    }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, Problem> {
    if answer.0.status == StatusCode::NOT_MODIFIED {
        return T::deserialize(UnitDeserializer::<serde_json::Error>::new())
            .map_err(|_| Problem::Status);
    }
    let content_type = answer
        .0
        .headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    // Its parameters do not matter: JSON has no charset (RFC 8259, section 11).
    let essence = content_type
        .as_deref()
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::ContentType(
            content_type.map(|value| value.into_owned()),
        ));
    }
    if answer.0.body.is_empty() {
        return Err(Problem::Empty);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(&answer.0.body);
    let value =
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| Problem::Payload {
            path: error.path().to_string(),
            message: error.inner().to_string(),
        })?;
    let rest = deserializer.end();
    rest.map_err(|error| Problem::Payload {
        path: ".".to_owned(),
        message: error.to_string(),
    })?;
    Ok(value)
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("operation", &self.head.operation.id)
            .field("status", &self.head.status)
            .field("body", &self.inner)
            .finish_non_exhaustive()
    }
}

/// What a read with `If-None-Match` answers. Without that header it is always [`Found`](Self::Found).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditional<T> {
    /// The item as it is now (200).
    Found(T),
    /// The caller's copy is current (304).
    NotModified,
}

impl<T> Conditional<T> {
    /// The item, unless the caller's copy is current.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(value) => Some(value),
            Self::NotModified => None,
        }
    }
}

/// The item itself, or null where there was no body.
impl<T: Serialize> Serialize for Conditional<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Found(value) => value.serialize(serializer),
            Self::NotModified => serializer.serialize_unit(),
        }
    }
}

/// A unit, made of a 304, is [`Conditional::NotModified`]; JSON never is, not even a null.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Conditional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Conditional<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a body")
            }

            fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
                Ok(Conditional::NotModified)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                T::deserialize(deserializer).map(Conditional::Found)
            }
        }

        deserializer.deserialize_newtype_struct("Conditional", Either(std::marker::PhantomData))
    }
}
