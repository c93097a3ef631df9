//! Defaults and examples: values in the contract that must follow their own schemas.

use std::collections::HashSet;

use super::Reader;
use crate::decimal::is_multiple;
use crate::diagnostic::Code;
use crate::model::{Definition, Format, Kind, Length, Object, Scalar, SchemaId, Text, Type};
use crate::source::{Entry, Node, Value, kind_of};

impl<'n> Reader<'n, '_> {
    /// Notes an example, if there is one.
    pub(super) fn example(&mut self, node: Option<&'n Node>, ty: &Type) {
        if let Some(node) = node {
            self.examples.push((node, ty.clone()));
        }
    }

    /// Checks the examples, when every schema is known.
    pub(super) fn check_examples(&mut self) {
        for (node, ty) in std::mem::take(&mut self.examples) {
            self.hold(node, &ty, "example");
        }
    }

    /// A value as JSON, if it follows the type; otherwise a diagnostic.
    pub(super) fn value_of(
        &mut self,
        node: &Node,
        ty: &Type,
        what: &str,
    ) -> Option<serde_json::Value> {
        let before = self.sink.len();
        self.hold(node, ty, what);
        if what == "default" && self.is_object(ty) && !matches!(node.value, Value::Null) {
            self.report(
                node.at,
                Code::Unsupported,
                "a default of an object is not supported; give its properties defaults",
            );
        }
        (self.sink.len() == before).then(|| node.to_json())
    }

    fn is_object(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Named(id) => self.schemas[id.0]
                .as_ref()
                .is_none_or(|schema| matches!(schema.definition, Definition::Object(_))),
            Kind::Map { .. } | Kind::Free { .. } | Kind::Any => true,
            Kind::Array { item, .. } => self.is_object(item),
            Kind::Scalar(_) => false,
        }
    }

    fn breaks(&mut self, node: &Node, what: &str, rule: impl std::fmt::Display) {
        self.report(
            node.at,
            Code::BrokenValue,
            format!("this {what} breaks its schema: it must be {rule}"),
        );
    }

    fn hold(&mut self, node: &Node, ty: &Type, what: &str) {
        if matches!(node.value, Value::Null) {
            if !ty.nullable && !matches!(ty.kind, Kind::Any) {
                self.breaks(
                    node,
                    what,
                    "a value, since the schema is not `nullable: true`",
                );
            }
            return;
        }
        match (&ty.kind, &node.value) {
            (Kind::Any, _) => {}
            (Kind::Scalar(scalar), _) => self.hold_scalar(node, scalar, what),
            (
                Kind::Array {
                    item,
                    length,
                    unique,
                },
                Value::List(items),
            ) => {
                self.hold_length(node, *length, items.len(), "items", what);
                for value in items {
                    self.hold(value, item, what);
                }
                let mut known = HashSet::new();
                let repeats = |item: &Node| !known.insert(item.to_json().to_string());
                if *unique && items.iter().any(repeats) {
                    self.breaks(node, what, "without repeated items");
                }
            }
            (Kind::Array { .. }, other) => {
                self.breaks(node, what, format_args!("a list, not {}", kind_of(other)))
            }
            (Kind::Free { length }, Value::Map(entries)) => {
                self.hold_length(node, *length, entries.len(), "properties", what);
            }
            (Kind::Map { value, length }, Value::Map(entries)) => {
                self.hold_length(node, *length, entries.len(), "properties", what);
                for entry in entries {
                    self.hold(&entry.value, value, what);
                }
            }
            (Kind::Named(id), _) => self.hold_named(node, *id, what),
            (_, other) => self.breaks(
                node,
                what,
                format_args!("a mapping, not {}", kind_of(other)),
            ),
        }
    }

    fn hold_named(&mut self, node: &Node, id: SchemaId, what: &str) {
        // A schema with mistakes is not known.
        let Some(schema) = self.schemas[id.0].take() else {
            return;
        };
        match (&schema.definition, &node.value) {
            (Definition::Alias(ty), _) => self.hold(node, ty, what),
            (Definition::Choices(values), Value::String(text)) if values.contains(text) => {}
            (Definition::Choices(values), _) => {
                self.breaks(node, what, format_args!("one of {}", values.join(", ")));
            }
            (Definition::Object(object), Value::Map(entries)) => {
                self.schemas[id.0] = Some(schema.clone());
                self.hold_object(node, object, entries, what);
            }
            (Definition::Object(_), other) => {
                self.breaks(
                    node,
                    what,
                    format_args!("a mapping, not {}", kind_of(other)),
                );
            }
        }
        self.schemas[id.0] = Some(schema);
    }

    fn hold_object(&mut self, node: &Node, object: &Object, entries: &[Entry], what: &str) {
        self.hold_length(node, object.members, entries.len(), "properties", what);
        for property in &object.properties {
            match node.get(&property.name) {
                Some(value) => self.hold(value, &property.ty, what),
                None if property.required => {
                    self.breaks(
                        node,
                        what,
                        format_args!("complete; `{}` is required", property.name),
                    );
                }
                None => {}
            }
        }
        for entry in entries.iter().filter(|_| object.closed) {
            if !object
                .properties
                .iter()
                .any(|property| property.name == entry.key)
            {
                let message = format!(
                    "this {what} breaks its schema: it has no property `{}`",
                    entry.key
                );
                self.report(entry.key_at, Code::BrokenValue, message);
            }
        }
    }

    fn hold_length(&mut self, node: &Node, length: Length, count: usize, unit: &str, what: &str) {
        if !length.holds(count) {
            let bounds = match (length.min, length.max) {
                (Some(min), Some(max)) => format!("of {min} to {max} {unit}"),
                (Some(min), None) => format!("of at least {min} {unit}"),
                (_, max) => format!("of at most {} {unit}", max.unwrap_or_default()),
            };
            self.breaks(node, what, bounds);
        }
    }

    fn hold_scalar(&mut self, node: &Node, scalar: &Scalar, what: &str) {
        match (scalar, &node.value) {
            (Scalar::Boolean, Value::Bool(_)) => {}
            (Scalar::Boolean, other) => self.breaks(
                node,
                what,
                format_args!("true or false, not {}", kind_of(other)),
            ),
            (Scalar::Constant(only), Value::Bool(truth)) if truth == only => {}
            (Scalar::Constant(only), _) => self.breaks(node, what, only),
            (Scalar::Integer { bits, range }, Value::Integer(integer)) => {
                let fits = *bits == 64 || i32::try_from(*integer).is_ok();
                let divides = range
                    .multiple
                    .is_none_or(|multiple| multiple > 0 && integer % multiple == 0);
                if !fits || !divides || !range.holds(*integer) {
                    self.breaks(node, what, "within the schema's bounds");
                }
            }
            (Scalar::Integer { .. }, other) => self.breaks(
                node,
                what,
                format_args!("an integer, not {}", kind_of(other)),
            ),
            (Scalar::Number { range }, Value::Integer(_) | Value::Number(_)) => {
                let number = match node.value {
                    Value::Integer(integer) => integer as f64,
                    Value::Number(number) => number,
                    _ => f64::NAN,
                };
                let divides = range
                    .multiple
                    .is_none_or(|multiple| is_multiple(number, multiple));
                if !divides || !range.holds(number) {
                    self.breaks(node, what, "within the schema's bounds");
                }
            }
            (Scalar::Number { .. }, other) => {
                self.breaks(node, what, format_args!("a number, not {}", kind_of(other)))
            }
            (Scalar::Text(text), Value::String(value)) => self.hold_text(node, text, value, what),
            (Scalar::Formatted(format), Value::String(value)) => {
                let (sound, name) = match format {
                    Format::Uuid => (
                        is_uuid(value),
                        "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057",
                    ),
                    Format::Date => (is_date(value), "a date such as 2026-01-31"),
                    Format::DateTime => {
                        (is_date_time(value), "a time such as 2026-01-31T12:00:00Z")
                    }
                };
                if !sound {
                    self.breaks(node, what, name);
                }
            }
            (_, other) => self.breaks(
                node,
                what,
                format_args!("a string, not {}; put it in quotes", kind_of(other)),
            ),
        }
    }

    fn hold_text(&mut self, node: &Node, text: &Text, value: &str, what: &str) {
        self.hold_length(node, text.length, value.chars().count(), "characters", what);
        if let Some(pattern) = text.pattern {
            let source = self.contract.patterns[pattern.0].clone();
            let found = regress::Regex::with_flags(&source, "u")
                .is_ok_and(|regex| regex.find(value).is_some());
            if !found {
                self.breaks(node, what, format_args!("a match of {source}"));
            }
        }
        if text.email && !is_email(value) {
            self.breaks(node, what, "an email address");
        }
        if text.uri && fluent_uri::Uri::parse(value).is_err() {
            self.breaks(node, what, "an absolute URI");
        }
    }
}

/// Whether a text has the digits (`0`), hexadecimal digits (`x`) and separators of a form.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_hexdigit(),
                other => byte.eq_ignore_ascii_case(&other),
            })
}

fn is_uuid(text: &str) -> bool {
    has_form(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
}

fn is_date(text: &str) -> bool {
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(0);
    if !has_form(text, "0000-00-00") {
        return false;
    }
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// As the runtime has it: RFC 5321, so without letters outside ASCII.
fn is_email(text: &str) -> bool {
    let options = email_address::Options::default().without_display_text();
    text.is_ascii() && email_address::EmailAddress::parse_with_options(text, options).is_ok()
}

/// Minutes of an offset from UTC, which is less than a day (RFC 3339, section 5.6).
fn offset(text: &str) -> Option<i32> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    if !has_form(text, "+00:00") && !has_form(text, "-00:00") {
        return None;
    }
    let (hours, minutes): (i32, i32) = (text[1..3].parse().ok()?, text[4..6].parse().ok()?);
    let minutes = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
    Some(if text.starts_with('-') {
        -minutes
    } else {
        minutes
    })
}

/// As the runtime has it: the year in UTC has four digits too, and only the last minute of a day in
/// UTC may have 61 seconds (RFC 3339, section 5.7).
fn is_date_time(text: &str) -> bool {
    const DAY: i32 = 24 * 60;
    let Some((date, time)) = text.split_at_checked(10) else {
        return false;
    };
    let Some((clock, rest)) = time.split_at_checked(9) else {
        return false;
    };
    if !is_date(date) || !has_form(clock, "T00:00:00") {
        return false;
    }
    let part = |from: usize| clock[from..from + 2].parse::<i32>().unwrap_or(DAY);
    let (hours, minutes, seconds) = (part(1), part(4), part(7));
    // A dot needs a digit after it (RFC 3339, section 5.6, `time-secfrac`).
    let after = match rest.strip_prefix('.') {
        Some(fraction) if !fraction.starts_with(|letter: char| letter.is_ascii_digit()) => {
            return false;
        }
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let Some(offset) = offset(after) else {
        return false;
    };
    let utc = hours * 60 + minutes - offset;
    let in_range = match date {
        "0000-01-01" => utc >= 0,
        "9999-12-31" => utc < DAY,
        _ => true,
    };
    let last_second = if utc.rem_euclid(DAY) == DAY - 1 {
        60
    } else {
        59
    };
    in_range && hours < 24 && minutes < 60 && seconds <= last_second
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_the_runtime_reads() {
        for right in [
            "2026-01-31t12:00:00.5z",
            "2017-01-01T00:59:60+01:00",
            "0000-01-01T00:00:00-23:59",
        ] {
            assert!(is_date_time(right), "{right}");
        }
        for wrong in [
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.z",
            "2026-01-31T12:00:00.+01:00",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00",
            "9999-12-31T23:00:00-02:00",
            "0000-01-01T00:00:00+00:01",
        ] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
    }

    #[test]
    fn addresses_are_ascii() {
        assert!(is_email("owner@example.com"));
        assert!(!is_email("owner@exämple.com"));
    }
}
