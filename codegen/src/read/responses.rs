//! Responses and their headers.

use std::collections::BTreeMap;

use super::Reader;
use super::media_types::Content;
use crate::diagnostic::Code;
use crate::model::{Header, Kind, Response, Scalar};
use crate::names;
use crate::source::{Entry, Node, Position, Value};

/// Headers of rate limits: the layer sets them where there is one, so no handler has to.
const COUNTED: [&str; 3] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

impl<'n> Reader<'n, '_> {
    /// The responses of an operation, in the order of their statuses.
    pub(super) fn responses(&mut self, node: &'n Node, id: &str) -> Vec<Response> {
        let Value::Map(entries) = &node.value else {
            self.report(
                node.at,
                Code::WrongType,
                "`responses` must be a mapping of statuses",
            );
            return Vec::new();
        };
        let mut responses = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !entry.key.starts_with("x-")) {
            let status = entry
                .key
                .parse::<u16>()
                .ok()
                .filter(|status| (200..600).contains(status) && entry.key.len() == 3);
            let Some(status) = status else {
                let message = format!(
                    "`{}` is not a status that can be answered; write each one out, such as '200'",
                    entry.key
                );
                self.report(entry.key_at, Code::Unsupported, message);
                continue;
            };
            let name = format!("{}{status}", names::pascal(id));
            if let Some(response) = self.response(status, entry.key_at, &entry.value, &name) {
                responses.insert(status, response);
            }
        }
        if !entries
            .iter()
            .any(|entry| entry.key.starts_with('2') || entry.key.starts_with('3'))
        {
            self.report(
                node.at,
                Code::MissingField,
                format!("`{id}` declares no success; add its 2xx response"),
            );
        }
        responses.into_values().collect()
    }

    /// A response, behind a reference or not. `name` is what an inline schema is called.
    pub(super) fn response(
        &mut self,
        status: u16,
        at: Position,
        node: &'n Node,
        name: &str,
    ) -> Option<Response> {
        let (shared, node) = self.follow(node, "responses")?;
        let mut fields = self.fields(node, "a response")?;
        fields.require("description", self.sink);
        let headers = fields.map("headers", self.sink);
        let content = fields.take("content");
        fields.ignore(&["links"], self.sink);
        fields.finish(self.sink);
        // The component's own reading names its inline schemas; its uses refer to that reading.
        if let Some(name) = shared
            && status != 0
        {
            let known = self.contract.responses.get(*self.responses.get(name)?)?;
            return Some(Response {
                status,
                at,
                shared: Some(name.to_owned()),
                ..known.response.clone()
            });
        }
        let Content { body, events } = match content {
            Some(content) => self.answer(content, name)?,
            None => Content::default(),
        };
        if status == 0 && events.is_some() {
            let message =
                "a stream belongs to one operation; write this response where it is answered";
            self.report(at, Code::Unsupported, message);
        }
        let mut read: Vec<Header> = Vec::new();
        let mut limits = Vec::new();
        let mut counted = 0;
        for Entry { key, key_at, value } in headers {
            let lower = key.to_lowercase();
            let header = self.header(key, *key_at, value);
            if COUNTED.contains(&lower.as_str()) {
                counted += 1;
                limits.extend(header);
            } else if lower == "content-type" {
                let message =
                    "`Content-Type` is not a header of its own in OpenAPI; `content` says it";
                self.report(*key_at, Code::InvalidValue, message);
            } else if let Some(header) = header {
                let field = crate::names::snake(key);
                if field == "body"
                    || read
                        .iter()
                        .any(|other| crate::names::snake(&other.name) == field)
                {
                    let message = format!(
                        "the header `{key}` becomes the field `{field}`, which is taken; rename it"
                    );
                    self.report(*key_at, Code::NameCollision, message);
                }
                read.push(header);
            }
        }
        Some(Response {
            status,
            at,
            docs: self.docs(node),
            body,
            events,
            headers: read,
            limits,
            counted: counted == COUNTED.len(),
            shared: None,
        })
    }

    /// A response header, behind a reference or not.
    pub(super) fn header(&mut self, name: &str, at: Position, node: &'n Node) -> Option<Header> {
        let (_, node) = self.follow(node, "headers")?;
        let mut fields = self.fields(node, "a header")?;
        let required = fields.flag("required", self.sink);
        let schema = fields.require("schema", self.sink);
        let example = fields.take("example");
        if let Some(style) = fields
            .take("style")
            .filter(|style| style.as_str() != Some("simple"))
        {
            self.report(
                style.at,
                Code::Unsupported,
                "is not a style of headers; remove it",
            );
        }
        fields.ignore(
            &["description", "deprecated", "examples", "explode"],
            self.sink,
        );
        fields.refuse(&[("content", "write the header's `schema`")], self.sink);
        fields.finish(self.sink);
        self.header_name(name, at);
        let ty = self.schema(schema?, &format!("{name}Header"))?;
        self.example(example, &ty);
        if ty.nullable
            || !matches!(
                ty.kind,
                Kind::Scalar(Scalar::Text(_) | Scalar::Integer { .. } | Scalar::Formatted(_))
            )
        {
            self.report(
                at,
                Code::Unsupported,
                format!("the header `{name}` must be a string or an integer"),
            );
            return None;
        }
        Some(Header {
            name: name.to_lowercase(),
            docs: self.docs(node),
            required,
            ty,
        })
    }
}
