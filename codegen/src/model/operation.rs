//! Operations: what they take, what they answer, who may call them and how often.

use super::schema::{SchemaId, Type};
use crate::source::Position;

#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: String,
    pub(crate) at: Position,
    /// The method that it shares with others like it (`x-handler`).
    pub(crate) handler: Option<String>,
    /// In capitals, such as `GET`.
    pub(crate) method: &'static str,
    /// With the base path, parameters in braces.
    pub(crate) path: String,
    /// An index into the contract's tags.
    pub(crate) tag: usize,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) responses: Vec<Response>,
    pub(crate) security: Security,
    /// An index into the contract's rate limits.
    pub(crate) limit: Option<usize>,
    /// Whether it may be sent again, by its method or because the contract says so.
    pub(crate) idempotent: bool,
    /// Whether models may call it as a tool (`x-mcp`).
    pub(crate) tool: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
    Cookie,
}

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
    /// Whether an array is given as repeated parameters, not as one list with commas.
    pub(crate) explode: bool,
    pub(crate) ty: Type,
}

#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) docs: String,
    pub(crate) required: bool,
    /// In bytes.
    pub(crate) limit: usize,
    pub(crate) ty: Type,
}

#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) at: Position,
    pub(crate) docs: String,
    /// As JSON.
    pub(crate) body: Option<Type>,
    pub(crate) events: Option<Events>,
    /// Without those that the layer sets by itself.
    pub(crate) headers: Vec<Header>,
    /// Those of rate limits, which the layer sets where the operation has one.
    pub(crate) limits: Vec<Header>,
    /// Whether the three headers of rate limits are declared.
    pub(crate) counted: bool,
    /// The name under `components/responses`, if it is a reference.
    pub(crate) shared: Option<String>,
}

/// A body that is a stream of events.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    /// What each event's data is.
    pub(crate) ty: Type,
    /// The event whose data is the error schema, with which a stream ends that fails.
    pub(crate) failure: String,
    /// Whether it is what a client gets that takes JSON as well.
    pub(crate) first: bool,
}

/// A response under `components`.
#[derive(Debug, Clone)]
pub(crate) struct SharedResponse {
    pub(crate) name: String,
    pub(crate) response: Response,
}

#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) required: bool,
    pub(crate) ty: Type,
}

/// Who may call an operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Security {
    /// One of them is enough, and each needs all of its schemes (indices into the contract's
    /// schemes; never empty). None: the operation is public.
    pub(crate) alternatives: Vec<Vec<usize>>,
    /// Whether anonymous calls are allowed beside them.
    pub(crate) optional: bool,
    /// One of them must be had; none: no role is needed.
    pub(crate) roles: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Scheme {
    /// The name under `components/securitySchemes`.
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) kind: SchemeKind,
}

#[derive(Debug, Clone)]
pub(crate) enum SchemeKind {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    KeyInHeader(String),
    KeyInCookie(String),
}

#[derive(Debug, Clone)]
pub(crate) struct RateLimit {
    pub(crate) name: String,
    pub(crate) requests: u32,
    pub(crate) seconds: u32,
    /// Whether all instances count together.
    pub(crate) shared: bool,
}

impl Operation {
    /// What its method and types are named after.
    pub(crate) fn method_name(&self) -> &str {
        self.handler.as_deref().unwrap_or(&self.id)
    }

    /// Whether it answers with JSON or with events, as the client asks.
    pub(crate) fn negotiates(&self) -> bool {
        self.responses.iter().any(Response::negotiates)
    }

    /// The media types that a success can have, in the order of preference, where a client may not accept them.
    pub(crate) fn offers(&self) -> &'static [&'static str] {
        let mut streams = self
            .responses
            .iter()
            .filter_map(|response| Some((response.events.as_ref()?, response.body.is_some())));
        match streams.next() {
            None => &[],
            Some((_, false)) => &["text/event-stream"],
            Some((events, true)) if events.first => &["text/event-stream", "application/json"],
            Some((_, true)) => &["application/json", "text/event-stream"],
        }
    }
}

impl Response {
    /// Whether it has both, JSON and events.
    pub(crate) fn negotiates(&self) -> bool {
        self.body.is_some() && self.events.is_some()
    }

    /// The schema of a body, when it is a reference to one.
    pub(crate) fn body_schema(&self) -> Option<SchemaId> {
        match self.body.as_ref()?.kind {
            super::schema::Kind::Named(id) => Some(id),
            _ => None,
        }
    }
}
