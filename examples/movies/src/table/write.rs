//! One write of a transaction, said in DynamoDB's expression language with two shorthands: `#word` is the attribute `word`,
//! reserved or not, and a value is given under the name that the expression uses.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};
use contract_runtime::dynamodb::TableError;
use serde::Serialize;

use super::{Item, Table};

/// A value in an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(AttributeValue);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(AttributeValue::S(text.to_owned()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self(AttributeValue::N(number.to_string()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self(AttributeValue::Bool(flag))
    }
}

impl From<Vec<&str>> for Value {
    fn from(texts: Vec<&str>) -> Self {
        let texts = texts
            .iter()
            .map(|text| AttributeValue::S((*text).to_owned()));
        Self(AttributeValue::L(texts.collect()))
    }
}

/// One write. Each item may appear once in a transaction.
#[derive(Debug, Clone)]
#[must_use]
pub struct Write {
    table: String,
    action: Action,
    condition: Option<String>,
    values: HashMap<String, AttributeValue>,
}

#[derive(Debug, Clone)]
enum Action {
    Put(Item),
    Update(Item, String),
    Delete(Item),
    Check(Item),
}

impl Table {
    /// Stores a whole item, key included.
    pub fn put(&self, item: &impl Serialize) -> Result<Write, TableError> {
        let item = serde_dynamo::aws_sdk_dynamodb_1::to_item(item)
            .map_err(|error| TableError::item("PutItem", error))?;
        Ok(self.write(Action::Put(item)))
    }

    /// Changes an item as an update expression says; without a condition it is made if need be.
    pub fn update(&self, key: &str, expression: impl Into<String>) -> Write {
        self.write(Action::Update(self.key(key), expression.into()))
    }

    /// Deletes an item.
    pub fn delete(&self, key: &str) -> Write {
        self.write(Action::Delete(self.key(key)))
    }

    /// Changes nothing; has a condition.
    pub fn check(&self, key: &str) -> Write {
        self.write(Action::Check(self.key(key)))
    }

    fn write(&self, action: Action) -> Write {
        Write {
            table: self.name.to_string(),
            action,
            condition: None,
            values: HashMap::new(),
        }
    }
}

impl Write {
    /// Makes the whole transaction depend on this condition.
    pub fn when(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// The value that the expressions call `name`, which begins with a colon.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into().0);
        self
    }

    pub(super) fn build(self) -> Result<TransactWriteItem, BuildError> {
        let Self {
            table,
            action,
            condition,
            values,
        } = self;
        let expressions = match (&action, &condition) {
            (Action::Update(_, update), Some(condition)) => format!("{update} {condition}"),
            (Action::Update(_, update), None) => update.clone(),
            (_, condition) => condition.clone().unwrap_or_default(),
        };
        let names = Some(names(&expressions)).filter(|names| !names.is_empty());
        let values = Some(values).filter(|values| !values.is_empty());
        let write = TransactWriteItem::builder();
        let write = match action {
            Action::Put(item) => write.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
            Action::Update(key, expression) => write.update(
                Update::builder()
                    .table_name(table)
                    .set_key(Some(key))
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
            Action::Delete(key) => write.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
            Action::Check(key) => write.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
        };
        Ok(write.build())
    }
}

/// Each `#word` of an expression and the attribute that it stands for.
fn names(expression: &str) -> HashMap<String, String> {
    let words = expression.split('#').skip(1);
    words
        .map(|rest| {
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric());
            let word = &rest[..end.unwrap_or(rest.len())];
            (format!("#{word}"), word.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_an_attribute() {
        let found = names("SET #name = :name ADD #count :one attribute_exists(#name)");
        let expected = [("#name", "name"), ("#count", "count")];
        let expected = expected.map(|(name, word)| (name.to_owned(), word.to_owned()));
        assert_eq!(found, HashMap::from(expected));
    }
}
