//! Values in paths.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what RFC 3986, section 2.3, calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Writes a value as one segment of a path. progenitor's own leaves `\` as it is, which URL parsers read as `/`, so that a
/// value could lead to another path.
///
/// A segment that is only `.` or `..` cannot be saved by encoding: contracts with such values are refused when the client
/// is generated.
#[must_use]
pub fn encode_path(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path of a URL with the value as its second segment.
    fn path_with(value: &str) -> String {
        let url = format!("http://127.0.0.1/books/{}/pages", encode_path(value));
        let url: reqwest::Url = url.parse().expect("a URL");
        assert_eq!((url.query(), url.fragment()), (None, None), "{value}");
        url.path().to_owned()
    }

    #[test]
    fn a_value_stays_one_segment() {
        for value in [
            "..\\users",
            "\\",
            "..\\",
            "../users",
            "a/b",
            "a?b",
            "a#b",
            "a%2Fb",
            "a;b",
            "%2e%2e",
            "\t..",
            "..\n",
        ] {
            let path = path_with(value);
            assert_eq!(path.split('/').count(), 4, "{value:?}: {path}");
            assert!(!path.contains('\\'), "{value:?}: {path}");
        }
        assert_eq!(path_with("..\\users"), "/books/..%5Cusers/pages");
    }

    #[test]
    fn only_what_is_unreserved_stays_as_it_is() {
        assert_eq!(encode_path("aZ09-._~"), "aZ09-._~");
        assert_eq!(
            encode_path("é :@!$&'()*+,="),
            "%C3%A9%20%3A%40%21%24%26%27%28%29%2A%2B%2C%3D"
        );
    }
}
