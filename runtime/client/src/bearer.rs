//! Calls with a token.

use std::fmt;

use progenitor_client::OperationInfo;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::Operation;

/// Who calls: nobody, or whoever a bearer token names (RFC 6750). It is what a client keeps beside its connections:
///
/// ```text
/// pub use contract_client::Bearer as Inner;
/// ```
#[derive(Clone, Default)]
pub struct Bearer {
    token: Option<HeaderValue>,
}

impl Bearer {
    /// The calls of whoever this token names; none if it cannot stand in a header.
    #[must_use]
    pub fn with_token(token: &str) -> Option<Self> {
        let mut token = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        token.set_sensitive(true);
        Some(Self { token: Some(token) })
    }

    /// Makes a request ready to be sent: with the token, if the operation requires or allows one, and without the header
    /// `api-version`, which is progenitor's own and in no contract.
    pub fn prepare(&self, request: &mut Request, info: &OperationInfo, operations: &[Operation]) {
        request.headers_mut().remove("api-version");
        let mut operations = operations.iter();
        let takes_token = operations.any(|one| one.function == info.operation_id && one.token);
        if let Some(token) = self.token.as_ref().filter(|_| takes_token) {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
    }
}

/// Whether there is a token, and never the token.
impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer")
            .field("signed_in", &self.token.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATIONS: [Operation; 2] = [operation("read", false), operation("write", true)];

    const fn operation(function: &'static str, token: bool) -> Operation {
        Operation {
            id: function,
            function,
            method: "GET",
            path: "/",
            token,
            idempotent: true,
            not_modified: false,
        }
    }

    fn prepared(who: &Bearer, operation_id: &'static str) -> Request {
        let mut request = Request::new(
            reqwest::Method::GET,
            "http://127.0.0.1/".parse().expect("a URL"),
        );
        let version = HeaderValue::from_static("1");
        request.headers_mut().insert("api-version", version);
        who.prepare(&mut request, &OperationInfo { operation_id }, &OPERATIONS);
        assert!(!request.headers().contains_key("api-version"));
        request
    }

    #[test]
    fn a_token_goes_with_the_operations_that_take_one() {
        let ada = Bearer::with_token("secret").expect("a token");
        let request = prepared(&ada, "write");
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer secret");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        for request in [
            prepared(&ada, "read"),
            prepared(&ada, "other"),
            prepared(&Bearer::default(), "write"),
        ] {
            assert!(!request.headers().contains_key(AUTHORIZATION));
        }
        assert!(Bearer::with_token("two\nlines").is_none());
        assert_eq!(format!("{ada:?}"), "Bearer { signed_in: true }");
    }
}
