//! The document itself: its information, server, tags and extensions.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Definition, RateLimit};
use crate::source::{Node, Position, Value, kind_of};

/// The largest request body, when the contract does not say.
const DEFAULT_BODY_LIMIT: usize = 1 << 20;

impl<'n> Reader<'n, '_> {
    pub(super) fn contract(&mut self) {
        let root = self.root;
        let Some(mut fields) = self.fields(root, "the contract") else {
            return;
        };
        if let Some(version) = fields.require("openapi", self.sink) {
            self.openapi_version(version);
        }
        if let Some(info) = fields.require("info", self.sink) {
            self.info(info);
        }
        for tag in fields.list("tags", self.sink) {
            self.tag(tag);
        }
        if let Some(servers) = fields.require("servers", self.sink) {
            self.servers(servers);
        }
        for entry in fields.map("x-rate-limits", self.sink) {
            self.rate_limit(&entry.key, entry.key_at, &entry.value);
        }
        let body_limit = fields
            .count("x-body-limit", self.sink)
            .unwrap_or(DEFAULT_BODY_LIMIT);
        let tools = fields.flag("x-mcp", self.sink);
        let security = fields.take("security");
        if let Some(components) = fields.take("components") {
            self.components(components);
        }
        if let Some(error) = fields.require("x-error-schema", self.sink) {
            self.error_schema(error);
        }
        if let Some(member) = fields.entry("x-error-fields") {
            let entries = fields.map("x-error-fields", self.sink);
            self.error_fields(member, entries);
        }
        if let Some(paths) = fields.require("paths", self.sink) {
            self.paths(paths, security, body_limit, tools);
            self.reserved(paths);
        }
        fields.ignore(&["externalDocs"], self.sink);
        fields.refuse(
            &[
                ("webhooks", "it belongs to OpenAPI 3.1"),
                ("jsonSchemaDialect", "it belongs to OpenAPI 3.1"),
            ],
            self.sink,
        );
        fields.finish(self.sink);
        self.check_examples();
        self.forget_unused_tags();
        self.promises();
        self.shared_handlers();
    }

    fn openapi_version(&mut self, node: &Node) {
        let version = match &node.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            other => kind_of(other).to_owned(),
        };
        let patch = version
            .strip_prefix("3.0.")
            .and_then(|patch| patch.parse::<u8>().ok());
        if patch.is_none() {
            let message = format!("OpenAPI {version} is not read; write `openapi: 3.0.3`");
            self.report(node.at, Code::Unsupported, message);
        }
    }

    fn info(&mut self, node: &'n Node) {
        let Some(mut fields) = self.fields(node, "info") else {
            return;
        };
        if let Some(title) = fields.require("title", self.sink) {
            self.contract.title = self.text(title, "title");
        }
        if let Some(version) = fields.require("version", self.sink) {
            self.contract.version = self.text(version, "version");
        }
        fields.ignore(
            &["description", "termsOfService", "contact", "license"],
            self.sink,
        );
        fields.finish(self.sink);
    }

    pub(super) fn text(&mut self, node: &Node, name: &str) -> String {
        crate::source::text_of(node, name, self.sink)
            .unwrap_or_default()
            .to_owned()
    }

    fn tag(&mut self, node: &'n Node) {
        let Some(mut fields) = self.fields(node, "a tag") else {
            return;
        };
        let description = fields
            .text("description", self.sink)
            .unwrap_or_default()
            .to_owned();
        if let Some(name) = fields.require("name", self.sink) {
            let text = crate::source::text_of(name, "name", self.sink).unwrap_or_default();
            if self.tags.insert(text, self.contract.tags.len()).is_some() {
                self.report(
                    name.at,
                    Code::DuplicateKey,
                    format!("the tag `{text}` is declared twice; remove one of them"),
                );
            } else {
                self.claim(
                    "trait",
                    format!("{}Api", crate::names::pascal(text)),
                    text,
                    name.at,
                );
            }
            self.contract.tags.push((text.to_owned(), description));
        }
        fields.ignore(&["externalDocs"], self.sink);
        fields.finish(self.sink);
    }

    /// The path of the first server is the base path of every operation.
    fn servers(&mut self, node: &'n Node) {
        let Value::List(servers) = &node.value else {
            self.report(node.at, Code::WrongType, "`servers` must be a list");
            return;
        };
        let mut base_paths = Vec::new();
        for server in servers {
            let Some(mut fields) = self.fields(server, "a server") else {
                continue;
            };
            fields.ignore(&["description"], self.sink);
            fields.refuse(&[("variables", "write each server's url out")], self.sink);
            if let Some(url) = fields.require("url", self.sink) {
                let text = self.text(url, "url");
                match base_path(&text) {
                    Some(path) => base_paths.push((url.at, path)),
                    None => self.report(
                        url.at,
                        Code::InvalidValue,
                        format!("`{text}` is not a server's url; write one such as https://example.com/v1"),
                    ),
                }
            }
            fields.finish(self.sink);
        }
        let Some((_, first)) = base_paths.first().cloned() else {
            return;
        };
        for (at, path) in &base_paths[1..] {
            if *path != first {
                let message = format!(
                    "has the path `{path}`, the first server `{first}`; a router has one base path"
                );
                self.report(*at, Code::InvalidValue, message);
            }
        }
        self.contract.base_path = first;
    }

    fn error_schema(&mut self, node: &'n Node) {
        let name = self.text(node, "x-error-schema");
        let found = self
            .root
            .get("components")
            .and_then(|c| c.get("schemas"))
            .and_then(|s| s.get(&name));
        if found.is_none() {
            let message = format!(
                "`{name}` is not under components/schemas; name the schema of error bodies"
            );
            self.report(node.at, Code::Reference, message);
            return;
        }
        match self.component_id(&name) {
            Some(id)
                if matches!(
                    self.schemas[id.0].as_ref().map(|s| &s.definition),
                    Some(Definition::Object(_))
                ) =>
            {
                self.contract.error = Some(id);
            }
            _ => self.report(
                node.at,
                Code::ErrorShape,
                format!("`{name}` must be an object"),
            ),
        }
    }

    fn rate_limit(&mut self, name: &str, at: Position, node: &'n Node) {
        let Some(mut fields) = self.fields(node, "a rate limit") else {
            return;
        };
        let mut positive = |name: &'static str, reader: &mut Self| {
            let node = fields.require(name, reader.sink)?;
            match node.value {
                Value::Integer(number) if number > 0 => u32::try_from(number).ok(),
                _ => {
                    let message = format!("`{name}` must be a whole number of 1 or more");
                    reader.report(node.at, Code::InvalidValue, message);
                    None
                }
            }
        };
        let requests = positive("requests", self);
        let seconds = positive("seconds", self);
        let shared = match fields.take("scope") {
            None => false,
            Some(node) => match node.as_str() {
                Some("shared") => true,
                Some("instance") => false,
                _ => {
                    let message =
                        "`scope` must be `instance` (each instance counts for itself) or `shared`";
                    self.report(node.at, Code::InvalidValue, message);
                    false
                }
            },
        };
        fields.ignore(&["description"], self.sink);
        fields.finish(self.sink);
        self.claim("rate limit", crate::names::screaming(name), name, at);
        if let (Some(requests), Some(seconds)) = (requests, seconds) {
            self.contract.limits.push(RateLimit {
                name: name.to_owned(),
                requests,
                seconds,
                shared,
            });
        }
    }

    /// A tag without operations has no trait.
    fn forget_unused_tags(&mut self) {
        let mut used = vec![false; self.contract.tags.len()];
        for operation in &self.contract.operations {
            // An operation without a tag has been reported.
            if let Some(used) = used.get_mut(operation.tag) {
                *used = true;
            }
        }
        let mut kept = 0;
        let renumbered: Vec<usize> = used
            .iter()
            .map(|used| {
                let number = kept;
                kept += usize::from(*used);
                number
            })
            .collect();
        let mut index = 0;
        self.contract.tags.retain(|_| {
            index += 1;
            used[index - 1]
        });
        for operation in &mut self.contract.operations {
            operation.tag = renumbered.get(operation.tag).copied().unwrap_or_default();
        }
    }
}

/// The path of a url, without a slash at its end. A relative url is a path already.
fn base_path(url: &str) -> Option<String> {
    let path = match url.split_once("://") {
        Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => {
            rest.find('/').map_or("", |slash| &rest[slash..])
        }
        Some(_) => return None,
        None if url.starts_with('/') => url,
        None => return None,
    };
    let plain = path
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "/-._~".contains(letter));
    plain.then(|| path.trim_end_matches('/').to_owned())
}
