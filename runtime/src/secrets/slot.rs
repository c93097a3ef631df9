//! What is known of one version of a secret.

use std::future::Future;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{SecretError, SecretValue};
use crate::clock::Clock;

/// After a fetch that failed, nobody tries again for so long.
const RETRY: TimeDelta = TimeDelta::seconds(5);

/// After any fetch, nobody fetches on demand for so long.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// A value, or that there is none.
type Known = Option<SecretValue>;

pub(super) struct Slot {
    time_to_live: TimeDelta,
    clock: Clock,
    state: RwLock<State>,
    /// Held by the one who fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// What the last good fetch brought, and when.
    known: Option<(DateTime<Utc>, Known)>,
    /// When the last fetch ended, and with what failure.
    attempt: Option<(DateTime<Utc>, Option<SecretError>)>,
}

enum Lookup {
    Fresh(Known),
    /// Too old, but good enough for those who do not fetch.
    Stale(Known),
    Missing,
    /// Nothing is known, and the last attempt failed just now.
    Failed(SecretError),
}

impl Slot {
    pub(super) fn new(time_to_live: Duration, clock: Clock) -> Self {
        Self {
            time_to_live: TimeDelta::from_std(time_to_live).unwrap_or(TimeDelta::MAX),
            clock,
            state: RwLock::default(),
            fetching: tokio::sync::Mutex::new(()),
        }
    }

    /// What is known, fetched if it is not known or too old.
    pub(super) async fn get<F>(
        &self,
        id: &str,
        fetch: impl FnOnce() -> F,
    ) -> Result<Known, SecretError>
    where
        F: Future<Output = Result<Known, SecretError>>,
    {
        let _fetching = match self.look_up() {
            Lookup::Fresh(known) => return Ok(known),
            Lookup::Failed(error) => return Err(error),
            Lookup::Stale(known) => match self.fetching.try_lock() {
                Ok(guard) => guard,
                Err(_) => return Ok(known),
            },
            Lookup::Missing => self.fetching.lock().await,
        };
        // Another caller may have fetched while this one waited.
        match self.look_up() {
            Lookup::Fresh(known) => Ok(known),
            Lookup::Failed(error) => Err(error),
            Lookup::Stale(_) | Lookup::Missing => self.keep(id, fetch().await),
        }
    }

    /// What is known, fetched unless it differs from what the caller has seen already.
    pub(super) async fn refresh<F>(
        &self,
        id: &str,
        seen: &SecretValue,
        fetch: impl FnOnce() -> F,
    ) -> Result<Known, SecretError>
    where
        F: Future<Output = Result<Known, SecretError>>,
    {
        let _fetching = self.fetching.lock().await;
        {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            let is_recent = state
                .attempt
                .as_ref()
                .is_some_and(|(at, _)| self.is_within(*at, PAUSE));
            match (&state.known, &state.attempt) {
                (Some((_, known)), _) if is_recent || known.as_ref() != Some(seen) => {
                    return Ok(known.clone());
                }
                (None, Some((_, Some(error)))) if is_recent => return Err(error.clone()),
                _ => {}
            }
        }
        self.keep(id, fetch().await)
    }

    /// Fetches, whatever is known. That a value is known does not make up for a failure.
    pub(super) async fn renew<F>(
        &self,
        id: &str,
        fetch: impl FnOnce() -> F,
    ) -> Result<(), SecretError>
    where
        F: Future<Output = Result<Known, SecretError>>,
    {
        let _fetching = self.fetching.lock().await;
        let fetched = fetch().await;
        let failure = fetched.as_ref().err().cloned();
        self.keep(id, fetched)?;
        failure.map_or(Ok(()), Err)
    }

    fn look_up(&self) -> Lookup {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let failed = state
            .attempt
            .as_ref()
            .filter(|(at, _)| self.is_within(*at, RETRY))
            .and_then(|(_, error)| error.as_ref());
        match (&state.known, failed) {
            (Some((_, known)), Some(_)) => Lookup::Fresh(known.clone()),
            (Some((at, known)), None) if self.is_within(*at, self.time_to_live) => {
                Lookup::Fresh(known.clone())
            }
            (Some((_, known)), None) => Lookup::Stale(known.clone()),
            (None, Some(error)) => Lookup::Failed(error.clone()),
            (None, None) => Lookup::Missing,
        }
    }

    /// Whether a moment lies less than `span` back. One in the future (the clock was set back) does not: waiting for it
    /// could take for ever.
    fn is_within(&self, moment: DateTime<Utc>, span: TimeDelta) -> bool {
        let age = self.clock.now() - moment;
        age >= TimeDelta::zero() && age < span
    }

    /// Notes what a fetch brought; the caller holds `fetching`. After a failure the known value stays.
    fn keep(&self, id: &str, fetched: Result<Known, SecretError>) -> Result<Known, SecretError> {
        let now = self.clock.now();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(known) => {
                state.known = Some((now, known.clone()));
                state.attempt = Some((now, None));
                Ok(known)
            }
            Err(error) => {
                let is_known = state.known.is_some();
                tracing::warn!(
                    secret = id,
                    cause = error.cause,
                    "a secret cannot be fetched{}",
                    if is_known {
                        "; the known value stays"
                    } else {
                        ""
                    }
                );
                state.attempt = Some((now, Some(error.clone())));
                match &state.known {
                    Some((_, known)) => Ok(known.clone()),
                    None => Err(error),
                }
            }
        }
    }
}
