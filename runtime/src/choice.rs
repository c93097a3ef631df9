//! String enumerations of the contract.

use std::str::FromStr;

use crate::violation::{At, Report};

/// A generated string enumeration.
pub trait Choice: FromStr + Copy {
    /// Every value, as it is written.
    const NAMES: &'static [&'static str];
}

/// A value out of the enumeration, or a violation that lists all of them.
pub fn parse<T: Choice>(text: &str, at: &At<'_>, report: &mut Report) -> Option<T> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        report.add(at, format!("must be one of {}", T::NAMES.join(", ")));
    }
    parsed
}

/// Implements what every generated string enumeration has: `as_str`, `ALL`, `Display`, `FromStr`
/// and serde as a plain string.
#[macro_export]
macro_rules! choices {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl $crate::choice::Choice for $name {
            const NAMES: &'static [&'static str] = &[$($text),+];
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::format::FormatError;

            // The error is named in full, since an enumeration may have a value `Err`.
            fn from_str(
                text: &str,
            ) -> ::std::result::Result<Self, $crate::format::FormatError> {
                match text {
                    $($text => ::std::result::Result::Ok(Self::$variant),)+
                    _ => ::std::result::Result::Err($crate::format::FormatError(
                        "a value out of the enumeration",
                    )),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::choice::deserialize(deserializer)
            }
        }

        impl $crate::inspect::Inspect for $name {
            fn check(&self, _: &$crate::violation::At<'_>, _: &mut $crate::violation::Report) {}

            fn inspect(
                value: &$crate::serde_json::Value,
                at: &$crate::violation::At<'_>,
                report: &mut $crate::violation::Report,
            ) {
                $crate::inspect::choice::<Self>(value, at, report);
            }
        }
    };
}

/// Reads a value from a string; unlike serde's derive, from nothing else.
pub fn deserialize<'de, T: Choice, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Visitor<T>(std::marker::PhantomData<T>);

    impl<T: Choice> serde::de::Visitor<'_> for Visitor<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(formatter, "one of {}", T::NAMES.join(", "))
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse()
                .map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_str(Visitor(std::marker::PhantomData))
}
