//! The shape of errors that openapi.yml chose: `{error, message}`.

use contract_runtime::Fault;
use http::StatusCode;

use crate::contract::types;

impl From<Fault> for types::Error {
    fn from(fault: Fault) -> Self {
        let mut message = fault.message.clone().into_owned();
        for violation in &fault.violations {
            let place = format!("{:?}", violation.location).to_lowercase();
            message.push_str(&format!(
                " {place} {}: {}.",
                violation.pointer, violation.message
            ));
        }
        Self {
            error: fault.reason().to_owned(),
            message,
        }
    }
}

/// An error of the service's own.
pub(crate) fn error(status: StatusCode, message: impl Into<String>) -> types::Error {
    types::Error {
        error: status.canonical_reason().unwrap_or("Error").to_owned(),
        message: message.into(),
    }
}
