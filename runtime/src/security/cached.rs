//! Keys fetched from an issuer and kept.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;

use super::jwks::{KeySource, KeySourceError, StaticKeys, VerificationKey};
use crate::clock::Clock;
use crate::refetch::Refetch;

/// Fetches an issuer's key set (RFC 7517), over the network as a rule.
pub trait FetchKeys: Send + Sync + 'static {
    /// The issuer's current keys. Should give up by itself after a few seconds, since others wait for it; it is
    /// ended after fifteen.
    ///
    /// # Errors
    ///
    /// [`KeySourceError`] if the issuer does not answer, or not with a key set.
    fn fetch(&self) -> impl Future<Output = Result<JwkSet, KeySourceError>> + Send;
}

/// Between two fetches while keys are known: tokens with invented key ids cannot make this server hammer the
/// issuer.
const REFETCH: TimeDelta = TimeDelta::seconds(60);

/// Between two fetches while no key is known.
const RETRY: TimeDelta = TimeDelta::seconds(5);

/// Age at which keys are fetched again though nobody asks for an unknown one: a key that the issuer has
/// withdrawn does not stay good for ever.
const MAX_AGE: TimeDelta = TimeDelta::hours(1);

/// An issuer's keys: fetched when first needed, kept, fetched again for an unknown key id (at most once a
/// minute) and when an hour old; by one caller at a time, while requests with known keys go on. When a fetch
/// fails, the keys known so far stay. A caller that gives up does not end the fetch that it began.
#[derive(Debug)]
pub struct CachedKeys<F> {
    issuer: Arc<Issuer<F>>,
    refetch: Refetch,
}

/// What a fetch needs, which may outlive the request that began it.
#[derive(Debug)]
struct Issuer<F> {
    fetch: F,
    clock: Clock,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: StaticKeys,
    /// When the fetch of the keys began.
    fetched: Option<DateTime<Utc>>,
}

/// What the keys known so far say of a key id.
enum Lookup {
    Found(VerificationKey),
    /// Found, but the keys are old enough to be fetched again.
    Stale(VerificationKey),
    Missing,
}

impl<F: FetchKeys> CachedKeys<F> {
    /// Nothing is fetched before the first key is asked for.
    pub fn new(fetch: F, clock: Clock) -> Self {
        Self {
            refetch: Refetch::new(clock.clone()),
            issuer: Arc::new(Issuer {
                fetch,
                clock,
                known: RwLock::default(),
            }),
        }
    }
}

impl<F: FetchKeys> Issuer<F> {
    fn look_up(&self, kid: &str) -> Lookup {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let age = known.fetched.map(|at| self.clock.now() - at);
        // A moment in the future (the clock was set back) says nothing.
        let is_fresh = age.is_some_and(|age| age >= TimeDelta::zero() && age < MAX_AGE);
        match known.keys.get(kid) {
            Some(key) if is_fresh => Lookup::Found(key.clone()),
            Some(key) => Lookup::Stale(key.clone()),
            None => Lookup::Missing,
        }
    }

    fn pause(&self) -> TimeDelta {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.keys.is_empty() {
            RETRY
        } else {
            REFETCH
        }
    }

    async fn refresh(&self) -> Result<(), KeySourceError> {
        let begun = self.clock.now();
        let keys = self.fetch.fetch().await.and_then(|set| {
            let keys = StaticKeys::new(&set);
            if keys.is_empty() {
                return Err(KeySourceError("the key set has no usable key".to_owned()));
            }
            Ok(keys)
        });
        let keys = keys.inspect_err(|error| {
            tracing::warn!(cause = error.0, "cannot fetch the signing keys");
        })?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known {
            keys,
            fetched: Some(begun),
        };
        Ok(())
    }
}

impl<F: FetchKeys> KeySource for CachedKeys<F> {
    async fn key(&self, kid: &str) -> Result<Option<VerificationKey>, KeySourceError> {
        let turn = match self.issuer.look_up(kid) {
            Lookup::Found(key) => return Ok(Some(key)),
            // One caller fetches; the others make do with what is known.
            Lookup::Stale(key) => match self.refetch.turn_now() {
                Some(turn) => turn,
                None => return Ok(Some(key)),
            },
            Lookup::Missing => self.refetch.turn().await,
        };
        // Another caller may have fetched while this one waited.
        if let Lookup::Found(key) = self.issuer.look_up(kid) {
            return Ok(Some(key));
        }
        let issuer = self.issuer.clone();
        let refreshed = async move { issuer.refresh().await.map_err(|error| error.0) };
        let outcome = turn.fetch(self.issuer.pause(), refreshed).await;
        match self.issuer.look_up(kid) {
            Lookup::Found(key) | Lookup::Stale(key) => Ok(Some(key)),
            Lookup::Missing => outcome.map(|()| None).map_err(KeySourceError),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt;
    use serde_json::json;

    use super::*;

    /// An issuer whose keys a test sets (`None`: it is down), and that counts how often it is asked.
    #[derive(Default)]
    struct Issuer {
        kids: Mutex<Option<Vec<&'static str>>>,
        asked: AtomicUsize,
    }

    impl Issuer {
        fn has(&self, kids: &[&'static str]) {
            *self.kids.lock().unwrap() = Some(kids.to_vec());
        }

        fn is_down(&self) {
            *self.kids.lock().unwrap() = None;
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl FetchKeys for Arc<Issuer> {
        async fn fetch(&self) -> Result<JwkSet, KeySourceError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            let kids = self.kids.lock().unwrap().clone();
            let kids = kids.ok_or_else(|| KeySourceError("down".to_owned()))?;
            let keys: Vec<_> = kids
                .iter()
                .map(|kid| {
                    json!({
                        "kty": "EC", "crv": "P-256", "kid": kid,
                        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
                    })
                })
                .collect();
            Ok(serde_json::from_value(json!({ "keys": keys })).unwrap())
        }
    }

    fn cached() -> (Arc<Issuer>, Clock, CachedKeys<Arc<Issuer>>) {
        let issuer = Arc::new(Issuer::default());
        let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
        let keys = CachedKeys::new(issuer.clone(), clock.clone());
        (issuer, clock, keys)
    }

    async fn known(keys: &CachedKeys<Arc<Issuer>>, kid: &str) -> bool {
        keys.key(kid).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn keys_are_fetched_when_first_needed_and_kept() {
        let (issuer, _, keys) = cached();
        issuer.has(&["a"]);
        assert_eq!(issuer.asked(), 0);
        assert!(known(&keys, "a").await);
        issuer.is_down();
        assert!(known(&keys, "a").await);
        assert_eq!(issuer.asked(), 1);
    }

    #[tokio::test]
    async fn an_unknown_key_is_looked_for_once_a_minute() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a"]);
        assert!(known(&keys, "a").await);
        issuer.has(&["a", "b"]);
        assert!(!known(&keys, "b").await);
        assert!(!known(&keys, "invented").await);
        assert_eq!(issuer.asked(), 1);

        clock.advance(TimeDelta::seconds(60));
        assert!(known(&keys, "b").await);
        assert_eq!(issuer.asked(), 2);
        for _ in 0..10 {
            assert!(!known(&keys, "invented").await);
        }
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test]
    async fn simultaneous_callers_fetch_once() {
        let (issuer, _, keys) = cached();
        issuer.has(&["a"]);
        let found = futures_util::future::join_all((0..50).map(|_| known(&keys, "a"))).await;
        assert!(found.into_iter().all(|found| found));
        assert_eq!(issuer.asked(), 1);
    }

    #[tokio::test]
    async fn known_keys_stay_when_the_issuer_is_down() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a"]);
        assert!(known(&keys, "a").await);
        issuer.is_down();
        clock.advance(TimeDelta::seconds(61));
        assert_eq!(
            keys.key("b").await.unwrap_err(),
            KeySourceError("down".to_owned())
        );
        assert!(known(&keys, "a").await);
        assert!(keys.key("b").await.is_err());
        assert_eq!(issuer.asked(), 2);
        clock.advance(TimeDelta::days(30));
        assert!(known(&keys, "a").await);
    }

    #[tokio::test]
    async fn without_any_key_a_failed_fetch_is_soon_tried_again() {
        let (issuer, clock, keys) = cached();
        assert!(keys.key("a").await.is_err());
        assert!(keys.key("a").await.is_err());
        assert_eq!(issuer.asked(), 1);
        issuer.has(&["a"]);
        clock.advance(TimeDelta::seconds(5));
        assert!(known(&keys, "a").await);
    }

    #[tokio::test]
    async fn a_withdrawn_key_is_forgotten_within_the_hour() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a", "b"]);
        assert!(known(&keys, "a").await);
        issuer.has(&["b"]);
        clock.advance(TimeDelta::seconds(3_599));
        assert!(known(&keys, "a").await);
        clock.advance(TimeDelta::seconds(1));
        assert!(!known(&keys, "a").await);
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test]
    async fn an_empty_key_set_does_not_replace_known_keys() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a"]);
        assert!(known(&keys, "a").await);
        issuer.has(&[]);
        clock.advance(TimeDelta::hours(2));
        assert!(known(&keys, "a").await);
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_does_not_stop_fetching() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a"]);
        assert!(known(&keys, "a").await);
        clock.advance(TimeDelta::days(-365));
        issuer.has(&["a", "b"]);
        assert!(known(&keys, "b").await);
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_neither_ends_the_fetch_nor_causes_another() {
        let (issuer, _, keys) = cached();
        issuer.has(&["a"]);
        give_up(&keys, "a").await;
        assert!(known(&keys, "a").await);
        assert_eq!(issuer.asked(), 1);
    }

    #[tokio::test]
    async fn callers_that_give_up_cause_one_fetch_a_minute() {
        let (issuer, clock, keys) = cached();
        issuer.has(&["a"]);
        assert!(known(&keys, "a").await);
        clock.advance(TimeDelta::seconds(60));
        for _ in 0..20 {
            give_up(&keys, "invented").await;
        }
        assert!(!known(&keys, "invented").await);
        assert_eq!(issuer.asked(), 2);
    }

    /// Asks for a key, and is gone once the fetch is under way.
    async fn give_up(keys: &CachedKeys<Arc<Issuer>>, kid: &str) {
        let mut abandoned = Box::pin(keys.key(kid));
        assert!(
            abandoned
                .as_mut()
                .now_or_never()
                .is_none_or(|key| key.unwrap().is_none())
        );
        tokio::task::yield_now().await;
    }
}
