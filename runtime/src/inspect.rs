//! The second, tolerant reading of a body that did not deserialise.
//!
//! Serde stops at the first fault. Generated types therefore also know how to walk parsed JSON
//! and name every fault; that walk is only made when the fast reading failed.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::constant::Always;
use crate::violation::{At, Report};

/// A type of the contract, as a request body or a part of one.
pub trait Inspect: DeserializeOwned {
    /// Reports every constraint that a value of the right shape breaks.
    fn check(&self, at: &At<'_>, report: &mut Report);

    /// Reports everything that is wrong with a JSON value: its shape, and the constraints of all
    /// parts whose shape is right.
    fn inspect(value: &Value, at: &At<'_>, report: &mut Report);
}

fn wrong(value: &Value, expected: &str, at: &At<'_>, report: &mut Report) {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    report.add(at, format!("must be {expected}, not {found}"));
}

/// The members of an object.
pub fn object<'v>(
    value: &'v Value,
    at: &At<'_>,
    report: &mut Report,
) -> Option<&'v Map<String, Value>> {
    let members = value.as_object();
    if members.is_none() {
        wrong(value, "an object", at, report);
    }
    members
}

/// The items of an array.
pub fn array<'v>(value: &'v Value, at: &At<'_>, report: &mut Report) -> Option<&'v Vec<Value>> {
    let items = value.as_array();
    if items.is_none() {
        wrong(value, "an array", at, report);
    }
    items
}

/// A string.
pub fn string<'v>(value: &'v Value, at: &At<'_>, report: &mut Report) -> Option<&'v str> {
    let text = value.as_str();
    if text.is_none() {
        wrong(value, "a string", at, report);
    }
    text
}

/// A boolean.
pub fn boolean(value: &Value, at: &At<'_>, report: &mut Report) -> Option<bool> {
    let truth = value.as_bool();
    if truth.is_none() {
        wrong(value, "a boolean", at, report);
    }
    truth
}

/// A boolean that can only be `VALUE`.
pub fn constant<const VALUE: bool>(
    value: &Value,
    at: &At<'_>,
    report: &mut Report,
) -> Option<Always<VALUE>> {
    let truth = boolean(value, at, report)?;
    if truth != VALUE {
        report.add(at, format!("must be {VALUE}"));
        return None;
    }
    Some(Always)
}

/// A number.
pub fn number(value: &Value, at: &At<'_>, report: &mut Report) -> Option<f64> {
    let number = value.as_f64();
    if number.is_none() {
        wrong(value, "a number", at, report);
    }
    number
}

/// An integer of 32 or 64 bits.
pub fn integer<T: TryFrom<i64>>(value: &Value, at: &At<'_>, report: &mut Report) -> Option<T> {
    let Some(number) = value.as_number() else {
        wrong(value, "an integer", at, report);
        return None;
    };
    let integer = number.as_i64().and_then(|wide| T::try_from(wide).ok());
    if integer.is_none() {
        let bits = size_of::<T>() * 8;
        report.add(
            at,
            format!("must be an integer of at most {bits} bits, not {number}"),
        );
    }
    integer
}

/// A string of a format, such as a date.
pub fn formatted<T: std::str::FromStr<Err = crate::format::FormatError>>(
    value: &Value,
    at: &At<'_>,
    report: &mut Report,
) -> Option<T> {
    match string(value, at, report)?.parse() {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            report.add(at, format!("must be {error}"));
            None
        }
    }
}

/// A string out of an enumeration.
pub fn choice<T: crate::choice::Choice>(
    value: &Value,
    at: &At<'_>,
    report: &mut Report,
) -> Option<T> {
    let text = string(value, at, report)?;
    crate::choice::parse(text, at, report)
}

/// A member that must be there.
pub fn required<'v>(
    members: &'v Map<String, Value>,
    name: &str,
    at: &At<'_>,
    report: &mut Report,
) -> Option<&'v Value> {
    let member = members.get(name);
    if member.is_none() {
        report.add(&at.key(name), "is required");
    }
    member
}

/// Reports members that the contract does not know (`additionalProperties: false`).
pub fn only(members: &Map<String, Value>, known: &[&str], at: &At<'_>, report: &mut Report) {
    for name in members
        .keys()
        .filter(|name| !known.contains(&name.as_str()))
    {
        report.add(
            &at.key(name),
            format!("is not known here; known are {}", known.join(", ")),
        );
    }
}
