//! Events as AWS makes them of requests.
//!
//! Formats: API Gateway developer guide, "Lambda proxy integrations" (REST APIs) and "Create AWS Lambda proxy
//! integrations for HTTP APIs" (format 2.0); Lambda developer guide, "Invoking Lambda function URLs". Of paths, REST APIs
//! and function URLs pass on what was sent, HTTP APIs what it decodes to.

use std::collections::BTreeMap;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract_runtime::axum::body::Bytes;
use contract_runtime::axum::http::request::Parts;
use contract_runtime::axum::http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::Kind;

/// A request as it came to a gateway.
pub(super) struct Received<'r> {
    pub(super) parts: &'r Parts,
    /// The path behind stage or mapping.
    pub(super) path: &'r str,
    pub(super) body: &'r Bytes,
    pub(super) from: IpAddr,
    pub(super) trace: &'r str,
}

const ACCOUNT: &str = "123456789012";
const API: &str = "wt6mne2s9k";
const TIME: &str = "20/Nov/2026:10:00:00 +0000";
const MILLIS: u64 = 1_795_168_800_000;

impl Kind {
    /// The event of a request.
    pub(super) fn event(&self, received: &Received<'_>) -> Value {
        match self {
            Self::Rest { .. } | Self::RestCustomDomain { .. } => self.version_1(received),
            Self::HttpApi { .. } | Self::FunctionUrl => self.version_2(received),
        }
    }

    /// The host that such a gateway has.
    pub(super) fn domain(&self) -> String {
        match self {
            Self::Rest { .. } | Self::HttpApi { .. } => {
                format!("{API}.execute-api.eu-west-1.amazonaws.com")
            }
            Self::RestCustomDomain { .. } => "api.example.com".to_owned(),
            Self::FunctionUrl => format!("{API}.lambda-url.eu-west-1.on.aws"),
        }
    }

    fn version_1(&self, received: &Received<'_>) -> Value {
        let path = received.path;
        let whole = format!("{}{path}", self.prefix());
        // With a custom domain the mapping's key stays in the path; a stage does not.
        let (stage, path) = match self {
            Self::Rest { stage } => (stage.as_str(), path),
            _ => ("live", whole.as_str()),
        };
        let headers = self.headers(received);
        let mut several: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &headers {
            several
                .entry(title_case(name))
                .or_default()
                .push(value.clone());
        }
        let query = pairs(received.parts.uri.query().unwrap_or_default());
        let mut queries: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in query {
            queries.entry(name).or_default().push(value);
        }
        let (body, is_base64) = body(received.body, true);
        json!({
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": received.parts.method.as_str(),
            "headers": last(&several),
            "multiValueHeaders": several,
            "queryStringParameters": or_null(&queries, last(&queries)),
            "multiValueQueryStringParameters": or_null(&queries, json!(queries)),
            "pathParameters": { "proxy": decoded(received.path.trim_start_matches('/')) },
            "stageVariables": null,
            "requestContext": {
                "resourceId": "2gxmpl",
                "resourcePath": "/{proxy+}",
                "httpMethod": received.parts.method.as_str(),
                "extendedRequestId": "JJbxmplHYosFVYQ=",
                "requestTime": TIME,
                "requestTimeEpoch": MILLIS,
                "path": whole,
                "accountId": ACCOUNT,
                "protocol": "HTTP/1.1",
                "stage": stage,
                "domainName": self.domain(),
                "domainPrefix": self.domain().split('.').next(),
                "requestId": "77375676-xmpl-4b79-853a-f982474efe18",
                "identity": {
                    "cognitoIdentityPoolId": null,
                    "accountId": null,
                    "cognitoIdentityId": null,
                    "caller": null,
                    "sourceIp": received.from.to_string(),
                    "principalOrgId": null,
                    "accessKey": null,
                    "cognitoAuthenticationType": null,
                    "cognitoAuthenticationProvider": null,
                    "userArn": null,
                    "userAgent": received.parts.headers.get("user-agent").map(text),
                    "user": null,
                },
                "apiId": API,
            },
            "body": body,
            "isBase64Encoded": is_base64,
        })
    }

    fn version_2(&self, received: &Received<'_>) -> Value {
        let is_api = matches!(self, Self::HttpApi { .. });
        let path = format!("{}{}", self.prefix(), received.path);
        let path = if is_api { decoded(&path) } else { path };
        let stage = match self {
            Self::HttpApi { stage: Some(stage) } => stage.as_str(),
            _ => "$default",
        };
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        let mut cookies = Vec::new();
        for (name, value) in self.headers(received) {
            if name == "cookie" {
                cookies.extend(value.split("; ").map(str::to_owned));
                if is_api {
                    continue;
                }
            }
            headers
                .entry(name)
                .and_modify(|values| *values = format!("{values},{value}"))
                .or_insert(value);
        }
        let nothing = received.body.is_empty();
        if is_api
            && nothing
            && headers
                .get("content-length")
                .is_some_and(|length| length == "0")
        {
            headers
                .entry("content-type".to_owned())
                .or_insert("text/plain".to_owned());
        }
        let query = received.parts.uri.query().unwrap_or_default();
        let mut queries: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in pairs(query) {
            queries
                .entry(name)
                .and_modify(|values| *values = format!("{values},{value}"))
                .or_insert(value);
        }
        let kind = headers.get("content-type").map_or("", String::as_str);
        let is_text = [
            "text/",
            "application/json",
            "application/javascript",
            "application/xml",
        ]
        .iter()
        .any(|text| kind.starts_with(text));
        let (body, is_base64) = body(received.body, !is_text);
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": API,
                "domainName": self.domain(),
                "domainPrefix": API,
                "http": {
                    "method": received.parts.method.as_str(),
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": received.from.to_string(),
                    "userAgent": received.parts.headers.get("user-agent").map(text),
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "$default",
                "stage": stage,
                "time": TIME,
                "timeEpoch": MILLIS,
            },
            "isBase64Encoded": is_base64,
        });
        // What there is none of is left out here.
        let members: [(&str, Value, bool); 3] = [
            ("cookies", json!(cookies), !cookies.is_empty()),
            ("queryStringParameters", json!(queries), !queries.is_empty()),
            ("body", body, !nothing),
        ];
        for (name, value, there) in members {
            if there {
                event[name] = value;
            }
        }
        event
    }

    /// Names in lower case, with what gateways take away and add.
    fn headers(&self, received: &Received<'_>) -> Vec<(String, String)> {
        let given: &HeaderMap = &received.parts.headers;
        let mut forwarded = received.from.to_string();
        if let Some(before) = given.get("x-forwarded-for") {
            forwarded = format!("{}, {forwarded}", text(before));
        }
        let own = [
            ("host", self.domain()),
            ("x-amzn-trace-id", received.trace.to_owned()),
            ("x-forwarded-for", forwarded),
            ("x-forwarded-port", "443".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ];
        let is_rest = matches!(self, Self::Rest { .. } | Self::RestCustomDomain { .. });
        let mut gone = vec![
            header::CONNECTION,
            header::EXPECT,
            header::TE,
            header::TRANSFER_ENCODING,
            header::UPGRADE,
        ];
        if is_rest {
            gone.push(header::CONTENT_LENGTH);
        }
        let kept = given
            .iter()
            .filter(|(name, _)| !gone.contains(name) && own.iter().all(|(own, _)| name != own));
        let kept = kept.map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let own = own
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        kept.chain(own).collect()
    }
}

fn text(value: &contract_runtime::axum::http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// `x-forwarded-for` as `X-Forwarded-For`.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| decoded(&text.replace('+', " "));
            (plain(name), plain(value))
        })
        .collect()
}

/// The members that have single values have the last.
fn last(several: &BTreeMap<String, Vec<String>>) -> Value {
    let single: Map<String, Value> = several
        .iter()
        .map(|(name, values)| (name.clone(), json!(values.last())))
        .collect();
    single.into()
}

fn or_null(queries: &BTreeMap<String, Vec<String>>, value: Value) -> Value {
    if queries.is_empty() {
        Value::Null
    } else {
        value
    }
}

/// The body's member, and whether it is base64: always if the gateway takes it for binary.
fn body(bytes: &Bytes, is_binary: bool) -> (Value, bool) {
    if bytes.is_empty() {
        return (Value::Null, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_binary => (json!(text), false),
        _ => (json!(STANDARD.encode(bytes)), true),
    }
}
