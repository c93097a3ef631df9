//! What the layer can answer, the contract must declare: the statuses that generated code and the
//! middleware give by themselves, in the contract's error schema.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{
    Definition, Kind, Operation, Parameter, ParameterLocation, Response, Scalar, Text, Type,
};

/// A body of one of these is never sent (RFC 9110, sections 15.3.5 and 15.4.5).
const BODILESS: [u16; 3] = [204, 205, 304];

/// Headers that every response has (see the runtime's `middleware`).
const EVERYWHERE: [&str; 6] = [
    "x-request-id",
    "cache-control",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "content-security-policy",
];

/// Headers that the layer sets on each of its own answers of a status. Those of rate limits are looked at apart.
const SET: [(u16, &str); 3] = [
    (401, "www-authenticate"),
    (429, "retry-after"),
    (503, "retry-after"),
];

/// Letters of a tool's name that every interface of a model takes.
const LONGEST_TOOL: usize = 64;

impl Reader<'_, '_> {
    pub(super) fn promises(&mut self) {
        let mut operations = std::mem::take(&mut self.contract.operations);
        for operation in &mut operations {
            self.counts(operation);
            self.statuses(operation);
            self.bodies(operation);
            self.streams(operation);
            self.tools(operation);
        }
        self.contract.operations = operations;
    }

    /// The statuses that the layer can answer for an operation, each with the reason.
    fn statuses(&mut self, operation: &Operation) {
        let secured = !operation.security.alternatives.is_empty();
        let promised = [
            (
                400,
                self.can_be_violated(operation),
                "it has parameters or a body that a request can get wrong",
            ),
            (401, secured, "it takes a credential"),
            (
                403,
                !operation.security.roles.is_empty(),
                "it requires a role",
            ),
            (
                406,
                !operation.offers().is_empty(),
                "a client may not accept its media type",
            ),
            (413, operation.body.is_some(), "its body has a size limit"),
            (415, operation.body.is_some(), "its body must be JSON"),
            (429, operation.limit.is_some(), "it has a rate limit"),
            (500, true, "anything can fail"),
            (503, true, "it can take too long"),
        ];
        for (status, possible, reason) in promised {
            let declared = operation
                .responses
                .iter()
                .find(|response| response.status == status);
            match declared {
                None if possible => {
                    let message = format!(
                        "`{}` can answer {status} ({reason}) but does not declare it; add the response",
                        operation.id
                    );
                    self.report(operation.at, Code::UndeclaredStatus, message);
                }
                Some(response)
                    if possible
                        && self.contract.error.is_some()
                        && response.body_schema() != self.contract.error =>
                {
                    let message = format!(
                        "the {status} of `{}` is answered by the layer, so its body must be the `x-error-schema`",
                        operation.id
                    );
                    self.report(response.at, Code::ErrorShape, message);
                }
                _ => {}
            }
            if let Some(response) = declared.filter(|_| possible) {
                self.required_headers(response, &operation.id);
            }
        }
    }

    /// The layer's own answer has the headers that the layer sets, and no others.
    fn required_headers(&mut self, response: &Response, id: &str) {
        let status = response.status;
        let mut required = response.headers.iter().filter(|header| header.required);
        let unset = required.find(|header| {
            let name = header.name.as_str();
            !EVERYWHERE.contains(&name) && !SET.contains(&(status, name))
        });
        if let Some(header) = unset {
            let message = format!(
                "the {status} of `{id}` cannot require the header `{}`, which it does not have when the layer answers; remove `required`",
                header.name
            );
            self.report(response.at, Code::ErrorShape, message);
        }
    }

    fn bodies(&mut self, operation: &Operation) {
        for response in &operation.responses {
            if BODILESS.contains(&response.status) && response.body.is_some() {
                let message = format!("a {} has no body; remove `content`", response.status);
                self.report(response.at, Code::InvalidValue, message);
            }
        }
    }

    /// A success may be a stream, and one of an operation's only: its handler is asked for one or the other.
    fn streams(&mut self, operation: &Operation) {
        let mut first = true;
        for response in &operation.responses {
            if response.events.is_none() {
                continue;
            }
            let message = match response.status {
                200..=299 if first => None,
                200..=299 => Some(format!(
                    "`{}` answers two statuses with a stream; keep one",
                    operation.id
                )),
                status => Some(format!(
                    "a {status} is no stream; its body is application/json"
                )),
            };
            if let Some(message) = message {
                self.report(response.at, Code::Unsupported, message);
            }
            first = false;
        }
    }

    /// A tool's answer is whole, and its name is one that models' interfaces take.
    fn tools(&mut self, operation: &Operation) {
        let id = &operation.id;
        if !operation.tool {
            return;
        }
        if operation.offers() == ["text/event-stream"] {
            let message = format!(
                "`{id}` is answered as a stream only, which a tool cannot give; add `x-mcp: false` to it"
            );
            self.report(operation.at, Code::Unsupported, message);
        }
        let good = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if id.len() > LONGEST_TOOL || !id.chars().all(good) {
            let message = format!(
                "`{id}` cannot name a tool: at most {LONGEST_TOOL} letters, digits, `_` and `-`; rename it, or add `x-mcp: false` to it"
            );
            self.report(operation.at, Code::OperationId, message);
        }
    }

    /// Whether a request can break the contract in a way that only the layer sees.
    fn can_be_violated(&self, operation: &Operation) -> bool {
        operation.body.is_some()
            || operation
                .parameters
                .iter()
                .any(|parameter| self.can_be_wrong(parameter))
    }

    fn can_be_wrong(&self, parameter: &Parameter) -> bool {
        // A query can repeat a parameter, a path and a header can have bytes that are not text.
        parameter.location != ParameterLocation::Cookie
            || parameter.required
            || !self.is_free_text(&parameter.ty)
    }

    fn is_free_text(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Scalar(Scalar::Text(text)) => *text == Text::default(),
            Kind::Named(id) => matches!(
                self.schemas[id.0].as_ref().map(|schema| &schema.definition),
                Some(Definition::Alias(alias)) if self.is_free_text(alias)
            ),
            _ => false,
        }
    }
}
