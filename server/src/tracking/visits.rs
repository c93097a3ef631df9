//! Visits: once per session and day (UTC).
//!
//! An item per month holds `Total`, `D01`..`D31` and `Before`: the sum of the totals of all months older than the
//! *previous* month, written once when the month's item is made. The count of all time is therefore
//! `Before + Total` of the newest month plus `Total` of the previous one: one Query of two items, at the same price for
//! ever. `Before` leaves the previous month out because an instance whose clock is a little behind may still add to it.

use std::collections::BTreeMap;
use std::hash::Hasher;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use contract_runtime::clock::Clock;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Tracked;
use super::month::Month;
use crate::table::key::visits_partition;
use crate::table::{
    Change, Condition, Consistency, Key, Query, Table, TableError, Transaction, Write,
};

/// The visitors of one day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyVisitors {
    /// The day.
    pub date: NaiveDate,
    /// Sessions that visited on it.
    pub visitors: u64,
}

/// The visitors of one month (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthlyVisitors {
    /// The month.
    pub month: Month,
    /// Visits of its days added up.
    pub visitors: u64,
}

/// The visit counter.
#[derive(Debug, Clone)]
pub struct Visits {
    table: Table,
    clock: Clock,
    shards: u16,
}

impl Visits {
    /// A counter spread over `shards` partitions (at least 1): DynamoDB writes at most 1,000 units per second to one
    /// item. The number may grow later, never shrink: counts are read from as many shards as it says.
    pub fn new(table: Table, clock: Clock, shards: u16) -> Self {
        Self {
            table,
            clock,
            shards: shards.max(1),
        }
    }

    /// Counts a visit of `session` unless it was counted today.
    pub async fn track(&self, session: &str) -> Result<Tracked, TableError> {
        let today = self.clock.now().date_naive();
        let mark = Key::visit_session(session, today);
        // The mark before the count: whoever finds the mark also finds the visit counted.
        let seen: Option<Mark> = self.table.get(&mark, Consistency::Eventual).await?;
        let months = self.newest_months(Query::descending).await?;
        let count = months.iter().map(|months| count(months)).sum();
        if seen.is_some() {
            return Ok(Tracked {
                count,
                tracked: false,
            });
        }
        let shard = shard_of(session, self.shards);
        let month = Month::of(today);
        let known = months[usize::from(shard)]
            .iter()
            .any(|item| item.month == month);
        let mut change = Change::new().add("Total", 1).add(day_attribute(today), 1);
        if !known {
            change = change.set_if_absent("Before", self.before(shard, month).await?);
        }
        let writes = vec![
            // The day is part of the key, so no expired mark of another day can be in the way.
            Write::put(
                &mark,
                &Mark {
                    expires_at: mark_expiry(today),
                },
            )?
            .when(Condition::Absent),
            Write::change(Key::visits(shard, month), change),
        ];
        match self.table.transact(writes).await? {
            Transaction::Committed => Ok(Tracked {
                count: count + 1,
                tracked: true,
            }),
            // Another request of the session was faster: its count must be visible in our answer.
            Transaction::Refused { .. } => {
                let months = self
                    .newest_months(|query| query.descending().strong())
                    .await?;
                Ok(Tracked {
                    count: months.iter().map(|months| self::count(months)).sum(),
                    tracked: false,
                })
            }
        }
    }

    /// All visits ever.
    pub async fn count(&self) -> Result<u64, TableError> {
        let months = self.newest_months(Query::descending).await?;
        Ok(months.iter().map(|months| count(months)).sum())
    }

    /// The last `days` days up to today, oldest first, days without visits included.
    pub async fn daily(&self, days: u32) -> Result<Vec<DailyVisitors>, TableError> {
        let today = self.clock.now().date_naive();
        let first = today - Days::new(u64::from(days.saturating_sub(1)));
        let months = self
            .months_between(Month::of(first), Month::of(today))
            .await?;
        let mut visitors: BTreeMap<NaiveDate, u64> = first
            .iter_days()
            .take(days as usize)
            .map(|day| (day, 0))
            .collect();
        for item in months {
            for (day, visits) in item.days {
                let date = item.month.first_day().with_day(day);
                if let Some(sum) = date.and_then(|date| visitors.get_mut(&date)) {
                    *sum += visits;
                }
            }
        }
        Ok(visitors
            .into_iter()
            .map(|(date, visitors)| DailyVisitors { date, visitors })
            .collect())
    }

    /// The last `months` months up to the current one, oldest first, months without visits included.
    pub async fn monthly(&self, months: u32) -> Result<Vec<MonthlyVisitors>, TableError> {
        let current = Month::of(self.clock.now().date_naive());
        let oldest = current.before(months.saturating_sub(1));
        let mut visitors: BTreeMap<Month, u64> =
            (0..months).map(|age| (current.before(age), 0)).collect();
        for item in self.months_between(oldest, current).await? {
            if let Some(sum) = visitors.get_mut(&item.month) {
                *sum += item.total;
            }
        }
        Ok(visitors
            .into_iter()
            .map(|(month, visitors)| MonthlyVisitors { month, visitors })
            .collect())
    }

    /// The two newest months of each shard, newest first, without their days.
    async fn newest_months(
        &self,
        order: impl Fn(Query) -> Query,
    ) -> Result<Vec<Vec<VisitMonth>>, TableError> {
        let shards = (0..self.shards).map(|shard| {
            let months = Query::partition(visits_partition(shard)).limit(2);
            self.table
                .query(order(months.only(&["SK", "Before", "Total"])))
        });
        futures_util::future::try_join_all(shards).await
    }

    /// The months of all shards from `first` to `last`.
    async fn months_between(
        &self,
        first: Month,
        last: Month,
    ) -> Result<Vec<VisitMonth>, TableError> {
        let shards = (0..self.shards).map(|shard| {
            let months = Query::partition(visits_partition(shard));
            self.table
                .query(months.between(first.to_string(), last.to_string()))
        });
        Ok(futures_util::future::try_join_all(shards)
            .await?
            .into_iter()
            .flatten()
            .collect())
    }

    /// What `Before` of a new month is. Read once per month and shard, and strongly, because it is written for ever.
    async fn before(&self, shard: u16, month: Month) -> Result<i64, TableError> {
        let previous = month.before(1);
        let months: Vec<VisitMonth> = self
            .table
            .query(Query::partition(visits_partition(shard)).strong())
            .await?;
        let older = months.iter().filter(|item| item.month < previous);
        Ok(older
            .map(|item| item.total)
            .sum::<u64>()
            .try_into()
            .unwrap_or(i64::MAX))
    }
}

/// The visits of all time in one shard, from its newest months, newest first.
fn count(months: &[VisitMonth]) -> u64 {
    let Some(newest) = months.first() else {
        return 0;
    };
    let previous = months
        .get(1)
        .filter(|item| item.month == newest.month.before(1));
    newest.before + newest.total + previous.map_or(0, |item| item.total)
}

/// The same session always falls into the same shard, on every instance and in every build: FNV-1a, not the standard
/// library's hasher, whose result may change between versions.
fn shard_of(session: &str, shards: u16) -> u16 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(session.as_bytes());
    (hasher.finish() % u64::from(shards)) as u16
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn day_attribute(day: NaiveDate) -> String {
    format!("D{:02}", day.day())
}

/// A day after the visit's day has ended: nothing asks for the mark by then, also not an instance whose clock is behind.
fn mark_expiry(day: NaiveDate) -> i64 {
    let start: DateTime<Utc> = day.and_time(chrono::NaiveTime::MIN).and_utc();
    (start + Days::new(2)).timestamp()
}

/// That a session has been counted.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mark {
    expires_at: i64,
}

/// The item of one month in one shard.
#[derive(Debug, Deserialize)]
#[serde(try_from = "BTreeMap<String, Json>")]
struct VisitMonth {
    month: Month,
    before: u64,
    total: u64,
    /// Day of the month and its visits, days without visits left out.
    days: Vec<(u32, u64)>,
}

impl TryFrom<BTreeMap<String, Json>> for VisitMonth {
    type Error = String;

    fn try_from(item: BTreeMap<String, Json>) -> Result<Self, Self::Error> {
        let month = item
            .get("SK")
            .and_then(Json::as_str)
            .ok_or("a month of visits without SK")?;
        let number = |name: &str| item.get(name).and_then(Json::as_u64).unwrap_or(0);
        Ok(Self {
            month: month.parse().map_err(|error| format!("{month}: {error}"))?,
            before: number("Before"),
            total: number("Total"),
            days: (1..=31)
                .map(|day| (day, number(&format!("D{day:02}"))))
                .filter(|(_, visits)| *visits > 0)
                .collect(),
        })
    }
}
