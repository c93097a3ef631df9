//! The alternatives of a security requirement, tried in the contract's order.

use http::HeaderValue;

use crate::fault::Fault;
use crate::security::{Principal, Rejection};

/// Seconds after which a caller may try again when credentials could not be checked.
const RETRY_AFTER: u32 = 1;

/// What has come of a call's credentials so far.
///
/// OpenAPI 3.0.3, Security Requirement Object: one alternative is enough, and all schemes of an
/// alternative are needed. An alternative whose credentials are all there is tried; a credential
/// that is refused refuses the call, even where the contract also allows anonymous calls, unless
/// a later alternative accepts it.
#[derive(Debug, Default)]
pub struct Attempt {
    outcome: Option<Result<Principal, Rejection>>,
}

impl Attempt {
    /// Nothing tried yet.
    pub const fn new() -> Self {
        Self { outcome: None }
    }

    /// Whether no alternative has been accepted yet.
    pub const fn is_open(&self) -> bool {
        !matches!(self.outcome, Some(Ok(_)))
    }

    /// Notes what came of an alternative. One that is accepted counts most, then one that may be accepted
    /// later, one that our own mistake kept from being checked, and one that was refused; of two alike the first.
    pub fn record(&mut self, outcome: Result<Principal, Rejection>) {
        let rank = |outcome: &Result<Principal, Rejection>| match outcome {
            Err(Rejection::Invalid(_)) => 0,
            Err(Rejection::Internal(_)) => 1,
            Err(Rejection::Unavailable(_)) => 2,
            Ok(_) => 3,
        };
        if self.outcome.as_ref().map(rank) < Some(rank(&outcome)) {
            self.outcome = Some(outcome);
        }
    }

    /// The principal of an operation that may be called anonymously.
    ///
    /// # Errors
    ///
    /// 401 for a credential that is refused, 503 when it could not be checked, 500 when trying again will not help.
    pub fn optional(self, challenge: &'static str) -> Result<Option<Principal>, Fault> {
        match self.outcome {
            None => Ok(None),
            Some(Ok(principal)) => Ok(Some(principal)),
            Some(Err(Rejection::Unavailable(cause))) => {
                tracing::error!(%cause, "a credential could not be checked");
                Err(Fault::unavailable(RETRY_AFTER))
            }
            Some(Err(Rejection::Internal(cause))) => {
                tracing::error!(%cause, "a credential could not be checked, and trying again will not help");
                Err(Fault::internal())
            }
            Some(Err(Rejection::Invalid(reason))) => {
                let header = if challenge == "Bearer" {
                    // RFC 6750, section 3.
                    let detailed =
                        format!("Bearer error=\"invalid_token\", error_description=\"{reason}\"");
                    HeaderValue::try_from(detailed).ok()
                } else {
                    None
                };
                Err(Fault::unauthorized(
                    format!("The credential was refused: {reason}."),
                    header.unwrap_or(HeaderValue::from_static(challenge)),
                ))
            }
        }
    }

    /// The principal of an operation that needs one.
    ///
    /// # Errors
    ///
    /// As [`Attempt::optional`], and 401 when there is no credential.
    pub fn required(self, challenge: &'static str) -> Result<Principal, Fault> {
        self.optional(challenge)?.ok_or_else(|| {
            Fault::unauthorized(
                "This operation requires a credential.",
                HeaderValue::from_static(challenge),
            )
        })
    }
}

/// One principal of two, for requirements that need several schemes: the first one's identity,
/// with the roles and claims of both.
pub fn both(first: Principal, second: Principal) -> Principal {
    let mut principal = first;
    principal.roles.extend(second.roles);
    for (name, claim) in second.claims {
        principal.claims.entry(name).or_insert(claim);
    }
    principal
}

/// Refuses a principal that has none of these roles.
///
/// # Errors
///
/// 403.
pub fn require(principal: &Principal, roles: &[&str]) -> Result<(), Fault> {
    if roles.iter().any(|role| principal.has_role(role)) {
        Ok(())
    } else {
        Err(Fault::forbidden(roles))
    }
}
