//! The data set: posts, their view counters, the months of visits and the marks of the sessions that visited lately, as the
//! table holds them.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Value, json};

/// The days that the visits are spread over: as many as the trends can show.
const DAYS: u64 = 90;
/// Bytes of a post's text, about.
const TEXT: usize = 1_000;
const CATEGORIES: [&str; 8] = [
    "Cloud",
    "Databases",
    "Design",
    "Networks",
    "Operations",
    "Rust",
    "Testing",
    "Writing",
];
const TAGS: usize = 40;
const WORDS: [&str; 12] = [
    "the", "table", "counts", "every", "visit", "once", "and", "a", "reader", "waits", "for",
    "nothing",
];

/// A published post, as far as requests have to know it.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) category: &'static str,
    pub(crate) tag: String,
}

/// The same for every side, whatever the time of day: made from the number of posts and visits, and the day.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) posts: Vec<Post>,
    /// Visits of each day, oldest first; the last is today.
    visits: Vec<u64>,
    today: NaiveDate,
}

impl Data {
    /// So many posts, and so many visits up to now.
    pub(crate) fn new(posts: usize, visits: u64, now: DateTime<Utc>) -> Self {
        let mut random = Rng::with_seed(posts as u64);
        let today = now.date_naive();
        Self {
            posts: (0..posts)
                .map(|number| Post {
                    id: id(time(today, number), &mut random),
                    category: CATEGORIES[random.usize(..CATEGORIES.len())],
                    tag: format!("tag-{}", random.usize(..TAGS)),
                })
                .collect(),
            visits: (0..DAYS)
                .map(|day| visits / DAYS + u64::from(day < visits % DAYS))
                .collect(),
            today,
        }
    }

    /// A session that has visited today.
    pub(crate) fn visitor(&self, random: &mut Rng) -> String {
        let visitors = self.visits.last().copied().unwrap_or(1);
        visitor(self.today, random.u64(..visitors.max(1)))
    }

    /// Every item, as DynamoDB writes it.
    pub(crate) fn items(&self) -> impl Iterator<Item = Value> {
        let posts = self.posts.iter().enumerate();
        let posts = posts.flat_map(|(number, post)| {
            [
                stored(post, number, time(self.today, number)),
                counter(post, number),
            ]
        });
        posts.chain(self.months()).chain(self.marks())
    }

    /// An item for each month: its visits by day, and those of the months before the previous one (`Before`).
    fn months(&self) -> Vec<Value> {
        let mut months: Vec<(String, u64, Value)> = Vec::new();
        for (age, visits) in (0..DAYS).rev().zip(&self.visits) {
            let day = self.today - Days::new(age);
            let month = day.format("%Y-%m").to_string();
            if months.last().is_none_or(|(last, ..)| *last != month) {
                let item = json!({ "PK": text("VISITS#0"), "SK": text(&month) });
                months.push((month, 0, item));
            }
            if let Some((_, total, item)) = months.last_mut() {
                *total += visits;
                item[format!("D{:02}", day.day())] = number(*visits);
                item["Total"] = number(*total);
            }
        }
        let totals: Vec<u64> = months.iter().map(|(_, total, _)| *total).collect();
        let items = months
            .into_iter()
            .enumerate()
            .map(|(place, (.., mut item))| {
                let older = &totals[..place.saturating_sub(1)];
                item["Before"] = number(older.iter().sum());
                item
            });
        items.collect()
    }

    /// Yesterday's and today's sessions. The marks of older ones have expired.
    fn marks(&self) -> impl Iterator<Item = Value> {
        let days = (0..2_u64).zip(self.visits.iter().rev());
        days.flat_map(|(age, visits)| {
            let day = self.today - Days::new(age);
            let expires = (day + Days::new(2)).and_time(NaiveTime::MIN).and_utc();
            (0..*visits).map(move |session| {
                json!({
                    "PK": text(&format!("VISIT#client-{}", visitor(day, session))),
                    "SK": text(&day.to_string()),
                    "ExpiresAt": number(expires.timestamp().unsigned_abs()),
                })
            })
        })
    }
}

fn visitor(day: NaiveDate, session: u64) -> String {
    format!("visitor-{day}-{session:08}")
}

/// When a post was made and published: the greater its number the longer ago, an hour apart.
fn time(today: NaiveDate, number: usize) -> DateTime<Utc> {
    let hours = TimeDelta::hours(i64::try_from(number).unwrap_or(0));
    // Never whole seconds, which are written without a fraction by some and with one by others.
    today.and_time(NaiveTime::MIN).and_utc() - hours - TimeDelta::milliseconds(877)
}

/// A UUIDv7 (RFC 9562, section 5.7).
fn id(time: DateTime<Utc>, random: &mut Rng) -> String {
    let millis = time.timestamp_millis().unsigned_abs();
    format!(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        millis >> 16,
        millis & 0xffff,
        random.u16(..0x1000),
        0x8000 | random.u16(..0x4000),
        random.u64(..1 << 48),
    )
}

fn stored(post: &Post, place: usize, time: DateTime<Utc>) -> Value {
    let Post { id, category, tag } = post;
    let time = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut random = Rng::with_seed(place as u64);
    let mut content = "# Counting\n\n".to_owned();
    while content.len() < TEXT {
        content.push_str(WORDS[random.usize(..WORDS.len())]);
        content.push(' ');
    }
    let facts =
        json!({ "category": text(category), "tags": { "L": [text("portfolio"), text(tag)] } });
    let mut data = json!({
        "title": text(&format!("Counting {tag} for {category}")),
        "slug": text(&format!("counting-{tag}-for-{}", category.to_lowercase())),
        "excerpt": text("What it takes to count a reader once, whatever the network does."),
        "content": text(content.trim_end()),
        "readTime": text("1 min read"),
    });
    for name in ["category", "tags"] {
        data[name] = facts[name].clone();
    }
    json!({
        "PK": text(&format!("BLOG#{id}")),
        "SK": text("METADATA"),
        "GSI1PK": text("BLOG#STATUS#PUBLISHED"),
        "GSI1SK": text(&format!("{time}#{id}")),
        "EntityType": text("BLOG"),
        "Status": text("PUBLISHED"),
        "CreatedAt": text(&time),
        "UpdatedAt": text(&time),
        "PublishedAt": text(&time),
        "Version": number(1),
        "Facts": { "M": facts },
        "Data": { "M": data },
    })
}

/// The view counter of the post with this number.
fn counter(post: &Post, place: usize) -> Value {
    json!({
        "PK": text("VIEWS#blog"),
        "SK": text(&post.id),
        "Views": number((place as u64 * 7_919) % 10_007),
        "Live": { "BOOL": true },
    })
}

fn text(text: &str) -> Value {
    json!({ "S": text })
}

fn number(number: u64) -> Value {
    json!({ "N": number.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(posts: usize, visits: u64) -> Data {
        Data::new(posts, visits, "2026-03-05T12:00:00Z".parse().unwrap())
    }

    fn sum(value: &Value) -> u64 {
        value["N"].as_str().unwrap().parse().unwrap()
    }

    #[test]
    fn the_newest_two_months_and_what_was_before_are_all_visits() {
        let months = data(3, 1_000_000).months();
        let names: Vec<&str> = months
            .iter()
            .map(|item| item["SK"]["S"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["2025-12", "2026-01", "2026-02", "2026-03"]);
        let [.., previous, newest] = &months[..] else {
            panic!("{months:?}")
        };
        let all = sum(&newest["Before"]) + sum(&newest["Total"]) + sum(&previous["Total"]);
        assert_eq!(all, 1_000_000);
        let days = newest
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| name.starts_with('D'));
        assert_eq!(days.count(), 5);
    }

    #[test]
    fn a_visitor_of_today_has_a_mark() {
        let data = data(3, 900);
        let marks: Vec<Value> = data.marks().collect();
        assert_eq!(marks.len(), 20);
        let visitor = data.visitor(&mut Rng::with_seed(1));
        let key = format!("VISIT#client-{visitor}");
        let mark = marks.iter().find(|mark| mark["PK"]["S"] == key.as_str());
        assert_eq!(mark.unwrap()["SK"]["S"], "2026-03-05");
    }

    #[test]
    fn every_item_has_a_key_of_its_own() {
        let items: Vec<Value> = data(50, 900).items().collect();
        // A post and a counter each, four months, twenty marks.
        assert_eq!(items.len(), 50 + 50 + 4 + 20);
        let keys: std::collections::HashSet<String> = items
            .iter()
            .map(|item| format!("{} {}", item["PK"]["S"], item["SK"]["S"]))
            .collect();
        assert_eq!(keys.len(), items.len());
        assert!(!keys.contains("null null"));
    }

    #[test]
    fn ids_are_distinct_and_of_version_7() {
        let data = data(1_000, 0);
        let ids: std::collections::HashSet<&str> =
            data.posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 36 && &id[14..15] == "7"));
    }
}
