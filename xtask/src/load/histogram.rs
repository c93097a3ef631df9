//! A histogram of durations: buckets that are exact up to 128 ns and 1.6 % wide above, so that a minute of requests takes
//! 30 KB and two histograms are added bucket by bucket. As HdrHistogram counts, with two digits.

use std::time::Duration;

/// The buckets of each power of two: 2^6.
const BITS: u32 = 6;
const PART: usize = 1 << BITS;
/// The last power of two ends after 292 years.
const BUCKETS: usize = PART * (64 - BITS as usize + 1);

/// How many durations fell into which bucket.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            total: 0,
        }
    }
}

impl Histogram {
    /// Counts one.
    pub(crate) fn add(&mut self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += 1;
        self.total += 1;
    }

    /// Counts all of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// How many were counted.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The duration that a `share` (0.99, say) of all do not exceed, by the nearest rank; none if so few were counted that
    /// not one lies above it.
    pub(crate) fn quantile(&self, share: f64) -> Option<Duration> {
        if (self.total as f64) * (1.0 - share) < 1.0 - 1e-9 {
            return None;
        }
        let rank = ((self.total as f64) * share).ceil() as u64;
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        });
        found.map(|bucket| Duration::from_nanos(end(bucket)))
    }
}

/// Where a number is counted: its highest seven bits say which part of which power of two.
fn bucket(nanos: u64) -> usize {
    let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(BITS + 1);
    shift as usize * PART + (nanos >> shift) as usize
}

/// The greatest number that a bucket counts.
fn end(bucket: usize) -> u64 {
    let shift = (bucket / PART).saturating_sub(1);
    let part = (bucket - shift * PART) as u64;
    (part << shift) | ((1_u64 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_lies_in_a_bucket_that_ends_at_most_two_percent_above_it() {
        let mut numbers: Vec<u64> = (0..5_000).collect();
        numbers.extend((12..64).flat_map(|bits| [(1 << bits) - 1, 1 << bits, (1 << bits) + 1]));
        numbers.push(u64::MAX);
        for number in numbers {
            let end = end(bucket(number));
            assert!(end >= number, "{number} {end}");
            assert!(end - number <= number / 50, "{number} {end}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn buckets_follow_each_other_without_gaps() {
        for number in 1..100_000_u64 {
            assert!(bucket(number) - bucket(number - 1) <= 1, "{number}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_durations() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut durations: Vec<u64> = (0..10_000).map(|_| random.u64(1..50_000_000)).collect();
        let (mut histogram, mut half) = (Histogram::default(), Histogram::default());
        for (number, nanos) in durations.iter().enumerate() {
            let histogram = [&mut histogram, &mut half];
            histogram[number % 2].add(Duration::from_nanos(*nanos));
        }
        histogram.merge(&half);
        durations.sort_unstable();
        for (share, rank) in [(0.5, 5_000), (0.99, 9_900), (0.999, 9_990)] {
            let exact = durations[rank - 1];
            let found = histogram.quantile(share).unwrap().as_nanos() as u64;
            assert!(
                found >= exact && found - exact <= exact / 50,
                "{share} {exact} {found}"
            );
        }
    }

    #[test]
    fn a_quantile_that_nothing_lies_above_is_not_known() {
        let mut histogram = Histogram::default();
        for _ in 0..99 {
            histogram.add(Duration::from_micros(3));
        }
        assert!(histogram.quantile(0.5).is_some());
        assert_eq!(histogram.quantile(0.99), None);
        histogram.add(Duration::from_micros(3));
        assert!(histogram.quantile(0.99).is_some());
        assert_eq!(histogram.quantile(0.999), None);
    }
}
