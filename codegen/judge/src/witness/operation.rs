//! Operations as a contract declares them.

use reqwest::Method;
use serde_json::{Value, json};

/// An operation of a contract.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path with parameters in braces, without the base path.
    pub path: &'static str,
    /// Its declaration.
    pub declaration: &'static Value,
    /// That of its path.
    item: &'static Value,
    document: &'static Value,
}

const METHODS: [(&str, &str); 5] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

/// All operations of a document.
pub(super) fn operations(document: &'static Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |(key, method)| {
            Some(Operation {
                method,
                path,
                declaration: item.get(key)?,
                item,
                document,
            })
        })
    });
    operations.collect()
}

/// What a `$ref` refers to, or the value itself.
pub(super) fn resolved(document: &'static Value, value: &'static Value) -> &'static Value {
    let Some(reference) = value["$ref"].as_str() else {
        return value;
    };
    let target = document.pointer(reference.strip_prefix('#').unwrap());
    let target = target.unwrap_or_else(|| panic!("{reference} leads nowhere"));
    resolved(document, target)
}

impl Operation {
    /// The `operationId`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.declaration["operationId"].as_str().unwrap()
    }

    /// The declared response of a status.
    #[must_use]
    pub fn response(&self, status: u16) -> Option<&'static Value> {
        let response = self.declaration["responses"].get(status.to_string())?;
        Some(resolved(self.document, response))
    }

    /// Its declared statuses.
    pub fn statuses(&self) -> impl Iterator<Item = u16> + use<> {
        let responses = self.declaration["responses"].as_object().unwrap();
        responses.keys().filter_map(|status| status.parse().ok())
    }

    /// Its parameters, and those of its path that it does not have itself (OpenAPI 3.0.3, "Path Item Object").
    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> + use<> {
        let document = self.document;
        let of = move |declaration: &'static Value| {
            let parameters = declaration["parameters"].as_array().into_iter().flatten();
            parameters.map(move |parameter| resolved(document, parameter))
        };
        let key = |parameter: &'static Value| (&parameter["in"], &parameter["name"]);
        let own: Vec<_> = of(self.declaration).map(key).collect();
        let shared = of(self.item).filter(move |parameter| !own.contains(&key(parameter)));
        of(self.declaration).chain(shared)
    }

    /// The schema of its request body.
    #[must_use]
    pub fn body(&self) -> Option<&'static Value> {
        let body = resolved(self.document, self.declaration.get("requestBody")?);
        let schema = &body["content"]["application/json"]["schema"];
        Some(resolved(self.document, schema))
    }

    /// Bytes that its request body may have; none if the contract leaves that to the generator.
    #[must_use]
    pub fn body_limit(&self) -> Option<usize> {
        let body = resolved(self.document, &self.declaration["requestBody"]);
        let own = body["x-body-limit"].as_u64();
        let limit = own.or(self.document["x-body-limit"].as_u64())?;
        usize::try_from(limit).ok()
    }

    /// What it asks for: its own `security`, or else the document's.
    fn security(&self) -> &'static Value {
        let own = self.declaration.get("security");
        own.unwrap_or(&self.document["security"])
    }

    /// Whether credentials must be sent.
    #[must_use]
    pub fn needs_token(&self) -> bool {
        let alternatives = self.security().as_array();
        alternatives.is_some_and(|list| !list.is_empty() && !list.contains(&json!({})))
    }

    /// Whether credentials may be sent.
    #[must_use]
    pub fn takes_token(&self) -> bool {
        let alternatives = self.security().as_array();
        alternatives.is_some_and(|list| list.iter().any(|one| *one != json!({})))
    }

    /// The roles of which one must be had; empty if none is asked for.
    #[must_use]
    pub fn roles(&self) -> Vec<&'static str> {
        match &self.declaration["x-required-role"] {
            Value::String(role) => vec![role],
            Value::Array(roles) => roles.iter().map(|role| role.as_str().unwrap()).collect(),
            _ => Vec::new(),
        }
    }

    /// The requests that one client may make in a period, if they are limited.
    #[must_use]
    pub fn rate_limit(&self) -> Option<u64> {
        let name = self.declaration["x-rate-limit"].as_str()?;
        self.document["x-rate-limits"][name]["requests"].as_u64()
    }

    /// Whether a request with this method is for it. HEAD is GET without the body.
    pub(super) fn has(&self, method: &Method) -> bool {
        let method = if method == Method::HEAD {
            "GET"
        } else {
            method.as_str()
        };
        self.method == method
    }

    /// Whether a path without the base path is one of this operation's.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let (pattern, path) = (self.path.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern
                .zip(path)
                .all(|(part, given)| part.starts_with('{') || part == given)
    }

    /// How much of its path is written out: `/users/search` is meant before `/users/{id}` (OpenAPI 3.0.4, "Paths Object").
    pub(super) fn written_out(&self) -> usize {
        let parts = self.path.split('/');
        parts.filter(|part| !part.starts_with('{')).count()
    }
}
