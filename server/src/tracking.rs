//! Counting visits of the site and views of content: each counted once, whatever is retried, raced or cut off.
//!
//! A count and the mark that says "this session has been counted" are written in one transaction. The common case, a
//! session that has been counted already, is answered by reads alone.

pub mod month;
pub mod views;
pub mod visits;

#[cfg(test)]
mod tests;

pub use month::Month;
pub use views::{ContentViews, Views};
pub use visits::{DailyVisitors, MonthlyVisitors, Visits};

/// The answer to a request to count something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracked {
    /// The count, with this request included if it was counted.
    pub count: u64,
    /// Whether this request was counted; false when its session had been before.
    pub tracked: bool,
}
