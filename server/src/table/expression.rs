//! Conditions and changes, said without DynamoDB's expression language, and their translation into it. Every attribute
//! name goes through a placeholder: `Views`, `Total` and others are reserved words.

use std::borrow::Cow;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};

/// An attribute's name.
pub type Name = Cow<'static, str>;

/// A scalar attribute value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string (S).
    Text(String),
    /// A whole number (N).
    Number(i64),
    /// A boolean (BOOL).
    Flag(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Value> for AttributeValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Text(text) => AttributeValue::S(text),
            Value::Number(number) => AttributeValue::N(number.to_string()),
            Value::Flag(flag) => AttributeValue::Bool(flag),
        }
    }
}

/// What must be true of the stored item for a write to happen, or for a query to hand it over. An attribute inside a map is
/// named with the map, such as `Facts.category`.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// No item has this key, nor had one that was [buried](super::Write::bury) in the last day.
    Absent,
    /// No item has this key, or its `ExpiresAt` has passed at the given time: TTL deletes late, so an expired item may
    /// still be there.
    AbsentOrExpired(DateTime<Utc>),
    /// The item exists and this attribute has this value.
    Equals(Name, Value),
    /// The item exists and this attribute is a list that has this element.
    Contains(Name, Value),
}

impl Condition {
    /// The item exists and `attribute` is `value`.
    pub fn equals(attribute: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self::Equals(attribute.into(), value.into())
    }

    /// The item exists and `attribute` is a list with `element`.
    pub fn contains(attribute: impl Into<Name>, element: impl Into<Value>) -> Self {
        Self::Contains(attribute.into(), element.into())
    }

    pub(super) fn expression(self, placeholders: &mut Placeholders) -> String {
        match self {
            Self::Absent => format!("attribute_not_exists({})", placeholders.name("PK")),
            Self::AbsentOrExpired(now) => {
                let key = placeholders.name("PK");
                let expires = placeholders.name("ExpiresAt");
                let now = placeholders.value(Value::Number(now.timestamp()));
                format!("attribute_not_exists({key}) OR {expires} <= {now}")
            }
            Self::Equals(attribute, value) => {
                format!(
                    "{} = {}",
                    placeholders.path(&attribute),
                    placeholders.value(value)
                )
            }
            Self::Contains(attribute, element) => {
                format!(
                    "contains({}, {})",
                    placeholders.path(&attribute),
                    placeholders.value(element)
                )
            }
        }
    }
}

/// A change of some attributes of one item, which is made when it does not exist.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    set: Vec<(Name, Value)>,
    set_if_absent: Vec<(Name, Value)>,
    add: Vec<(Name, i64)>,
}

impl Change {
    /// No change yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `attribute` this value.
    pub fn set(mut self, attribute: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.set.push((attribute.into(), value.into()));
        self
    }

    /// Gives `attribute` this value unless it has one.
    pub fn set_if_absent(mut self, attribute: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.set_if_absent.push((attribute.into(), value.into()));
        self
    }

    /// Adds to a number; an absent attribute counts as 0.
    pub fn add(mut self, attribute: impl Into<Name>, amount: i64) -> Self {
        self.add.push((attribute.into(), amount));
        self
    }

    pub(super) fn expression(self, placeholders: &mut Placeholders) -> String {
        let mut sets = Vec::new();
        for (attribute, value) in self.set {
            sets.push(format!(
                "{} = {}",
                placeholders.name(attribute),
                placeholders.value(value)
            ));
        }
        for (attribute, value) in self.set_if_absent {
            let name = placeholders.name(attribute);
            sets.push(format!(
                "{name} = if_not_exists({name}, {})",
                placeholders.value(value)
            ));
        }
        let mut adds = Vec::new();
        for (attribute, amount) in self.add {
            adds.push(format!(
                "{} {}",
                placeholders.name(attribute),
                placeholders.value(Value::Number(amount))
            ));
        }
        let clauses = [("SET", sets), ("ADD", adds)];
        let clauses = clauses.iter().filter(|(_, parts)| !parts.is_empty());
        clauses
            .map(|(verb, parts)| format!("{verb} {}", parts.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The `#n` and `:v` of one request.
#[derive(Debug, Default)]
pub(super) struct Placeholders {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Placeholders {
    pub(super) fn name(&mut self, attribute: impl Into<String>) -> String {
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), attribute.into());
        placeholder
    }

    /// An attribute, or one inside a map (`Facts.category`).
    pub(super) fn path(&mut self, path: &str) -> String {
        let steps: Vec<String> = path.split('.').map(|step| self.name(step)).collect();
        steps.join(".")
    }

    pub(super) fn value(&mut self, value: impl Into<AttributeValue>) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value.into());
        placeholder
    }

    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        Some(self.names.clone()).filter(|names| !names.is_empty())
    }

    pub(super) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        Some(self.values.clone()).filter(|values| !values.is_empty())
    }
}
