//! Whose visit or view it is: an anonymous session, kept by a cookie or by the client itself.

use uuid::Uuid;

/// The cookie's name, as the contract has it.
const COOKIE: &str = "visitor";
/// Browsers keep a cookie for 400 days at most (RFC 6265bis, section 5.5).
const MAX_AGE: u32 = 400 * 24 * 60 * 60;

/// An anonymous session.
pub(super) struct Visitor {
    /// Its id in the table.
    pub(super) session: String,
    /// The cookie that a client without a usable one gets.
    pub(super) set_cookie: Option<String>,
}

impl Visitor {
    /// The session of a request. The header wins: it is the client's own choice. A cookie that
    /// the server did not make is replaced, since its owner's scripts could not mend it.
    pub(super) fn of(header: Option<String>, cookie: Option<&str>, secure: bool) -> Self {
        if let Some(session) = header {
            // Apart from cookies' sessions, so that neither can pose as the other.
            return Self {
                session: format!("client-{session}"),
                set_cookie: None,
            };
        }
        if let Some(session) = cookie.and_then(|text| Uuid::try_parse(text).ok()) {
            return Self {
                session: session.to_string(),
                set_cookie: None,
            };
        }
        let session = Uuid::new_v4().to_string();
        let secure = if secure { "; Secure" } else { "" };
        // For every path: a gateway may put a stage before the contract's own.
        let cookie = format!(
            "{COOKIE}={session}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}"
        );
        Self {
            session,
            set_cookie: Some(cookie),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_wins_over_a_cookie() {
        let cookie = Uuid::new_v4().to_string();
        let visitor = Visitor::of(Some("0123456789abcdef".to_owned()), Some(&cookie), true);
        assert_eq!(visitor.session, "client-0123456789abcdef");
        assert_eq!(visitor.set_cookie, None);
    }

    #[test]
    fn a_cookie_that_is_not_ours_is_replaced() {
        let visitor = Visitor::of(None, Some(&"x".repeat(3000)), true);
        let cookie = visitor.set_cookie.unwrap();
        assert!(cookie.starts_with(&format!("visitor={}; ", visitor.session)));
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"));
    }

    #[test]
    fn a_cookie_of_ours_is_kept() {
        let session = Uuid::new_v4().to_string();
        let visitor = Visitor::of(None, Some(&session), false);
        assert_eq!(visitor.session, session);
        assert_eq!(visitor.set_cookie, None);
    }
}
