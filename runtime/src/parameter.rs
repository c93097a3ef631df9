//! Path, query, header and cookie parameters: from text to the contract's types.

use std::borrow::Cow;
use std::str::FromStr;

use axum::extract::RawPathParams;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use crate::choice::{self, Choice};
use crate::constant::Always;
use crate::format::FormatError;
use crate::violation::{At, Location, Report};

/// The decoded query of a request.
#[derive(Debug)]
pub struct Query<'r> {
    pairs: Vec<Pair<'r>>,
}

#[derive(Debug)]
struct Pair<'r> {
    name: Cow<'r, str>,
    value: Cow<'r, str>,
    /// The value as it was sent: a list is split before its items are decoded.
    raw: &'r str,
}

impl<'r> Query<'r> {
    /// Decodes `name=value` pairs (`application/x-www-form-urlencoded`). A bad percent-encoding
    /// is a violation, not a replacement character.
    pub fn parse(query: Option<&'r str>, report: &mut Report) -> Self {
        let mut pairs = Vec::new();
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode_form(name), decode_form(raw)) {
                (Some(name), Some(value)) => pairs.push(Pair { name, value, raw }),
                (Some(name), None) => report.add(
                    &At::Parameter(Location::Query, &name),
                    "is not percent-encoded UTF-8",
                ),
                (None, _) => report.add(
                    &At::Parameter(Location::Query, name),
                    "is a name that is not percent-encoded UTF-8",
                ),
            }
        }
        Self { pairs }
    }

    /// The value of a parameter that may be given once.
    pub fn one(&self, name: &str, report: &mut Report) -> Option<&str> {
        self.first(name, report).map(|pair| pair.value.as_ref())
    }

    /// The items of a list that may be given once, with commas between them (`explode: false`). A
    /// comma that is percent-encoded is a part of its item (RFC 6570, section 3.2.1).
    pub fn list(&self, name: &str, report: &mut Report) -> Option<Vec<Cow<'r, str>>> {
        // What can be decoded as a whole can be decoded in parts: a comma is in no character's
        // encoding but its own.
        self.first(name, report)?
            .raw
            .split(',')
            .map(decode_form)
            .collect()
    }

    fn first(&self, name: &str, report: &mut Report) -> Option<&Pair<'r>> {
        let mut pairs = self.pairs.iter().filter(|pair| pair.name == name);
        let first = pairs.next();
        if pairs.next().is_some() {
            report.add(
                &At::Parameter(Location::Query, name),
                "must be given only once",
            );
        }
        first
    }

    /// Every value of a repeated parameter.
    pub fn all<'q, 'n>(&'q self, name: &'n str) -> impl Iterator<Item = &'q str> + use<'q, 'n, 'r> {
        self.pairs
            .iter()
            .filter(move |pair| pair.name == name)
            .map(|pair| pair.value.as_ref())
    }
}

fn decode_form(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Some(Cow::Borrowed(text));
    }
    if !is_percent_encoded(text) {
        return None;
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

/// Whether every `%` is followed by two hexadecimal digits (RFC 3986, section 2.1).
pub(crate) fn is_percent_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes().take(2);
        digits.len() == 2 && digits.all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The value of a path parameter.
pub fn path<'p>(parameters: Option<&'p RawPathParams>, name: &str) -> Option<&'p str> {
    parameters?
        .iter()
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The value of a header; several lines of one are one list (RFC 9110, section 5.3).
pub fn header<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
    at: &At<'_>,
    report: &mut Report,
) -> Option<Cow<'h, str>> {
    let mut joined: Option<Cow<'h, str>> = None;
    for value in headers.get_all(name) {
        let Ok(text) = value.to_str() else {
            report.add(at, "must have visible ASCII characters only");
            return None;
        };
        joined = Some(match joined {
            None => Cow::Borrowed(text),
            Some(earlier) => Cow::Owned(format!("{earlier}, {text}")),
        });
    }
    joined
}

/// The value of the first cookie of a name that is UTF-8, decoded (`style: form`, RFC 6570, section 3.2.8, where `+` is no
/// space). One of other bytes is as if it were not there.
///
/// Cookies come from elsewhere too, and who has one that does not decode could not mend it: a value with a bad
/// percent-encoding, or that would not be UTF-8 once decoded, stands as it was sent, so that the operation may replace it. A service
/// that sets a cookie reads the same again if it percent-encodes at least `%` and what no cookie may hold (RFC 6265,
/// section 4.1.1).
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cow<'h, str>> {
    let sent = cookie_as_sent(headers, name)?;
    let decoded = is_percent_encoded(sent).then(|| percent_decode_str(sent).decode_utf8().ok());
    Some(decoded.flatten().unwrap_or(Cow::Borrowed(sent)))
}

/// The value of the first cookie of a name that is UTF-8 (RFC 6265, section 5.4). Cookies beside it, which others
/// may have set, can hold any bytes.
pub(crate) fn cookie_as_sent<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .find_map(|pair| {
            let pair = pair.trim_ascii();
            let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            std::str::from_utf8(value).ok()
        })
}

/// Reports a parameter that must be there, unless it is there and could not be read.
pub fn missing<T>(at: &At<'_>, report: &mut Report) -> Option<T> {
    if !report.mentions(at) {
        report.add(at, "is required");
    }
    None
}

/// A string.
pub fn string(text: &str, _: &At<'_>, _: &mut Report) -> Option<String> {
    Some(text.to_owned())
}

/// An integer of 32 or 64 bits, in decimal digits.
pub fn integer<T: FromStr>(text: &str, at: &At<'_>, report: &mut Report) -> Option<T> {
    // Rust's own parser takes a leading plus sign.
    let parsed = text.parse().ok().filter(|_| !text.starts_with('+'));
    if parsed.is_none() {
        report.add(
            at,
            format!("must be an integer of at most {} bits", size_of::<T>() * 8),
        );
    }
    parsed
}

/// A finite number.
pub fn number(text: &str, at: &At<'_>, report: &mut Report) -> Option<f64> {
    let parsed = text.parse().ok().filter(|number: &f64| number.is_finite());
    if parsed.is_none() {
        report.add(at, "must be a number");
    }
    parsed
}

/// `true` or `false`.
pub fn boolean(text: &str, at: &At<'_>, report: &mut Report) -> Option<bool> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        report.add(at, "must be true or false");
    }
    parsed
}

/// `true` or `false`, whichever of them it can only be.
pub fn constant<const VALUE: bool>(
    text: &str,
    at: &At<'_>,
    report: &mut Report,
) -> Option<Always<VALUE>> {
    if boolean(text, at, report)? != VALUE {
        report.add(at, format!("must be {VALUE}"));
        return None;
    }
    Some(Always)
}

/// A string of a format.
pub fn formatted<T: FromStr<Err = FormatError>>(
    text: &str,
    at: &At<'_>,
    report: &mut Report,
) -> Option<T> {
    match text.parse() {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            report.add(at, format!("must be {error}"));
            None
        }
    }
}

/// A value out of an enumeration.
pub fn choice<T: Choice>(text: &str, at: &At<'_>, report: &mut Report) -> Option<T> {
    choice::parse(text, at, report)
}

/// The items of an array parameter, read with one of the functions above.
pub fn array<T>(
    texts: impl Iterator<Item = impl AsRef<str>>,
    at: &At<'_>,
    report: &mut Report,
    read: impl Fn(&str, &At<'_>, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    let mut items = Vec::new();
    let mut complete = true;
    for (index, text) in texts.enumerate() {
        match read(text.as_ref(), &at.index(index), report) {
            Some(item) => items.push(item),
            None => complete = false,
        }
    }
    complete.then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(report: Report) -> Vec<(String, String)> {
        let pairs = report.into_violations().into_iter();
        pairs.map(|v| (v.pointer, v.message)).collect()
    }

    #[test]
    fn decodes_forms() {
        let mut report = Report::new();
        let query = Query::parse(Some("a=1%202+3&b&=x&&c=%C3%A4"), &mut report);
        assert_eq!(query.one("a", &mut report), Some("1 2 3"));
        assert_eq!(query.one("b", &mut report), Some(""));
        assert_eq!(query.one("c", &mut report), Some("ä"));
        assert_eq!(query.one("d", &mut report), None);
        assert!(report.is_empty());
    }

    #[test]
    fn commas_part_a_list_before_its_items_are_decoded() {
        let mut report = Report::new();
        let query = Query::parse(Some("a=x%2Cy,z+%C3%A4,&b=x%2cy&c=&d=1,2&d=3"), &mut report);
        let mut list = |name| query.list(name, &mut report).map(|items| items.join("|"));
        assert_eq!(list("a").as_deref(), Some("x,y|z ä|"));
        assert_eq!(list("b").as_deref(), Some("x,y"));
        assert_eq!(list("c").as_deref(), Some(""));
        assert_eq!(list("none"), None);
        assert_eq!(list("d").as_deref(), Some("1|2"));
        assert_eq!(violations(report).len(), 1);
    }

    #[test]
    fn refuses_bad_percent_encoding_and_repetition() {
        let mut report = Report::new();
        let query = Query::parse(Some("a=%zz&b=%ff&c=%4&d=1&d=2"), &mut report);
        query.one("d", &mut report);
        let found = violations(report);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn finds_a_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; session=x=y".parse().unwrap());
        assert_eq!(cookie(&headers, "session").as_deref(), Some("x=y"));
        assert_eq!(cookie(&headers, "ession").as_deref(), None);
        let foreign = http::HeaderValue::from_bytes(b"name=\xff; session=z").unwrap();
        headers.insert(header::COOKIE, foreign);
        assert_eq!(cookie(&headers, "session").as_deref(), Some("z"));
    }

    #[test]
    fn a_cookie_is_decoded_unless_it_cannot_be() {
        for (sent, read) in [
            ("dark%20blue%3B%2c", "dark blue;,"),
            ("%C3%A4%25", "ä%"),
            // Not a space: base64 is full of it, and no cookie is a form.
            ("a+b/c==", "a+b/c=="),
            ("100%", "100%"),
            ("%zz%20", "%zz%20"),
            ("%4", "%4"),
            ("%+1", "%+1"),
            ("%ff%20", "%ff%20"),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, format!("session={sent}").parse().unwrap());
            assert_eq!(cookie(&headers, "session").as_deref(), Some(read), "{sent}");
        }
    }

    #[test]
    fn integers_are_plain_digits() {
        let (at, mut report) = (At::Parameter(Location::Query, "n"), Report::new());
        assert_eq!(integer::<i32>("-12", &at, &mut report), Some(-12));
        for wrong in ["", "+1", "1.0", "1e3", " 1", "99999999999"] {
            assert_eq!(integer::<i32>(wrong, &at, &mut report), None, "{wrong}");
        }
    }
}
