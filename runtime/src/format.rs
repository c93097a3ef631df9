//! Types for the string formats of OpenAPI, parsed as strictly as the formats are defined.
//!
//! `uuid` and `chrono` accept more than RFC 9562 and RFC 3339 write (braces, unpadded days,
//! a space for the `T`); a contract that says `format: uuid` promises the one form.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a string is not of a format: what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatError(pub &'static str);

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for FormatError {}

macro_rules! format_type {
    ($(#[$doc:meta])* $name:ident($inner:ty), $format:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl Deref for $name {
            type Target = $inner;
            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl From<$name> for $inner {
            fn from(outer: $name) -> Self {
                outer.0
            }
        }

        impl $name {
            /// What a string must look like, for messages.
            pub const EXPECTED: &'static str = $expected;
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($name::EXPECTED)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "schemas")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "format": $format})
            }
        }
    };
}

format_type! {
    /// `format: uuid`: hyphenated, as RFC 9562, section 4 writes it; letters of either case.
    Uuid(uuid::Uuid), "uuid", "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057"
}

format_type! {
    /// `format: date`: `full-date` of RFC 3339, section 5.6.
    Date(NaiveDate), "date", "a date such as 2026-01-31"
}

format_type! {
    /// `format: date-time`: `date-time` of RFC 3339, section 5.6, kept in UTC. Written with
    /// milliseconds and `Z`.
    DateTime(chrono::DateTime<Utc>), "date-time", "a time such as 2026-01-31T12:00:00Z"
}

impl FromStr for Uuid {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(FormatError(Self::EXPECTED));
        }
        uuid::Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| FormatError(Self::EXPECTED))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// Whether `text` has the digits and separators of `pattern`, where `0` stands for any digit.
fn has_shape(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.iter().zip(pattern).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte.eq_ignore_ascii_case(other),
        })
}

impl FromStr for Date {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if !has_shape(text.as_bytes(), b"0000-00-00") {
            return Err(FormatError(Self::EXPECTED));
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| FormatError(Self::EXPECTED))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.format("%Y-%m-%d"), formatter)
    }
}

impl FromStr for DateTime {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let shaped = text
            .as_bytes()
            .get(..19)
            .is_some_and(|head| has_shape(head, b"0000-00-00T00:00:00"));
        // chrono also takes other signs than ASCII's for the minus of an offset.
        if !shaped || !text.is_ascii() {
            return Err(FormatError(Self::EXPECTED));
        }
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|time| time.with_timezone(&Utc))
            .ok()
            // In UTC the year may be another one, which RFC 3339 must be able to write.
            .filter(|time| (0..=9999).contains(&time.year()))
            // chrono takes second 60 in any minute; a leap second ends a day (RFC 3339, section 5.7).
            .filter(|time| {
                let leap = time.nanosecond() >= 1_000_000_000;
                !leap || (time.hour(), time.minute()) == (23, 59)
            })
            .map(Self)
            .ok_or(FormatError(Self::EXPECTED))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// `format: email`: a mailbox as RFC 5321, section 4.1.2 has it, without a name before it. Letters
/// outside ASCII belong to RFC 6531, another format (`idn-email` in JSON Schema).
pub fn is_email(text: &str) -> bool {
    let options = email_address::Options::default().without_display_text();
    text.is_ascii() && email_address::EmailAddress::parse_with_options(text, options).is_ok()
}

/// `format: uri`: an absolute URI, RFC 3986.
pub fn is_uri(text: &str) -> bool {
    fluent_uri::Uri::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_hyphens() {
        assert!(Uuid::from_str("01890a5d-ac96-774b-bcce-b302099a8057").is_ok());
        for wrong in [
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a805}",
            "",
            "01890a5d-ac96-774b-bcce-b302099a805g",
        ] {
            assert!(Uuid::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_is_padded_and_exists() {
        assert_eq!(
            Date::from_str("2024-02-29").unwrap().to_string(),
            "2024-02-29"
        );
        for wrong in [
            "2026-1-5",
            "2026-02-30",
            " 2026-01-05",
            "2026-01-05 ",
            "+2026-1-05",
        ] {
            assert!(Date::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_is_kept_in_utc() {
        let time = DateTime::from_str("2026-01-31T12:00:00+02:00").unwrap();
        assert_eq!(time.to_string(), "2026-01-31T10:00:00.000Z");
        let leap = DateTime::from_str("2017-01-01T00:59:60+01:00").unwrap();
        assert_eq!(leap.to_string(), "2016-12-31T23:59:60.000Z");
        for wrong in [
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-01-31T25:00:00Z",
            "2026-01-31T12:00:00\u{2212}01:00",
            "2026-01-31T12:00:00.Z",
            "9999-12-31T23:00:00-02:00",
            "2026-06-30T12:00:60Z",
            "2016-12-31T23:59:60+01:00",
        ] {
            assert!(DateTime::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn emails_and_uris() {
        assert!(is_email("owner@example.com"));
        assert!(!is_email("owner"));
        assert!(!is_email("owner@exämple.com"));
        assert!(!is_email("The Owner <owner@example.com>"));
        assert!(is_uri("https://example.com/a?b#c"));
        assert!(!is_uri("/relative"));
        assert!(!is_uri("https://exa mple.com"));
    }
}
