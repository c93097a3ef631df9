//! Waiting before what lost against others is tried again.

use std::time::Duration;

use uuid::Uuid;

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
        tokio::time::sleep(ceiling.mul_f64(fraction())).await;
        true
    }
}

/// Uniform in [0, 1). A random UUID is the random source at hand; its low bits are random throughout.
fn fraction() -> f64 {
    let (_, low) = Uuid::new_v4().as_u64_pair();
    (low & 0xffff_ffff) as f64 / (f64::from(u32::MAX) + 1.0)
}
