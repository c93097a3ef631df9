//! Waiting before what lost against others is tried again.

use std::time::Duration;

/// A bounded number of waits with exponential growth and full jitter, so that fifty writers of one item spread out
/// instead of meeting again. All waits together stay under about four seconds, well below a request's timeout.
#[derive(Debug, Default)]
pub struct Backoff {
    waits: u32,
}

const MOST_WAITS: u32 = 12;
const FIRST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(640);

impl Backoff {
    /// Waits a little; false when there have been enough waits.
    pub async fn wait(&mut self) -> bool {
        if self.waits == MOST_WAITS {
            return false;
        }
        let ceiling = (FIRST * 2u32.pow(self.waits.min(6))).min(LONGEST);
        self.waits += 1;
        tokio::time::sleep(ceiling.mul_f64(fastrand::f64())).await;
        true
    }
}
