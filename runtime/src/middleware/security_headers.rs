//! Headers that tell browsers what a response is not good for.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Set unless the response has its own: answers of an API are no pages.
const DEFAULTS: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// What has no validator is not to be stored.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// What has one may be stored, by the caller alone, and is asked for again with `If-None-Match` each
/// time (RFC 9111, section 5.2.2.4): an entity tag is of no use to a client that may not keep the body.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// HTTPS only, for a year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

pub(crate) fn add(headers: &mut HeaderMap, hsts: bool) {
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    let validated = headers.contains_key(header::ETAG);
    let caching = if validated { REVALIDATE } else { NO_STORE };
    headers.entry(header::CACHE_CONTROL).or_insert(caching);
    if hsts {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caching(given: &[(HeaderName, &'static str)]) -> HeaderValue {
        let pairs = given.iter().cloned();
        let mut headers: HeaderMap = pairs
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect();
        add(&mut headers, false);
        headers[header::CACHE_CONTROL].clone()
    }

    #[test]
    fn only_what_has_a_validator_may_be_stored() {
        assert_eq!(caching(&[]), "no-store");
        assert_eq!(caching(&[(header::ETAG, "\"1\"")]), "private, no-cache");
        assert_eq!(
            caching(&[
                (header::ETAG, "\"1\""),
                (header::CACHE_CONTROL, "max-age=60")
            ]),
            "max-age=60"
        );
    }
}
