//! Security: schemes, requirements and roles. What is not understood is refused, never ignored.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Scheme, SchemeKind, Security};
use crate::source::{Node, Position, Value, closest};

/// How many credentials one alternative may ask for.
const MAX_SCHEMES: usize = 8;

impl<'n> Reader<'n, '_> {
    pub(super) fn scheme(&mut self, name: &str, at: Position, node: &'n Node) {
        let Some(mut fields) = self.fields(node, "a security scheme") else {
            return;
        };
        let kind = fields.require("type", self.sink);
        let kind = match kind.and_then(Node::as_str) {
            Some("http") => {
                fields.ignore(&["bearerFormat"], self.sink);
                let scheme = fields.require("scheme", self.sink);
                match scheme
                    .and_then(Node::as_str)
                    .map(str::to_lowercase)
                    .as_deref()
                {
                    Some("bearer") => Some(SchemeKind::Bearer),
                    Some("basic") => Some(SchemeKind::Basic),
                    _ => self.unsupported_scheme(name, at),
                }
            }
            Some("apiKey") => {
                let place = fields.require("in", self.sink).and_then(Node::as_str);
                let key = fields.require("name", self.sink).map(|node| {
                    let key = self.text(node, "name");
                    self.header_name(&key, node.at);
                    key
                });
                match (place, key) {
                    (Some("header"), Some(key)) => Some(SchemeKind::KeyInHeader(key)),
                    (Some("cookie"), Some(key)) => Some(SchemeKind::KeyInCookie(key)),
                    _ => self.unsupported_scheme(name, at),
                }
            }
            _ => self.unsupported_scheme(name, at),
        };
        fields.ignore(&["description"], self.sink);
        if kind.is_some() {
            fields.finish(self.sink);
        }
        if let Some(kind) = kind {
            self.claim("credential check", crate::names::snake(name), name, at);
            self.contract.schemes.push(Scheme {
                name: name.to_owned(),
                docs: self.docs(node),
                kind,
            });
        }
    }

    fn unsupported_scheme(&mut self, name: &str, at: Position) -> Option<SchemeKind> {
        let message = format!(
            "the security scheme `{name}` cannot be enforced; supported are http bearer, http basic, and apiKey in a header or cookie"
        );
        self.report(at, Code::Security, message);
        None
    }

    /// A list of requirements: one of them is enough, and each needs all its schemes.
    pub(super) fn requirements(&mut self, node: &'n Node) -> Security {
        let mut security = Security::default();
        let Value::List(alternatives) = &node.value else {
            self.report(
                node.at,
                Code::WrongType,
                "`security` must be a list; write `[]` for a public operation",
            );
            return security;
        };
        for alternative in alternatives {
            let Value::Map(schemes) = &alternative.value else {
                self.report(
                    alternative.at,
                    Code::WrongType,
                    "a security requirement must be a mapping such as `bearerAuth: []`",
                );
                continue;
            };
            let mut needed = Vec::new();
            for entry in schemes {
                let found = self
                    .contract
                    .schemes
                    .iter()
                    .position(|scheme| scheme.name == entry.key);
                if let Some(scheme) = found {
                    needed.push(scheme);
                } else if !self.is_declared_scheme(&entry.key) {
                    let names = self
                        .contract
                        .schemes
                        .iter()
                        .map(|scheme| scheme.name.as_str());
                    let hint = closest(&entry.key, names).map_or_else(
                        || "add it under components/securitySchemes".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("`{}` is not a security scheme; {hint}", entry.key);
                    self.report(entry.key_at, Code::Security, message);
                }
                if !matches!(&entry.value.value, Value::List(scopes) if scopes.is_empty()) {
                    let message = "scopes are for OAuth 2, which is not supported; write `[]`, and `x-required-role` for a role";
                    self.report(entry.value.at, Code::Security, message);
                }
            }
            if needed.len() > MAX_SCHEMES {
                let message = format!("needs more than {MAX_SCHEMES} security schemes at once");
                self.report(alternative.at, Code::Security, message);
            }
            if schemes.is_empty() {
                security.optional = true;
            } else if !needed.is_empty() {
                security.alternatives.push(needed);
            }
        }
        // `[{}]` alone is a public operation.
        security.optional &= !security.alternatives.is_empty();
        security
    }

    /// Whether a scheme is declared, though perhaps with mistakes.
    fn is_declared_scheme(&self, name: &str) -> bool {
        let schemes = self
            .root
            .get("components")
            .and_then(|node| node.get("securitySchemes"));
        schemes.is_some_and(|schemes| schemes.get(name).is_some())
    }

    /// The roles of which an operation requires one, which only a principal can have: a word, or a list of them.
    pub(super) fn roles(&mut self, node: &'n Node, security: &mut Security) {
        let words = match &node.value {
            Value::List(words) => words.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if words.is_empty() {
            let message = "`x-required-role` lists no role; leave it out where none is needed";
            self.report(node.at, Code::Security, message);
        }
        for word in words {
            let role = self.text(word, "x-required-role");
            let is_word = |letter: char| letter.is_ascii_graphic() && letter != '"';
            // What is no text has been reported as that.
            if word.as_str().is_some() && (role.is_empty() || !role.chars().all(is_word)) {
                let message =
                    "`x-required-role` must be a word such as `admin`, or a list of such words";
                self.report(word.at, Code::Security, message);
            }
            if security.roles.contains(&role) {
                let message = format!("the role `{role}` is listed twice");
                self.report(word.at, Code::Security, message);
            }
            security.roles.push(role);
        }
        if security.alternatives.is_empty() || security.optional {
            let message = "`x-required-role` needs a `security` requirement that does not allow anonymous calls";
            self.report(node.at, Code::Security, message);
        }
    }
}
