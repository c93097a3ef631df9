//! What is wrong with a request's head beyond its grammar, which hyper checks: things that two servers in a row may
//! understand in two ways, so that one of them sees a request that the other does not (request smuggling).
//!
//! hyper refuses with 400: what RFC 9112 has no grammar for, folded lines (section 5.2), a space before a colon (5.1),
//! bare CR and NUL, differing or odd `Content-Length`s (6.3), `Transfer-Encoding` that does not end with `chunked` or
//! comes with HTTP/1.0 (6.1). Where there is both, it takes `Transfer-Encoding` and closes the connection after the
//! answer (6.3).

use http::{HeaderMap, Version, header};

/// Why a request with this head is to be answered with 400, if it is.
pub(super) fn mistake(version: Version, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        // RFC 9112, section 3.2; before HTTP/1.1 there was no such header.
        (None, _) if version == Version::HTTP_11 => return Some("The Host header is missing."),
        (_, Some(_)) => return Some("There is more than one Host header."),
        (Some(host), None) if !is_host(host.as_bytes()) => {
            return Some("The Host header is no host name or address with or without a port.");
        }
        _ => {}
    }
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => None,
        // Section 6.1 has 501 for codings that are not understood, which is no answer of a contract's operations.
        _ => Some("Only one Transfer-Encoding is understood: chunked, once."),
    }
}

/// `uri-host [ ":" port ]` (RFC 9110, section 7.2), or nothing at all, as section 3.2 of RFC 9112 lets clients send that
/// have no name for the server.
fn is_host(value: &[u8]) -> bool {
    let (host, rest) = match value.strip_prefix(b"[") {
        // RFC 3986, section 3.2.2: IP-literal.
        Some(literal) => match literal.iter().position(|byte| *byte == b']') {
            Some(end) if end > 0 => (&literal[..end], &literal[end + 1..]),
            _ => return false,
        },
        None => {
            let end = value.iter().position(|byte| *byte == b':');
            let (host, rest) = value.split_at(end.unwrap_or(value.len()));
            if host.contains(&b']') {
                return false;
            }
            (host, rest)
        }
    };
    let is_literal = value.starts_with(b"[");
    let of_host = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=%".contains(byte)
            || (is_literal && *byte == b':')
    };
    host.iter().all(of_host)
        && match rest {
            [] => true,
            [b':', port @ ..] => port.iter().all(u8::is_ascii_digit),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        for host in [
            "",
            "a",
            "a.example",
            "a.example:80",
            "a:",
            "192.0.2.1:1",
            "[::1]",
            "[::1]:8080",
            "a_b",
            "%41",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in [
            "a b", "a/b", "a?b", "u@a", "a:b", "a:1:2", "::1", "[::1", "[]", "[::1]a", "::1]",
            "a]", "\u{e9}", "a\tb",
        ] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn one_host_and_one_coding() {
        let mistake = |version, lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            super::mistake(version, &headers).is_some()
        };
        let (http10, http11) = (Version::HTTP_10, Version::HTTP_11);
        let host = ("host", "a");
        let coding = |coding| [host, ("transfer-encoding", coding)];
        assert!(!mistake(http11, &[host]));
        assert!(!mistake(http10, &[]));
        assert!(mistake(http11, &[]));
        assert!(mistake(http11, &[host, host]));
        assert!(mistake(http10, &[host, host]));
        assert!(!mistake(http11, &coding("Chunked")));
        for odd in ["gzip, chunked", "chunked, chunked", ", chunked", "identity"] {
            assert!(mistake(http11, &coding(odd)), "{odd}");
        }
        let twice = [
            host,
            ("transfer-encoding", "gzip"),
            ("transfer-encoding", "chunked"),
        ];
        assert!(mistake(http11, &twice));
    }
}
