//! CloudWatch metrics of every request, as part of its line in the log (Amazon CloudWatch user guide, "Specification:
//! Embedded metric format"): whoever stores the log makes metrics of it, so that no client and no agent is needed.
//!
//! | metric | unit | of |
//! |---|---|---|
//! | `durationMs` | milliseconds | every request; its sample count is the number of requests |
//! | `clientErrors`, `serverErrors` | count | answers with 4xx, with 5xx |
//! | `throttles` | count | answers with 429 |
//! | `readUnits`, `writeUnits` | count | requests that [consumed](crate::consumption) any |
//!
//! Each metric is paid for by the hour in which it has a value, so there is none for what did not happen and no count
//! beside the sample count.

use std::fmt::Write;

use chrono::Utc;
use http::StatusCode;
use serde_json::json;

use crate::consumption::Consumption;

/// The value of the dimension `operation` for what is none of the contract's: unknown paths, health, preflights. One
/// value, so that a scan of a site makes no metrics.
pub(super) const NO_OPERATION: &str = "none";

/// Whose metrics they are, and how fine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// The namespace: 1 to 255 of `A-Z a-z 0-9 . - _ / # :` and space.
    pub namespace: String,
    /// The dimension `service`.
    pub service: String,
    /// The dimension `environment`.
    pub environment: String,
    /// Whether there are metrics of each operation (dimensions `service`, `environment`, `operation`) beside those of
    /// all together (`service`, `environment`).
    pub operations: bool,
}

/// The part of every line that never changes.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) service: String,
    pub(super) environment: String,
    /// `"CloudWatchMetrics":[{"Namespace":…,"Dimensions":…`
    directive: String,
}

/// What is measured of a request; each a member of its line if it is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) client_error: Option<u64>,
    pub(super) server_error: Option<u64>,
    pub(super) throttle: Option<u64>,
    pub(super) read_units: Option<f64>,
    pub(super) write_units: Option<f64>,
}

impl Measured {
    pub(super) fn of(status: StatusCode, consumed: Consumption) -> Self {
        let one = |holds: bool| holds.then_some(1);
        let some = |units: f64| (units > 0.0).then_some(units);
        Self {
            client_error: one(status.is_client_error()),
            server_error: one(status.is_server_error()),
            throttle: one(status == StatusCode::TOO_MANY_REQUESTS),
            read_units: some(consumed.read),
            write_units: some(consumed.write),
        }
    }
}

impl Embedded {
    pub(super) fn new(metrics: Metrics) -> Self {
        let all = json!(["service", "environment"]);
        let dimensions = if metrics.operations {
            json!([all, ["service", "environment", "operation"]])
        } else {
            json!([all])
        };
        let namespace = json!(metrics.namespace);
        Self {
            directive: format!(
                "\"CloudWatchMetrics\":[{{\"Namespace\":{namespace},\"Dimensions\":{dimensions}"
            ),
            service: metrics.service,
            environment: metrics.environment,
        }
    }

    /// The line's member `_aws`, as JSON. It names metrics that the line has, and no other.
    pub(super) fn directive(&self, measured: &Measured) -> String {
        let now = Utc::now().timestamp_millis();
        let mut json = String::with_capacity(self.directive.len() + 320);
        // Writing to a String cannot fail.
        let _ = write!(
            json,
            "{{\"Timestamp\":{now},{},\"Metrics\":[{{\"Name\":\"durationMs\",\"Unit\":\"Milliseconds\"}}",
            self.directive
        );
        for (name, is_there) in [
            ("clientErrors", measured.client_error.is_some()),
            ("serverErrors", measured.server_error.is_some()),
            ("throttles", measured.throttle.is_some()),
            ("readUnits", measured.read_units.is_some()),
            ("writeUnits", measured.write_units.is_some()),
        ] {
            if is_there {
                let _ = write!(json, ",{{\"Name\":\"{name}\",\"Unit\":\"Count\"}}");
            }
        }
        json.push_str("]}]}");
        json
    }
}
