//! Paths and operations.

use std::collections::{HashMap, HashSet};

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Operation, Parameter, ParameterLocation, Response, Security};
use crate::names;
use crate::source::{Entry, Node, Position, Value, closest};

const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
];

/// What the operations of a contract share while they are read.
pub(super) struct Surroundings<'n> {
    security: Option<&'n Node>,
    body_limit: usize,
    /// Whether operations are tools unless they say otherwise.
    tools: bool,
    pub(super) ids: HashMap<String, (String, Position)>,
    /// The names of shared methods.
    pub(super) handlers: HashSet<String>,
}

impl<'n> Reader<'n, '_> {
    pub(super) fn paths(
        &mut self,
        node: &'n Node,
        security: Option<&'n Node>,
        body_limit: usize,
        tools: bool,
    ) {
        let Value::Map(paths) = &node.value else {
            self.report(node.at, Code::WrongType, "`paths` must be a mapping");
            return;
        };
        let mut surroundings = Surroundings {
            security,
            body_limit,
            tools,
            ids: HashMap::new(),
            handlers: HashSet::new(),
        };
        // OpenAPI 3.0.3, Path Templating: paths that differ in parameter names only are identical.
        let mut shapes: HashMap<String, &str> = HashMap::new();
        for entry in paths.iter().filter(|entry| !entry.key.starts_with("x-")) {
            let Some(names) = self.template(entry) else {
                continue;
            };
            let mut shape = entry.key.clone();
            for name in &names {
                shape = shape.replace(&format!("{{{name}}}"), "{}");
            }
            if let Some(other) = shapes.insert(shape, &entry.key) {
                let message = format!("`{}` is the same path as `{other}`; merge them", entry.key);
                self.report(entry.key_at, Code::Path, message);
            }
            self.path(entry, &names, &mut surroundings);
        }
    }

    /// The names of a path's parameters, in order; `None` if the path cannot be routed.
    fn template(&mut self, entry: &Entry) -> Option<Vec<String>> {
        let at = entry.key_at;
        let Some(rest) = entry.key.strip_prefix('/') else {
            self.report(
                at,
                Code::Path,
                format!("`{}` must start with a slash", entry.key),
            );
            return None;
        };
        let mut names: Vec<String> = Vec::new();
        for segment in rest.split('/') {
            let inner = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            if let Some(name) = inner {
                let sound = !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
                if !sound || names.iter().any(|known| known == name) {
                    let message = format!(
                        "`{{{name}}}` cannot name a parameter here; use each name once, of letters, digits, `_`, `-` and `.`"
                    );
                    self.report(at, Code::Path, message);
                    return None;
                }
                names.push(name.to_owned());
                continue;
            }
            let plain = segment
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._~!$&'()+,;=@:%".contains(c));
            if !plain || segment.starts_with(':') {
                let message = format!(
                    "the segment `{segment}` cannot be routed; a parameter takes a whole segment, such as /{{id}}"
                );
                self.report(at, Code::Path, message);
                return None;
            }
        }
        Some(names)
    }

    fn path(&mut self, entry: &'n Entry, names: &[String], surroundings: &mut Surroundings<'n>) {
        let Some(mut fields) = self.fields(&entry.value, "a path") else {
            return;
        };
        let shared: Vec<_> = fields
            .list("parameters", self.sink)
            .iter()
            .filter_map(|node| self.parameter(node, &entry.key))
            .collect();
        fields.ignore(&["summary", "description"], self.sink);
        fields.refuse(
            &[
                ("$ref", "write the path's operations here"),
                (
                    "servers",
                    "a router has one base path; use the contract's `servers`",
                ),
            ],
            self.sink,
        );
        for (key, method) in METHODS {
            if let Some(member) = fields.entry(key) {
                if matches!(method, "OPTIONS" | "HEAD" | "TRACE") {
                    let message = format!(
                        "`{key}` is answered by the layer (OPTIONS for CORS, HEAD as GET) or not at all (TRACE); remove it"
                    );
                    self.report(member.key_at, Code::Unsupported, message);
                    continue;
                }
                self.operation(member, method, &entry.key, names, &shared, surroundings);
            }
        }
        fields.finish(self.sink);
    }

    fn operation(
        &mut self,
        entry: &'n Entry,
        method: &'static str,
        path: &str,
        names: &[String],
        shared: &[Parameter],
        surroundings: &mut Surroundings<'n>,
    ) {
        let Some(mut fields) = self.fields(&entry.value, "an operation") else {
            return;
        };
        let at = entry.key_at;
        let id = match fields.take("operationId") {
            Some(node) => {
                let id = self.text(node, "operationId");
                self.operation_id(&id, node.at, surroundings);
                id
            }
            None => {
                let message =
                    format!("{method} {path} needs an `operationId`; it names the method to write");
                self.report(at, Code::OperationId, message);
                names::snake(&format!("{method} {path}"))
            }
        };
        let tag = fields.list("tags", self.sink);
        let tag = self.tag_of(tag, at, &id);
        let parameters: Vec<_> = fields
            .list("parameters", self.sink)
            .iter()
            .filter_map(|node| self.parameter(node, &id))
            .collect();
        let parameters = self.all_parameters(parameters, shared, names, at, path);
        let body = fields.entry("requestBody").and_then(|member| {
            if matches!(method, "GET" | "DELETE") {
                let message = format!(
                    "a body of {method} has no meaning (RFC 9110, section 9.3); use parameters"
                );
                self.report(member.key_at, Code::Unsupported, message);
            }
            self.request_body(&member.value, &id, surroundings.body_limit)
        });
        let responses = fields.require("responses", self.sink);
        let responses = responses
            .map(|node| self.responses(node, &id))
            .unwrap_or_default();
        let negotiates = responses.iter().any(Response::negotiates);
        let handler = fields.entry("x-handler");
        let handler = handler.map(|member| self.handler(member, negotiates, surroundings));
        if negotiates && handler.is_none() {
            // The method that answers with events has a name of its own.
            self.operation_id(&format!("{id}Events"), at, surroundings);
        }
        let own = fields.take("security");
        let mut security = own
            .or(surroundings.security)
            .map_or_else(Security::default, |node| self.requirements(node));
        if let Some(role) = fields.take("x-required-role") {
            self.roles(role, &mut security);
        }
        let limit = fields
            .take("x-rate-limit")
            .and_then(|node| self.limit_of(node));
        let summary = fields
            .text("summary", self.sink)
            .unwrap_or_default()
            .to_owned();
        let description = fields
            .text("description", self.sink)
            .unwrap_or_default()
            .to_owned();
        // Whether a retry is safe where the method alone does not say so (RFC 9110, section 9.2.2).
        let idempotent = fields
            .choice("x-idempotent", self.sink)
            .unwrap_or(matches!(method, "GET" | "PUT" | "DELETE"));
        let tool = fields.choice("x-mcp", self.sink);
        fields.ignore(&["deprecated", "externalDocs"], self.sink);
        fields.refuse(
            &[
                ("callbacks", "callbacks are not served; remove them"),
                (
                    "servers",
                    "a router has one base path; use the contract's `servers`",
                ),
            ],
            self.sink,
        );
        fields.finish(self.sink);
        self.contract.operations.push(Operation {
            id,
            at,
            handler,
            method,
            path: format!("{}{path}", self.contract.base_path),
            tag,
            summary,
            description,
            parameters,
            body,
            responses,
            security,
            limit,
            idempotent,
            tool: tool.unwrap_or(surroundings.tools),
        });
    }

    pub(super) fn operation_id(
        &mut self,
        id: &str,
        at: Position,
        surroundings: &mut Surroundings<'n>,
    ) {
        if !id.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            self.report(
                at,
                Code::OperationId,
                format!("`{id}` cannot name a method; start it with a letter"),
            );
        }
        let method = names::snake(id);
        if let Some((other, _)) = surroundings.ids.insert(method.clone(), (id.to_owned(), at)) {
            let message = format!(
                "`{id}` becomes the method `{method}`, as `{other}` does; each operation needs its own"
            );
            self.report(at, Code::OperationId, message);
        } else {
            self.claim("operation", names::pascal(id), id, at);
        }
    }

    /// The first tag decides the trait.
    fn tag_of(&mut self, tags: &'n [Node], at: Position, id: &str) -> usize {
        let Some(first) = tags.first().and_then(Node::as_str) else {
            let message =
                format!("`{id}` needs a tag; the first one decides the trait it belongs to");
            self.report(at, Code::MissingField, message);
            return 0;
        };
        if let Some(found) = self.tags.get(first) {
            return *found;
        }
        let hint = closest(
            first,
            self.contract.tags.iter().map(|(name, _)| name.as_str()),
        )
        .map_or_else(
            || "add it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.report(
            tags[0].at,
            Code::Reference,
            format!("the tag `{first}` is not under `tags`; {hint}"),
        );
        0
    }

    fn limit_of(&mut self, node: &Node) -> Option<usize> {
        let name = crate::source::text_of(node, "x-rate-limit", self.sink)?;
        let found = self
            .contract
            .limits
            .iter()
            .position(|limit| limit.name == name);
        if found.is_none() {
            let hint = closest(
                name,
                self.contract.limits.iter().map(|limit| limit.name.as_str()),
            )
            .map_or_else(
                || "add it there".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{name}` is not under `x-rate-limits`; {hint}");
            self.report(node.at, Code::RateLimit, message);
        }
        found
    }

    /// The parameters of an operation: its own before those of its path, all of the path's names.
    fn all_parameters(
        &mut self,
        own: Vec<Parameter>,
        shared: &[Parameter],
        names: &[String],
        at: Position,
        path: &str,
    ) -> Vec<Parameter> {
        let mut seen = HashSet::new();
        for parameter in &own {
            if !seen.insert((parameter.location, parameter.name.clone())) {
                self.report(
                    at,
                    Code::Path,
                    format!("the parameter `{}` is given twice", parameter.name),
                );
            }
        }
        let inherited = shared
            .iter()
            .filter(|parameter| !seen.contains(&(parameter.location, parameter.name.clone())));
        let mut all: Vec<Parameter> = inherited.cloned().chain(own.iter().cloned()).collect();
        all.sort_by_key(|parameter| parameter.location);
        for parameter in all
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path)
        {
            if !names.contains(&parameter.name) {
                let message = format!("the path parameter `{}` is not in `{path}`", parameter.name);
                self.report(at, Code::Path, message);
            }
        }
        for name in names {
            let known = all
                .iter()
                .any(|p| p.location == ParameterLocation::Path && p.name == *name);
            if !known {
                let message = format!(
                    "`{path}` has `{{{name}}}`, which is not declared; add a parameter `in: path`"
                );
                self.report(at, Code::Path, message);
            }
        }
        let mut fields: HashMap<String, &str> =
            HashMap::from([("body".to_owned(), "the request body")]);
        for parameter in &all {
            let field = names::snake(&parameter.name);
            if let Some(other) = fields.insert(field.clone(), &parameter.name) {
                let message = format!(
                    "the parameters `{}` and `{other}` both become the field `{field}`; rename one",
                    parameter.name
                );
                self.report(at, Code::NameCollision, message);
            }
        }
        all
    }
}
