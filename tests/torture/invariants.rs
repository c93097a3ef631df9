//! What is true of the table at every moment, whatever happened: read by a scan, which the product never makes.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value};

/// The kinds of content: the prefixes of their keys, and their names.
const KINDS: [(&str, &str); 3] = [
    ("BLOG", "blog"),
    ("PROJECT", "project"),
    ("CERTIFICATION", "certification"),
];

/// Every item of a table by its partition and sort key.
#[derive(Debug, Default)]
pub(crate) struct Items(BTreeMap<(String, String), Value>);

impl Items {
    /// Reads them all, but for what says that an item was deleted.
    pub(crate) async fn of(client: &Client, table: &str) -> Self {
        let mut items = Self::default();
        let mut start = None;
        loop {
            let scan = client.scan().table_name(table).consistent_read(true);
            let page = scan.set_exclusive_start_key(start).send().await.unwrap();
            for item in page.items() {
                let item: Map<String, Value> = item
                    .iter()
                    .map(|(name, value)| (name.clone(), json(value)))
                    .collect();
                let key = |name: &str| item[name].as_str().unwrap().to_owned();
                if item.contains_key("Deleted") {
                    assert!(item["ExpiresAt"].is_u64() && item.len() == 4, "{item:?}");
                    continue;
                }
                items.0.insert((key("PK"), key("SK")), item.into());
            }
            start = page.last_evaluated_key().cloned();
            if start.is_none() {
                return items;
            }
        }
    }

    /// One item.
    pub(crate) fn get(&self, partition: &str, sort: &str) -> Option<&Value> {
        self.0.get(&(partition.to_owned(), sort.to_owned()))
    }

    /// Sort keys and items of the partitions that begin with `prefix`, each with the rest of its partition's name.
    pub(crate) fn under<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
        let from = self.0.range((prefix.to_owned(), String::new())..);
        from.map_while(move |((partition, sort), item)| {
            Some((partition.strip_prefix(prefix)?, sort.as_str(), item))
        })
    }

    /// Every sentence that is not true of them.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut marks = BTreeMap::new();
        for (_, of, _) in self.under("VIEW#") {
            *marks.entry(of).or_default() += 1;
        }
        for (prefix, name) in KINDS {
            self.content(prefix, name, &marks, &mut faults);
        }
        self.visits(&mut faults);
        self.strangers(&mut faults);
        faults
    }

    /// Content and its counter of views; `marks` are the sessions that viewed each piece.
    fn content(
        &self,
        prefix: &str,
        name: &str,
        marks: &BTreeMap<&str, u64>,
        faults: &mut Vec<String>,
    ) {
        let contents = format!("{prefix}#");
        let counters = format!("VIEWS#{name}");
        for (id, _, item) in self.under(&contents) {
            let mut hold = |holds: bool, sentence: &str| {
                if !holds {
                    faults.push(format!("{prefix} {id}: {sentence}: {item}"));
                }
            };
            let status = item["Status"].as_str().unwrap_or_default();
            let published = status == "PUBLISHED";
            hold(published || status == "DRAFT", "it is draft or published");
            hold(
                item["GSI1PK"] == format!("{prefix}#STATUS#{status}"),
                "the list that it is in is that of its status",
            );
            hold(item["Version"].as_u64() >= Some(1), "it has a version");
            hold(item["Data"].is_object(), "it has its document");
            let was_published = item.get("PublishedAt").is_some();
            hold(
                was_published || !published,
                "what is published has the time of it",
            );
            let counter = self.get(&counters, id);
            hold(
                counter.is_some() == was_published,
                "it has a counter of views if it was ever published, and only then",
            );
            let live = counter.is_some_and(|counter| counter["Live"] == true);
            hold(
                live == published,
                "its views are counted while it is published",
            );
        }
        for (_, id, counter) in self.under(&counters) {
            if self.get(&format!("{contents}{id}"), "METADATA").is_none() {
                faults.push(format!(
                    "views of {name} {id}, which is not there: {counter}"
                ));
            }
            let sessions = marks.get(format!("{name}#{id}").as_str());
            let sessions = sessions.copied().unwrap_or(0);
            if counter["Views"] != sessions {
                faults.push(format!(
                    "{name} {id} was viewed by {sessions} sessions: {counter}"
                ));
            }
        }
    }

    /// The visits of each day are the sessions that were marked on it.
    fn visits(&self, faults: &mut Vec<String>) {
        let mut days: BTreeMap<String, u64> = BTreeMap::new();
        for (shard, month, item) in self.under("VISITS#") {
            let counts = item.as_object().into_iter().flatten();
            let counts = counts.filter_map(|(name, count)| {
                let day: u8 = name.strip_prefix('D')?.parse().ok()?;
                Some((day, count.as_u64()?))
            });
            let mut sum = 0;
            for (day, count) in counts {
                *days.entry(format!("{month}-{day:02}")).or_default() += count;
                sum += count;
            }
            if item["Total"] != sum {
                faults.push(format!("{month} of shard {shard} is not its days: {item}"));
            }
        }
        let mut marks: BTreeMap<String, u64> = BTreeMap::new();
        for (_, day, _) in self.under("VISIT#") {
            *marks.entry(day.to_owned()).or_default() += 1;
        }
        if days != marks {
            faults.push(format!(
                "visits {days:?}, sessions that were counted {marks:?}"
            ));
        }
    }

    /// Nothing else lies there.
    fn strangers(&self, faults: &mut Vec<String>) {
        let known: BTreeSet<&str> = KINDS
            .iter()
            .map(|(prefix, _)| *prefix)
            .chain([
                "VIEWS", "VIEW", "VISITS", "VISIT", "SESSION", "RATE", "SAMPLE",
            ])
            .collect();
        for ((partition, sort), item) in &self.0 {
            let prefix = partition.split('#').next().unwrap_or_default();
            if !known.contains(prefix) {
                faults.push(format!("nobody knows {partition} {sort}: {item}"));
            }
        }
    }
}

fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(number) => serde_json::from_str(number).unwrap(),
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(list) => list.iter().map(json).collect(),
        AttributeValue::M(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => panic!("no item has {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sound() -> Items {
        let post = json!({
            "Status": "PUBLISHED", "GSI1PK": "BLOG#STATUS#PUBLISHED", "Version": 2, "PublishedAt": "now", "Data": {},
        });
        let items = [
            (("BLOG#1", "METADATA"), post),
            (("VIEWS#blog", "1"), json!({ "Views": 1, "Live": true })),
            (("VIEW#somebody", "blog#1"), json!({ "ExpiresAt": 1 })),
            (
                ("VISITS#0", "2026-11"),
                json!({ "Total": 1, "Before": 0, "D20": 1 }),
            ),
            (("VISIT#somebody", "2026-11-20"), json!({ "ExpiresAt": 1 })),
        ];
        let owned = |((partition, sort), item): ((&str, &str), Value)| {
            ((partition.to_owned(), sort.to_owned()), item)
        };
        Items(items.map(owned).into())
    }

    /// What is found once an attribute is another, or an item is gone.
    fn spoilt(partition: &str, sort: &str, change: Option<(&str, Value)>) -> Vec<String> {
        let mut items = sound();
        let key = (partition.to_owned(), sort.to_owned());
        match change {
            Some((name, value)) => items.0.entry(key).or_insert(json!({}))[name] = value,
            None => drop(items.0.remove(&key)),
        }
        items.faults()
    }

    #[test]
    fn nothing_is_wrong_with_what_is_right() {
        assert_eq!(sound().faults(), [""; 0]);
    }

    #[test]
    fn each_thing_that_is_wrong_is_found() {
        let two = || json!(2);
        for (partition, sort, change) in [
            ("BLOG#1", "METADATA", None),
            ("BLOG#1", "METADATA", Some(("Status", json!("DRAFT")))),
            (
                "BLOG#1",
                "METADATA",
                Some(("GSI1PK", json!("BLOG#STATUS#DRAFT"))),
            ),
            ("VIEWS#blog", "1", None),
            ("VIEWS#blog", "1", Some(("Views", two()))),
            ("VIEWS#blog", "1", Some(("Live", json!(false)))),
            ("VIEWS#blog", "2", Some(("Views", json!(0)))),
            ("VIEW#somebody", "blog#1", None),
            ("VISITS#0", "2026-11", Some(("Total", two()))),
            ("VISITS#0", "2026-11", Some(("D20", two()))),
            ("VISIT#somebody", "2026-11-20", None),
            ("VISIT#other", "2026-11-20", Some(("ExpiresAt", two()))),
            ("OTHER", "1", Some(("Views", two()))),
        ] {
            assert!(
                !spoilt(partition, sort, change.clone()).is_empty(),
                "{partition} {change:?}"
            );
        }
    }
}
