//! Request ids.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that requests bring an id in, and that every response carries one in.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of the longest id that is taken over from a client.
const LONGEST: usize = 128;

/// A request's id, as a request extension: the client's own if it sent a good one, else the one that the front end
/// has set as an extension before, else a UUID version 7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id: 1 to 128 letters, digits, dots, underscores and hyphens.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// An id from elsewhere, if it is a good one.
    pub fn given(id: &str) -> Option<Self> {
        let id = HeaderValue::from_str(id).ok()?;
        is_good(id.as_bytes()).then_some(Self(id))
    }

    /// Puts it among a response's headers.
    pub(crate) fn announce(&self, headers: &mut HeaderMap) {
        headers.insert(HEADER, self.0.clone());
    }

    /// The id of a request with these headers, and this id from the front end.
    pub(super) fn of(headers: &HeaderMap, front_end: Option<&Self>) -> Self {
        match headers.get(&HEADER) {
            Some(id) if is_good(id.as_bytes()) => Self(id.clone()),
            _ => front_end.cloned().unwrap_or_default(),
        }
    }
}

impl Default for RequestId {
    /// A new one.
    fn default() -> Self {
        let mut text = Uuid::encode_buffer();
        let id = unique().hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(id).expect("hexadecimal digits and hyphens are header text"))
    }
}

fn is_good(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

/// A UUID of now (RFC 9562, section 5.7). Its random part comes from a keyed hash of a counter: ids must be
/// unique and need not be secret, and the system's generator costs a system call.
fn unique() -> Uuid {
    static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_millis() as u64);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 10];
    random[..8].copy_from_slice(&KEYS.0.hash_one(count).to_ne_bytes());
    random[8..].copy_from_slice(&KEYS.1.hash_one(count).to_ne_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(id: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(id).unwrap());
        RequestId::of(&headers, None)
    }

    #[test]
    fn a_good_id_is_kept() {
        for id in ["a", "A-1_b.2", &"x".repeat(128)] {
            assert_eq!(of(id).as_str(), id);
        }
    }

    #[test]
    fn any_other_is_replaced_by_a_uuid() {
        for id in ["", "a b", "a/b", "ä", "a,b", "<script>", &"x".repeat(129)] {
            let new = of(id);
            let uuid = Uuid::parse_str(new.as_str()).unwrap();
            assert_eq!(uuid.get_version_num(), 7, "{id}");
            assert_eq!(new.as_str().len(), 36);
        }
    }

    #[test]
    fn the_front_ends_id_comes_second() {
        let front_end = RequestId::given("from-the-front-end").unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(RequestId::of(&headers, Some(&front_end)), front_end);
        headers.insert(HEADER, HeaderValue::from_static("not good"));
        assert_eq!(RequestId::of(&headers, Some(&front_end)), front_end);
        headers.insert(HEADER, HeaderValue::from_static("mine"));
        assert_eq!(RequestId::of(&headers, Some(&front_end)).as_str(), "mine");
        assert_eq!(RequestId::given("not good"), None);
    }

    #[test]
    fn new_ids_are_unique() {
        let ids: HashSet<Uuid> = (0..100_000).map(|_| unique()).collect();
        assert_eq!(ids.len(), 100_000);
    }
}
