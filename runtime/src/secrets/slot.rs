//! What is known of one version of a secret.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{SecretError, SecretValue};
use crate::clock::Clock;
use crate::refetch::{Outcome, Refetch};

/// After a fetch that failed, nobody tries again for so long.
const RETRY: TimeDelta = TimeDelta::seconds(5);

/// After any fetch, nobody fetches on demand for so long.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// A value, or that there is none.
type Known = Option<SecretValue>;

/// What the last good fetch brought, and when it began. Shared with a fetch, which may outlive its caller.
type Shared = Arc<RwLock<Option<(DateTime<Utc>, Known)>>>;

pub(super) struct Slot {
    id: Arc<str>,
    time_to_live: TimeDelta,
    clock: Clock,
    known: Shared,
    refetch: Refetch,
}

enum Lookup {
    Fresh(Known),
    /// Too old, but good enough for those who do not fetch.
    Stale(Known),
    Missing,
}

impl Slot {
    pub(super) fn new(id: Arc<str>, time_to_live: Duration, clock: Clock) -> Self {
        Self {
            id,
            time_to_live: TimeDelta::from_std(time_to_live).unwrap_or(TimeDelta::MAX),
            refetch: Refetch::new(clock.clone()),
            clock,
            known: Arc::default(),
        }
    }

    /// What is known, fetched if it is not known or too old.
    pub(super) async fn get<F>(&self, fetch: F) -> Result<Known, SecretError>
    where
        F: Future<Output = Result<Known, SecretError>> + Send + 'static,
    {
        let turn = match self.look_up() {
            Lookup::Fresh(known) => return Ok(known),
            Lookup::Stale(known) => match self.refetch.turn_now() {
                Some(turn) => turn,
                None => return Ok(known),
            },
            Lookup::Missing => self.refetch.turn().await,
        };
        // Another caller may have fetched while this one waited.
        if let Lookup::Fresh(known) = self.look_up() {
            return Ok(known);
        }
        let pause = if turn.follows_failure() {
            RETRY
        } else {
            TimeDelta::zero()
        };
        let outcome = turn.fetch(pause, self.keep(fetch)).await;
        self.known_after(outcome)
    }

    /// What is known, fetched unless it differs from what the caller has seen already.
    pub(super) async fn refresh<F>(
        &self,
        seen: &SecretValue,
        fetch: F,
    ) -> Result<Known, SecretError>
    where
        F: Future<Output = Result<Known, SecretError>> + Send + 'static,
    {
        let turn = self.refetch.turn().await;
        if let Lookup::Fresh(known) | Lookup::Stale(known) = self.look_up()
            && known.as_ref() != Some(seen)
        {
            return Ok(known);
        }
        let outcome = turn.fetch(PAUSE, self.keep(fetch)).await;
        self.known_after(outcome)
    }

    /// Fetches, whatever is known. That a value is known does not make up for a failure.
    pub(super) async fn renew<F>(&self, fetch: F) -> Result<(), SecretError>
    where
        F: Future<Output = Result<Known, SecretError>> + Send + 'static,
    {
        let turn = self.refetch.turn().await;
        let outcome = turn.fetch(TimeDelta::zero(), self.keep(fetch)).await;
        outcome.map_err(|cause| self.error(cause))
    }

    fn look_up(&self) -> Lookup {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((at, known)) => {
                let age = self.clock.now() - *at;
                // A moment in the future (the clock was set back) says nothing.
                if age >= TimeDelta::zero() && age < self.time_to_live {
                    Lookup::Fresh(known.clone())
                } else {
                    Lookup::Stale(known.clone())
                }
            }
            None => Lookup::Missing,
        }
    }

    /// What is known once a fetch has ended: a failure counts only where nothing is.
    fn known_after(&self, outcome: Outcome) -> Result<Known, SecretError> {
        match self.look_up() {
            Lookup::Fresh(known) | Lookup::Stale(known) => Ok(known),
            Lookup::Missing => outcome.map(|()| None).map_err(|cause| self.error(cause)),
        }
    }

    fn error(&self, cause: String) -> SecretError {
        SecretError {
            id: self.id.clone(),
            cause,
        }
    }

    /// The fetch, and that what it brings is known from then on. After a failure the known value stays.
    fn keep<F>(&self, fetch: F) -> impl Future<Output = Outcome> + Send + 'static + use<F>
    where
        F: Future<Output = Result<Known, SecretError>> + Send + 'static,
    {
        let (id, clock, known) = (self.id.clone(), self.clock.clone(), self.known.clone());
        async move {
            let begun = clock.now();
            let fetched = fetch.await;
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            match fetched {
                Ok(value) => {
                    *known = Some((begun, value));
                    Ok(())
                }
                Err(error) => {
                    tracing::warn!(
                        secret = &*id,
                        cause = error.cause,
                        "a secret cannot be fetched{}",
                        if known.is_some() {
                            "; the known value stays"
                        } else {
                            ""
                        }
                    );
                    Err(error.cause)
                }
            }
        }
    }
}
