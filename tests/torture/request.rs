//! What is asked of a world, and what it answers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use portfolio_tests::resident::Resident;
use serde_json::Value;

/// A request of the contract.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Without the base path.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Value>,
}

impl Request {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::try_from(value).unwrap();
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.clone());
        self.header("content-type", "application/json")
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn owner(self) -> Self {
        self.token(&Resident::get().token)
    }

    /// Whether it may write.
    pub(crate) fn writes(&self) -> bool {
        self.method != Method::GET
    }

    pub(crate) fn if_match(self, version: Option<u64>) -> Self {
        match version {
            Some(version) => self.header("if-match", &format!("\"{version}\"")),
            None => self,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    /// The version that the `ETag` names.
    pub(crate) version: Option<u64>,
    pub(crate) body: Value,
    /// In the world's time.
    pub(crate) took: Duration,
}

impl Reply {
    /// A text of the body.
    pub(crate) fn text(&self, name: &str) -> String {
        let text = self.body[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {self:?}"))
            .to_owned()
    }
}
