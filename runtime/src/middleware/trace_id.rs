//! The id of the trace that a request is part of, if somebody in front of us traces.

use http::HeaderMap;

/// The trace id of `traceparent` (W3C Trace Context, section 3.2) or of `X-Amzn-Trace-Id` (AWS X-Ray,
/// "Tracing header").
pub(super) fn of(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text("traceparent")
        .and_then(w3c)
        .or_else(|| text("x-amzn-trace-id").and_then(x_ray))
}

/// `00-<32 hexadecimal digits>-<16>-<flags>`
fn w3c(header: &str) -> Option<&str> {
    let mut parts = header.split('-');
    let id = parts.nth(1)?;
    parts.next()?;
    let hexadecimal = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (id.len() == 32 && hexadecimal && id.bytes().any(|byte| byte != b'0')).then_some(id)
}

/// `Root=1-<8 hexadecimal digits>-<24>;Parent=…;Sampled=…`, in any order.
fn x_ray(header: &str) -> Option<&str> {
    let id = header
        .split(';')
        .find_map(|part| part.trim().strip_prefix("Root="))?;
    let good = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    (id.len() == 35 && id.bytes().all(good)).then_some(id)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn trace_ids_are_found() {
        const W3C: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        const X_RAY: &str = "1-67891233-abcdef012345678912345678";
        for (name, value, id) in [
            (
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Some(W3C),
            ),
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736", None),
            (
                "traceparent",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                None,
            ),
            (
                "traceparent",
                "00-nothexadecimalnothexadecimal1234-1-01",
                None,
            ),
            (
                "x-amzn-trace-id",
                "Root=1-67891233-abcdef012345678912345678",
                Some(X_RAY),
            ),
            (
                "x-amzn-trace-id",
                "Self=1-2; Root=1-67891233-abcdef012345678912345678;Sampled=1",
                Some(X_RAY),
            ),
            (
                "x-amzn-trace-id",
                "Root=someone's text, thirty-five bytes..",
                None,
            ),
            ("x-other", "1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            assert_eq!(of(&headers), id, "{name}: {value}");
        }
    }
}
