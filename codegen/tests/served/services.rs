//! The services behind the golden contracts.

pub(crate) mod everything;
pub(crate) mod faults;
pub(crate) mod names;
pub(crate) mod notes;
pub(crate) mod shared;
pub(crate) mod smallest;
pub(crate) mod streams;

use contract_runtime::security::{Principal, Rejection};

/// A caller with roles.
pub(crate) fn principal(subject: &str, roles: &[&str]) -> Principal {
    Principal {
        subject: subject.to_owned(),
        session: String::new(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        claims: [(subject.to_owned(), true.into())].into_iter().collect(),
        issued_at: Default::default(),
        expires_at: Default::default(),
    }
}

/// Any scheme: `good`, `admin` and `editor` (with that role), `down` (cannot be checked now), `broken` (nor later); all else is refused.
pub(crate) fn check(scheme: &str, credential: &str) -> Result<Principal, Rejection> {
    match credential {
        "good" => Ok(principal(scheme, &[scheme])),
        "admin" => Ok(principal(scheme, &["admin", "writer"])),
        "editor" => Ok(principal(scheme, &["editor"])),
        "down" => Err(Rejection::Unavailable("the test says so".to_owned())),
        "broken" => Err(Rejection::Internal("the test says so".to_owned())),
        "" => Err(Rejection::Invalid("it is missing")),
        _ => Err(Rejection::Invalid("it is unknown")),
    }
}
