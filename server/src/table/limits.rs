//! Where the counters of shared rate limits lie.

use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::limits::{Attempts, Layout, SharedLimits};

use super::{Key, Table};

const LAYOUT: Layout = Layout {
    key: |Attempts {
              limit,
              client,
              window,
          }| Key::attempts(limit, client, *window).attributes(),
    count: "Count",
    expires: "ExpiresAt",
};

impl Table {
    /// The counters of shared rate limits in this table.
    pub fn shared_limits(&self, clock: Clock) -> SharedLimits {
        let (client, meter) = (self.client.clone(), self.meter.clone());
        SharedLimits::new(client, meter, self.name.clone(), LAYOUT, clock)
    }
}
