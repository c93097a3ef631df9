//! Sessions and what they are opened with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::contract::types;

/// How long before its end a token is renewed, if it lives long enough: the time that a call and two clocks may take.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// The tokens of a session, to be kept between runs of a program. Its `Debug` shows none of them.
///
/// Only one client may use a refresh token: it is replaced each time, and one that is used again ends the session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The token that is sent.
    pub token: String,
    /// What it is renewed with; without one the session ends with its token.
    pub refresh_token: Option<String>,
    /// When the token ends; without it, when its claim `exp` says (RFC 7519, section 4.1.4).
    pub expires_at: Option<DateTime<Utc>>,
}

impl Session {
    /// A session of a token alone.
    pub fn of_token(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            refresh_token: None,
            expires_at: None,
        }
    }

    /// A session as the server opened it at this time. Counted from here, its end does not depend on the server's clock.
    pub(crate) fn opened(session: types::Session, now: DateTime<Utc>) -> Self {
        let lifetime = i64::try_from(session.expires_in)
            .ok()
            .and_then(TimeDelta::try_seconds);
        Self {
            token: session.token,
            refresh_token: Some(session.refresh_token),
            expires_at: lifetime.and_then(|lifetime| now.checked_add_signed(lifetime)),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// An email address and a password.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A session in use.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) session: Session,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// When it is time to renew it.
    pub(crate) due_at: Option<DateTime<Utc>>,
}

impl Held {
    pub(crate) fn new(session: Session, now: DateTime<Utc>) -> Self {
        let expires_at = session.expires_at.or_else(|| expiry(&session.token));
        // A token that lives for seconds is not renewed with every call.
        let due_at = expires_at.map(|end| end - MARGIN.min((end - now).max(TimeDelta::zero()) / 5));
        Self {
            session,
            expires_at,
            due_at,
        }
    }

    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }

    pub(crate) fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// The claim `exp` of a JWT, in seconds since the epoch. The token is not verified: that is for the server to do.
fn expiry(token: &str) -> Option<DateTime<Utc>> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    // A float saturates: a time beyond chrono's is no time.
    DateTime::from_timestamp(exp as i64, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_is_due_a_minute_before_its_end() {
        let session = Session::of_token(jwt(r#"{"exp":1795176000}"#));
        let held = Held::new(session, at("2026-11-20T11:00:00Z"));
        assert_eq!(held.expires_at, Some(at("2026-11-20T12:00:00Z")));
        assert!(!held.is_due(at("2026-11-20T11:58:59Z")));
        assert!(held.is_due(at("2026-11-20T11:59:00Z")));
    }

    #[test]
    fn a_token_of_seconds_is_due_after_four_fifths_of_them() {
        let now = at("2026-11-20T12:00:00Z");
        let session = Session {
            expires_at: Some(now + TimeDelta::seconds(10)),
            ..Session::of_token("opaque")
        };
        let held = Held::new(session, now);
        assert!(!held.is_due(now + TimeDelta::seconds(7)));
        assert!(held.is_due(now + TimeDelta::seconds(8)));
    }

    #[test]
    fn what_cannot_be_read_never_is_due() {
        for token in ["", "a.b.c", "opaque", &jwt("{}"), &jwt(r#"{"exp":1e300}"#)] {
            let held = Held::new(Session::of_token(token), at("2026-11-20T12:00:00Z"));
            assert_eq!(held.due_at, None, "{token}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!(
            "{:?}",
            Session {
                refresh_token: Some("secret".into()),
                ..Session::of_token("secret")
            }
        );
        assert!(!shown.contains("secret"), "{shown}");
    }
}
