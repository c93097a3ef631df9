//! Which items of a list are wanted.

use crate::table::{Condition, Value};

/// Which items of a list are wanted: those whose facts meet all that is asked for. Each [`Kind`](super::Kind) says which
/// facts can be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Vec<Condition>);

impl Filter {
    /// Everything.
    pub fn none() -> Self {
        Self::default()
    }

    /// Only items whose `fact` is `value`, if there is one.
    pub(super) fn equals(mut self, fact: &str, value: Option<impl Into<Value>>) -> Self {
        let condition = value.map(|value| Condition::equals(attribute(fact), value));
        self.0.extend(condition);
        self
    }

    /// Only items whose `fact`, which is a list, has `element`, if there is one. Of a text it would be a part of it.
    pub(super) fn contains(mut self, fact: &str, element: Option<impl Into<Value>>) -> Self {
        let condition = element.map(|element| Condition::contains(attribute(fact), element));
        self.0.extend(condition);
        self
    }
}

impl From<Filter> for Vec<Condition> {
    fn from(Filter(conditions): Filter) -> Self {
        conditions
    }
}

fn attribute(fact: &str) -> String {
    format!("Facts.{fact}")
}
