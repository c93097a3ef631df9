//! Fetching keys and secrets again: one fetch for all who need it, and a pause before the next.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tracing::Instrument;

use crate::clock::Clock;

/// How long a fetch may take; one that never ended would lock everyone out. Those of ours end sooner by themselves, as a rule
/// within five seconds.
const LIMIT: Duration = Duration::from_secs(15);

/// A fetch that seems to have ended so much later than its limit was frozen with its process, as AWS Lambda does between two
/// invocations.
const FROZEN: TimeDelta = TimeDelta::seconds(2);

/// How a fetch ended; a failure as a text for the log.
pub(crate) type Outcome = Result<(), String>;

/// Whose turn it is to fetch, and how the last fetch ended.
#[derive(Debug)]
pub(crate) struct Refetch {
    clock: Clock,
    limit: Duration,
    /// Locked for as long as somebody fetches.
    last: Arc<Mutex<Last>>,
}

/// When and how the last fetch ended.
type Last = Option<(DateTime<Utc>, Outcome)>;

impl Refetch {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            limit: LIMIT,
            last: Arc::default(),
        }
    }

    /// The caller's turn to fetch, which comes when nobody else fetches any more. What was missing may be there by then.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn {
            of: self,
            last: self.last.clone().lock_owned().await,
        }
    }

    /// The caller's turn to fetch, `None` while somebody else fetches.
    pub(crate) fn turn_now(&self) -> Option<Turn<'_>> {
        Some(Turn {
            of: self,
            last: self.last.clone().try_lock_owned().ok()?,
        })
    }
}

/// The right to fetch, which one caller has at a time.
pub(crate) struct Turn<'r> {
    of: &'r Refetch,
    last: OwnedMutexGuard<Last>,
}

impl Turn<'_> {
    /// Whether the last fetch failed.
    #[cfg(feature = "secrets")]
    pub(crate) fn follows_failure(&self) -> bool {
        matches!(&*self.last, Some((_, Err(_))))
    }

    /// Fetches, unless the last fetch ended less than `pause` ago; how this one or that one ended.
    ///
    /// The fetch goes on when the caller gives up, so that connections which are closed at once neither keep others from
    /// what is new nor cause a fetch each.
    pub(crate) async fn fetch<F>(self, pause: TimeDelta, fetch: F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let Refetch { clock, limit, .. } = self.of;
        let (clock, limit) = (clock.clone(), *limit);
        let begun = clock.now();
        if let Some((ended, outcome)) = &*self.last {
            let age = begun - *ended;
            // A moment in the future (the clock was set back) does not count: waiting for it could take for ever.
            if age >= TimeDelta::zero() && age < pause {
                return outcome.clone();
            }
        }
        let mut last = UnderWay(Some(self.last));
        let fetching = async move {
            // What stays if the fetch panics.
            let broken = Err("the last fetch broke off".to_owned());
            last.set(Some((begun, broken)));
            let outcome = tokio::time::timeout(limit, fetch).await;
            let outcome = outcome.unwrap_or_else(|_| {
                tracing::warn!("a fetch of keys or secrets has not ended within {limit:?}");
                Err(format!("no end within {limit:?}"))
            });
            let ended = clock.now();
            // How a frozen one ended says nothing of today: the next caller need not pause.
            let limit = TimeDelta::from_std(limit).unwrap_or(TimeDelta::MAX);
            let is_fresh = ended - begun - limit < FROZEN;
            last.set(is_fresh.then(|| (ended, outcome.clone())));
            last.end();
            outcome
        };
        match tokio::spawn(fetching.in_current_span()).await {
            Ok(outcome) => outcome,
            // As if it were done here.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A fetch that has not ended. Where it ends with the runtime that it is driven by, nothing has been learnt by it.
struct UnderWay(Option<OwnedMutexGuard<Last>>);

impl UnderWay {
    fn set(&mut self, last: Last) {
        if let Some(guard) = &mut self.0 {
            **guard = last;
        }
    }

    fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.set(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use futures_util::FutureExt;

    use super::*;

    const PAUSE: TimeDelta = TimeDelta::seconds(10);

    fn refetch() -> (Clock, Refetch) {
        let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
        let limit = Duration::from_millis(20);
        let refetch = Refetch {
            limit,
            ..Refetch::new(clock.clone())
        };
        (clock, refetch)
    }

    fn failed(cause: &str) -> Outcome {
        Err(cause.to_owned())
    }

    async fn unneeded() -> Outcome {
        panic!("this is no time to fetch")
    }

    #[tokio::test]
    async fn a_pause_begins_where_a_fetch_ends() {
        let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
        let refetch = Refetch::new(clock.clone());
        let slow = clock.clone();
        let fetch = async move {
            slow.advance(TimeDelta::seconds(8));
            failed("down")
        };
        assert_eq!(
            refetch.turn().await.fetch(PAUSE, fetch).await,
            failed("down")
        );
        clock.advance(TimeDelta::seconds(9));
        let turn = refetch.turn_now().unwrap();
        assert_eq!(turn.fetch(PAUSE, unneeded()).await, failed("down"));
        clock.advance(TimeDelta::seconds(1));
        let turn = refetch.turn_now().unwrap();
        assert_eq!(turn.fetch(PAUSE, async { Ok(()) }).await, Ok(()));
    }

    #[tokio::test]
    async fn a_fetch_that_never_ends_is_ended() {
        let (_, refetch) = refetch();
        let endless = std::future::pending();
        let outcome = refetch.turn().await.fetch(PAUSE, endless).await;
        assert_eq!(outcome, failed("no end within 20ms"));
        let waiting = refetch.turn().await.fetch(PAUSE, unneeded()).await;
        assert_eq!(waiting, outcome);
    }

    #[tokio::test]
    async fn a_fetch_that_was_frozen_on_its_way_keeps_nobody_from_another() {
        let (clock, refetch) = refetch();
        let mut abandoned = Box::pin(async {
            let frozen = std::future::pending();
            refetch.turn().await.fetch(PAUSE, frozen).await
        });
        assert!(abandoned.as_mut().now_or_never().is_none());
        drop(abandoned);
        tokio::task::yield_now().await;
        clock.advance(TimeDelta::seconds(3));
        assert!(refetch.turn_now().is_none());
        let outcome = refetch.turn().await.fetch(PAUSE, async { Ok(()) }).await;
        assert_eq!(outcome, Ok(()));
    }

    #[tokio::test]
    async fn a_fetch_that_panics_is_a_failed_one_for_the_others() {
        let (_, refetch) = refetch();
        let broken = async { refetch.turn().await.fetch(PAUSE, unneeded()).await };
        assert!(AssertUnwindSafe(broken).catch_unwind().await.is_err());
        let outcome = refetch.turn().await.fetch(PAUSE, unneeded()).await;
        assert_eq!(outcome, failed("the last fetch broke off"));
    }
    #[test]
    fn a_fetch_that_ends_with_its_runtime_causes_no_pause() {
        let (_, refetch) = refetch();
        let runtime = || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_all().build().unwrap()
        };
        let first = runtime();
        first.block_on(async {
            let endless = std::future::pending();
            let mut given_up = Box::pin(async { refetch.turn().await.fetch(PAUSE, endless).await });
            assert!(given_up.as_mut().now_or_never().is_none());
            tokio::task::yield_now().await;
        });
        assert!(refetch.turn_now().is_none());
        drop(first);
        let outcome = runtime().block_on(async {
            let turn = refetch.turn_now().expect("nobody fetches any more");
            turn.fetch(PAUSE, async { Ok(()) }).await
        });
        assert_eq!(outcome, Ok(()));
    }
}
