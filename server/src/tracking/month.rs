//! Calendar months in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

/// A month of a year, shown as `2026-11`; later months are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first_day: NaiveDate,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self {
            first_day: day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the month.
    pub fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// The month that lies `months` months before this one.
    pub fn before(self, months: u32) -> Self {
        Self {
            first_day: self
                .first_day
                .checked_sub_months(Months::new(months))
                .unwrap_or(NaiveDate::MIN),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first_day.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let first_day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")?;
        Ok(Self { first_day })
    }
}
