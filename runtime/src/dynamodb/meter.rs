//! Request units, as DynamoDB itself reports them (`ReturnConsumedCapacity=TOTAL`).

use std::ops::Sub;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::types::ConsumedCapacity;

use crate::consumption;

/// Read and write request units (DynamoDB developer guide, "On-demand capacity mode"). Half units exist: an eventually
/// consistent read of up to 4 KB costs 0.5.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Units {
    /// Read request units.
    pub read: f64,
    /// Write request units.
    pub write: f64,
}

impl Sub for Units {
    type Output = Units;

    fn sub(self, earlier: Units) -> Units {
        Units {
            read: self.read - earlier.read,
            write: self.write - earlier.write,
        }
    }
}

/// Adds up what calls cost, in total and for the request that makes them. Two relaxed atomic additions a call, so it is
/// always on; a scope is measured as the difference of two [`Meter::reading`]s. DynamoDB reports no units with an error,
/// so a refused write adds nothing here although AWS bills it.
#[derive(Debug, Default)]
pub struct Meter {
    /// In half units, the smallest amount that DynamoDB charges.
    read: AtomicU64,
    write: AtomicU64,
}

impl Meter {
    /// What has been consumed so far.
    pub fn reading(&self) -> Units {
        let units = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64 / 2.0;
        Units {
            read: units(&self.read),
            write: units(&self.write),
        }
    }

    /// Adds what reads cost.
    pub fn add_read<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        consumption::add_read(add(&self.read, capacity));
    }

    /// Adds what writes cost.
    pub fn add_write<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        consumption::add_write(add(&self.write, capacity));
    }
}

fn add<'a>(counter: &AtomicU64, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    let units: f64 = capacity
        .into_iter()
        .filter_map(ConsumedCapacity::capacity_units)
        .sum();
    counter.fetch_add((units * 2.0).round() as u64, Ordering::Relaxed);
    units
}
