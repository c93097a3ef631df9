//! When a request is sent again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::answer::Answer;
use crate::error::Error;
use crate::operation::Operation;

/// How often and how long a client tries again.
///
/// Only operations that may be repeated are: GET, PUT, DELETE, and what the contract calls idempotent. They are sent again
/// after 429 and 503, and when the server was not reached or its answer broke off. A request with `If-Match` is sent again
/// only if the first one cannot have been carried out: otherwise its own success would come back as a 412.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often a request is sent, the first time included.
    pub tries: u32,
    /// The longest first wait; each further one is twice as long.
    pub first: Duration,
    /// The longest wait, unless the server asks for more.
    pub longest: Duration,
    /// How long after the first try the last one may begin. A server that asks for a longer wait ends the call.
    pub budget: Duration,
}

impl Default for Retries {
    /// Four tries within half a minute.
    fn default() -> Self {
        Self {
            tries: 4,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
            budget: Duration::from_secs(30),
        }
    }
}

impl Retries {
    /// Every request is sent once.
    pub fn none() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }

    /// How long to wait before the next try; `None` if there is none. `sent` is how often the request was sent so far.
    pub(crate) fn wait(
        &self,
        operation: &Operation,
        precondition: bool,
        outcome: &Result<Answer, Error>,
        sent: u32,
        elapsed: Duration,
        now: DateTime<Utc>,
    ) -> Option<Duration> {
        if !operation.idempotent || sent >= self.tries {
            return None;
        }
        let asked = match outcome {
            Ok(answer) => match answer.0.status {
                // Refused before it was looked at.
                StatusCode::TOO_MANY_REQUESTS => retry_after(&answer.0.headers, now),
                StatusCode::SERVICE_UNAVAILABLE if !precondition => {
                    retry_after(&answer.0.headers, now)
                }
                _ => return None,
            },
            Err(Error::Communication { cause, .. }) if cause.is_connect() || !precondition => None,
            Err(_) => return None,
        };
        let wait = self.backoff(sent) + asked.unwrap_or_default();
        (elapsed + wait <= self.budget).then_some(wait)
    }

    /// Exponential, half of it random, so that clients that failed together do not come back together.
    fn backoff(&self, sent: u32) -> Duration {
        let doubled = self
            .first
            .saturating_mul(2_u32.saturating_pow(sent.saturating_sub(1)));
        doubled
            .min(self.longest)
            .mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// Seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    (date.with_timezone(&Utc) - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let retries = Retries {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(5),
            ..Retries::default()
        };
        for (sent, most) in [(1, 1), (2, 2), (3, 4), (4, 5), (400, 5)] {
            let most = Duration::from_secs(most);
            for _ in 0..50 {
                let wait = retries.backoff(sent);
                assert!(wait >= most / 2 && wait <= most, "{wait:?} after {sent}");
            }
        }
    }

    #[test]
    fn reads_seconds_and_dates() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (value, expected) in [
            ("42", Some(42)),
            ("Fri, 20 Nov 2026 12:00:07 GMT", Some(7)),
            ("Fri, 20 Nov 2026 11:00:00 GMT", None),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            assert_eq!(
                retry_after(&headers, now),
                expected.map(Duration::from_secs),
                "{value}"
            );
        }
    }
}
