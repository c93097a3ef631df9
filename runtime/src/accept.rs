//! Which of several media types a client wants (RFC 9110, section 12.5.1).

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::fault::Fault;

/// The media type of those offered, in the service's order of preference, that the client wants most.
///
/// The most specific range that matches a media type decides on its weight. Without `Accept`, or with one that
/// says nothing, the first is taken; so it is of those that the client wants equally.
///
/// # Errors
///
/// 406 when none is acceptable.
pub fn choose(headers: &HeaderMap, offered: &[&'static str]) -> Result<&'static str, Fault> {
    let values = headers.get_all(header::ACCEPT).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let ranges: Vec<Range<'_>> = texts.flat_map(elements).filter_map(Range::read).collect();
    let weigh = |media_type: &str| {
        if ranges.is_empty() {
            return WHOLE;
        }
        let matching = ranges
            .iter()
            .filter_map(|range| Some((range.precision(media_type)?, range.weight)));
        matching.max().map_or(0, |(_, weight)| weight)
    };
    let mut best: Option<(&'static str, u16)> = None;
    for media_type in offered {
        let weight = weigh(media_type);
        // Not `max_by_key`, which takes the last of equals.
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((media_type, weight));
        }
    }
    best.map(|(media_type, _)| media_type)
        .ok_or_else(|| Fault::not_acceptable(offered))
}

/// Tells caches that the response depends on `Accept` (RFC 9110, section 12.5.5).
pub fn varies(mut response: Response) -> Response {
    let accept = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, accept);
    response
}

/// Thousandths; a weight has three digits at most.
const WHOLE: u16 = 1_000;

/// A media range with its weight.
struct Range<'t> {
    kind: &'t str,
    subtype: &'t str,
    weight: u16,
}

impl<'t> Range<'t> {
    /// `None` for what is no media range, which is passed over: a client's mistake in one of them is no reason to
    /// answer nothing. So is a range with parameters other than the only charset that JSON and events have, since no
    /// representation here has any.
    fn read(text: &'t str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        if kind.is_empty() || subtype.is_empty() || (kind == "*" && subtype != "*") {
            return None;
        }
        let mut weight = WHOLE;
        for parameter in parts.filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim_matches('"');
            if name.eq_ignore_ascii_case("q") {
                weight = weight_of(value)?;
                // What follows the weight is no parameter of the media type.
                break;
            }
            if !(name.eq_ignore_ascii_case("charset") && value.eq_ignore_ascii_case("utf-8")) {
                return None;
            }
        }
        Some(Self {
            kind,
            subtype,
            weight,
        })
    }

    /// How precisely this says the media type; `None` if it is another one.
    fn precision(&self, media_type: &str) -> Option<u8> {
        let (kind, subtype) = media_type.split_once('/')?;
        if self.kind == "*" {
            return Some(0);
        }
        if !self.kind.eq_ignore_ascii_case(kind) {
            return None;
        }
        if self.subtype == "*" {
            return Some(1);
        }
        self.subtype.eq_ignore_ascii_case(subtype).then_some(2)
    }
}

/// RFC 9110, section 12.4.2: 0 to 1 with three digits at most.
fn weight_of(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{digits:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(WHOLE),
        _ => None,
    }
}

/// The elements of a list, whose commas may stand in quotes (RFC 9110, section 5.6.1).
fn elements(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    })
    .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [&str; 2] = ["application/json", "text/event-stream"];

    fn chosen(accept: &[&str]) -> &'static str {
        let values = accept
            .iter()
            .map(|value| HeaderValue::from_str(value).unwrap());
        let headers = values.map(|value| (header::ACCEPT, value)).collect();
        choose(&headers, &BOTH).unwrap_or("none")
    }

    #[test]
    fn without_a_wish_the_first_is_taken() {
        for accept in [&[][..], &[""], &["*/*"], &["nonsense"], &["*/*;q=0.1"]] {
            assert_eq!(chosen(accept), "application/json", "{accept:?}");
        }
    }

    #[test]
    fn the_heaviest_range_wins_and_the_first_of_equals() {
        for (accept, expected) in [
            ("text/event-stream", "text/event-stream"),
            ("TEXT/Event-Stream; charset=UTF-8", "text/event-stream"),
            ("text/*", "text/event-stream"),
            ("application/json, text/event-stream", "application/json"),
            ("text/event-stream, application/json", "application/json"),
            (
                "application/json;q=0.5, text/event-stream;q=0.501",
                "text/event-stream",
            ),
            (
                "application/json;q=0.5,text/event-stream; q=0.5",
                "application/json",
            ),
            ("*/*;q=0.1, text/event-stream", "text/event-stream"),
            (
                "text/html, application/xhtml+xml, */*;q=0.8",
                "application/json",
            ),
            (
                "text/html;level=\"1,2\", text/event-stream",
                "text/event-stream",
            ),
        ] {
            assert_eq!(chosen(&[accept]), expected, "{accept}");
        }
        let two_lines = ["application/json;q=0", "text/event-stream"];
        assert_eq!(chosen(&two_lines), "text/event-stream");
    }

    #[test]
    fn the_most_precise_range_decides() {
        assert_eq!(chosen(&["*/*, application/json;q=0"]), "text/event-stream");
        assert_eq!(
            chosen(&["text/event-stream;q=0, text/*, */*;q=0.1"]),
            "application/json"
        );
    }

    #[test]
    fn what_nobody_can_be_given_is_refused() {
        for accept in [
            "text/html",
            "*/*;q=0",
            "application/json;version=2, text/html",
            "application/json;q=0, text/event-stream;q=0.000",
        ] {
            assert_eq!(chosen(&[accept]), "none", "{accept}");
        }
        let headers = [(header::ACCEPT, HeaderValue::from_static("image/png"))];
        let fault = choose(&headers.into_iter().collect(), &BOTH).unwrap_err();
        assert_eq!(fault.status, 406);
        assert_eq!(
            fault.message,
            "This is answered as application/json or text/event-stream only."
        );
    }

    #[test]
    fn weights_that_are_none_are_passed_over() {
        for weight in ["2", "1.001", "0.1234", "-1", "x", "0.5x", ""] {
            let accept = format!("application/json;q={weight}, text/event-stream;q=0.1");
            assert_eq!(chosen(&[&accept]), "text/event-stream", "{weight}");
        }
    }
}
