//! One page of a partition of an index.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use contract_runtime::dynamodb::TableError;

use super::cursor::Position;
use super::definition::Index;
use super::read::typed;
use super::{Item, Table};

/// A Query of one partition of an index. Indexes are always eventually consistent.
#[derive(Debug, Clone)]
pub struct Query<'a> {
    /// The index; each has one kind of partition and one sort key.
    pub index: Index,
    /// The partition.
    pub partition: &'a str,
    /// What sort keys begin with; empty for all.
    pub prefix: &'a str,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// How many items at most.
    pub limit: usize,
}

/// The items of a page, or their keys where the index has no more, and where the next page begins if there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The position of the last one, if others follow.
    pub next: Option<Position>,
}

impl<T> Page<T> {
    /// The same page of other items.
    pub fn with<U>(self, items: Vec<U>) -> Page<U> {
        Page {
            items,
            next: self.next,
        }
    }
}

impl Table {
    /// A page of items of an index.
    pub async fn page<T: serde::de::DeserializeOwned>(
        &self,
        query: Query<'_>,
    ) -> Result<Page<T>, TableError> {
        let (items, next) = self.query(query).await?;
        let items: Result<Vec<T>, _> = items.into_iter().map(|item| typed("Query", item)).collect();
        let items = items?;
        Ok(Page { items, next })
    }

    /// The keys of a page of an index that has nothing else.
    pub async fn keys(&self, query: Query<'_>) -> Result<Page<String>, TableError> {
        let (items, next) = self.query(query).await?;
        let items = items.iter().map(|item| text(item, self.key)).collect();
        Ok(Page { items, next })
    }

    async fn query(&self, query: Query<'_>) -> Result<(Vec<Item>, Option<Position>), TableError> {
        let Index {
            name,
            partition,
            sort,
            descending,
        } = query.index;
        let mut condition = "#partition = :partition".to_owned();
        let text_of = |text: &str| AttributeValue::S(text.to_owned());
        let mut names = HashMap::from([("#partition".to_owned(), partition.to_owned())]);
        let mut values = HashMap::from([(":partition".to_owned(), text_of(query.partition))]);
        if !query.prefix.is_empty() {
            condition.push_str(" AND begins_with(#sort, :prefix)");
            names.insert("#sort".to_owned(), sort.to_owned());
            values.insert(":prefix".to_owned(), text_of(query.prefix));
        }
        let mut start = query.after.map(|position| {
            let mut start = self.key(&position.key);
            start.insert(partition.to_owned(), text_of(query.partition));
            start.insert(sort.to_owned(), text_of(&position.place));
            start
        });
        let request = self
            .client
            .query()
            .table_name(&*self.name)
            .index_name(name)
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(!descending)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        // One more than wanted says whether there is a next page.
        let wanted = query.limit + 1;
        let mut items: Vec<Item> = Vec::with_capacity(wanted);
        loop {
            let missing = i32::try_from(wanted - items.len()).unwrap_or(i32::MAX);
            let output = request
                .clone()
                .limit(missing)
                .set_exclusive_start_key(start.take())
                .send()
                .await
                .map_err(|error| TableError::of("Query", error))?;
            self.meter.add_read(&output.consumed_capacity);
            items.extend(output.items.unwrap_or_default());
            start = output.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() || items.len() >= wanted {
                break;
            }
        }
        let is_more = items.len() > query.limit;
        items.truncate(query.limit);
        let last = items.last().filter(|_| is_more);
        let next = last.map(|item| Position {
            place: text(item, sort),
            key: text(item, self.key),
        });
        Ok((items, next))
    }
}

fn text(item: &Item, name: &str) -> String {
    let text = item.get(name).and_then(|value| value.as_s().ok());
    text.cloned().unwrap_or_default()
}
