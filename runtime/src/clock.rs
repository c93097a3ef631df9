//! The time of day, as a value that can be handed around and set in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A source of the current time in UTC. Clones of a manual clock share its hands.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since the Unix epoch.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `time` (to the microsecond) until it is set or advanced.
    pub fn manual(time: DateTime<Utc>) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(
            time.timestamp_micros(),
        ))))
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now(),
            Source::Manual(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst))
                    .unwrap_or(DateTime::<Utc>::MAX_UTC)
            }
        }
    }

    /// Sets a manual clock, and every clone of it, to `time`.
    ///
    /// # Panics
    ///
    /// If this is the system's clock: a test that believes it has set the time must not go on.
    pub fn set(&self, time: DateTime<Utc>) {
        self.hands()
            .store(time.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves a manual clock, and every clone of it, by `delta`.
    ///
    /// # Panics
    ///
    /// If this is the system's clock.
    pub fn advance(&self, delta: TimeDelta) {
        let micros = delta.num_microseconds().unwrap_or(i64::MAX);
        self.hands().fetch_add(micros, Ordering::SeqCst);
    }

    fn hands(&self) -> &AtomicI64 {
        match &self.0 {
            Source::System => panic!("the system's clock cannot be set"),
            Source::Manual(micros) => micros,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let start = "2026-11-30T23:59:59Z".parse::<DateTime<Utc>>().unwrap();
        let clock = Clock::manual(start);
        let other = clock.clone();
        clock.advance(TimeDelta::seconds(2));
        assert_eq!(other.now(), start + TimeDelta::seconds(2));
        other.set(start);
        assert_eq!(clock.now(), start);
    }

    #[test]
    fn the_system_clock_runs() {
        let clock = Clock::system();
        let before = Utc::now();
        let now = clock.now();
        assert!(before <= now && now <= Utc::now());
    }

    #[test]
    #[should_panic(expected = "cannot be set")]
    fn the_system_clock_cannot_be_set() {
        Clock::system().set(Utc::now());
    }
}
