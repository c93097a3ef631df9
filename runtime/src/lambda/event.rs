//! Events: the JSON in which API Gateway and function URLs describe a request.
//!
//! Formats: API Gateway developer guide, "Lambda proxy integrations" (REST APIs) and "Create AWS Lambda proxy
//! integrations for HTTP APIs" (payload formats 1.0 and 2.0); Lambda developer guide, "Invoking Lambda function URLs".

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Who made an event, as far as it decides what an answer looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sender {
    /// A REST API, or an HTTP API with payload format 1.0: `multiValueHeaders`.
    Version1,
    /// An HTTP API with payload format 2.0, or a function URL: `cookies`. Also whoever is neither: it reads nothing.
    #[default]
    Version2,
}

/// An event with what is used of it, whichever of the formats it has.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event {
    /// Found out after reading.
    #[serde(skip)]
    pub(super) sender: Sender,
    /// `2.0`; `1.0` from HTTP APIs; none from REST APIs.
    pub(super) version: Option<String>,
    pub(super) http_method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) path_parameters: Option<BTreeMap<String, String>>,
    pub(super) headers: Option<BTreeMap<String, String>>,
    pub(super) multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    pub(super) query_string_parameters: Option<BTreeMap<String, String>>,
    pub(super) multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    pub(super) raw_path: Option<String>,
    pub(super) raw_query_string: Option<String>,
    pub(super) cookies: Option<Vec<String>>,
    pub(super) route_key: Option<String>,
    pub(super) request_context: Context,
    pub(super) body: Option<String>,
    pub(super) is_base64_encoded: Option<bool>,
}

/// `requestContext`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Context {
    pub(super) path: Option<String>,
    pub(super) stage: Option<String>,
    pub(super) domain_name: Option<String>,
    pub(super) identity: Option<Identity>,
    pub(super) http: Option<Http>,
    /// There if the event is a load balancer's, which has other rules of encoding.
    elb: Option<IgnoredAny>,
}

/// `requestContext.identity`, of format 1.0
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Identity {
    pub(super) source_ip: Option<String>,
}

/// `requestContext.http`, of format 2.0
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Http {
    pub(super) method: Option<String>,
    pub(super) source_ip: Option<String>,
}

/// Reads an event.
///
/// # Errors
///
/// What it is instead, for the log, with who seems to have sent it.
pub(super) fn read(json: &[u8]) -> Result<Event, (Sender, String)> {
    match serde_json::from_slice::<Event>(json) {
        Ok(event) => event.known(),
        // The parser's own text quotes the event, which may hold a credential.
        Err(error) => {
            let place = (error.line(), error.column());
            let cause = format!("it is none by line {}, column {}", place.0, place.1);
            Err((guessed(json), cause))
        }
    }
}

impl Event {
    /// Whether an HTTP API made it, in either format; it changes more of a request than the others do.
    pub(super) fn is_of_http_api(&self) -> bool {
        let domain = self.request_context.domain_name.as_deref();
        let is_url = domain.is_some_and(|domain| domain.contains(".lambda-url."));
        self.version.is_some() && !is_url
    }

    fn known(mut self) -> Result<Self, (Sender, String)> {
        if self.request_context.elb.is_some() {
            let cause =
                "it comes from a load balancer; REST APIs, HTTP APIs and function URLs are served";
            return Err((Sender::Version1, cause.to_owned()));
        }
        let is_2 = self.version.as_deref() == Some("2.0");
        if is_2 && self.request_context.http.is_some() {
            return Ok(self);
        }
        if self.http_method.is_some() && !is_2 {
            self.sender = Sender::Version1;
            return Ok(self);
        }
        let version_1 = self.resource.is_some() || self.multi_value_headers.is_some();
        let sender = if version_1 && !is_2 {
            Sender::Version1
        } else {
            Sender::Version2
        };
        let cause = "it has no method: REST APIs, HTTP APIs and function URLs are served";
        Err((sender, cause.to_owned()))
    }
}

/// Who sent what cannot be read, by the members that tell the formats apart.
#[cold]
fn guessed(json: &[u8]) -> Sender {
    let Ok(event) = serde_json::from_slice::<Value>(json) else {
        return Sender::Version2;
    };
    let version_1 = ["httpMethod", "resource", "multiValueHeaders"];
    let is_1 = version_1.iter().any(|name| event.get(name).is_some());
    if is_1 && event.get("version").is_none_or(|version| version != "2.0") {
        Sender::Version1
    } else {
        Sender::Version2
    }
}
