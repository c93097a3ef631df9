//! Rate limits: what the contract's `x-rate-limits` say, and a counter for limits that hold per instance.
//!
//! Windows are fixed and start at multiples of their length since the Unix epoch, so that every instance,
//! and a limit that is kept in a database, agrees on where one ends.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::client::ClientAddress;
use crate::clock::Clock;

/// A limit of the contract: so many requests per window and client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The limit's name in the contract; counts of different names are independent.
    pub name: &'static str,
    /// Requests that one client may make in a window.
    pub requests: u32,
    /// The window's length in seconds.
    pub seconds: u32,
    /// Where requests are counted.
    pub scope: Scope,
}

/// Where the requests of a limit are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// By each instance for itself, in memory.
    Instance,
    /// Once for all instances, in a store that they share.
    Shared,
}

/// A window of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The window's first second, since the Unix epoch.
    pub start: i64,
    /// The first second after the window, since the Unix epoch.
    pub end: i64,
    /// Seconds until the window ends, counted up: 1..=the limit's seconds.
    pub left: u32,
}

impl RateLimit {
    /// The window that `now` lies in.
    pub fn window(&self, now: DateTime<Utc>) -> Window {
        let seconds = i64::from(self.seconds.max(1));
        let now = now.timestamp();
        let start = now - now.rem_euclid(seconds);
        let end = start + seconds;
        Window {
            start,
            end,
            left: u32::try_from(end - now).unwrap_or(self.seconds),
        }
    }

    /// The answer to the `count`-th request of a window that ends in `left` seconds.
    pub fn decide(&self, count: u64, left: u32) -> Decision {
        Decision {
            allowed: count <= u64::from(self.requests),
            limit: self.requests,
            remaining: u32::try_from(u64::from(self.requests).saturating_sub(count)).unwrap_or(0),
            reset: left,
        }
    }
}

/// Whether a request may go on, and what the client is told of its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// False if the client has used up its requests: 429, to be tried again after `reset` seconds.
    pub allowed: bool,
    /// Requests per window (`X-RateLimit-Limit`).
    pub limit: u32,
    /// Requests left in this window (`X-RateLimit-Remaining`).
    pub remaining: u32,
    /// Seconds until the window ends (`X-RateLimit-Reset`), at least 1.
    pub reset: u32,
}

/// The store of a shared limit does not answer; what it said is for the log alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rate limit's store is unavailable: {}", self.0)
    }
}

impl std::error::Error for Unavailable {}

/// What counts requests against the contract's limits; the generated router asks it before each operation
/// that has a limit.
pub trait RateLimiter: Send + Sync + 'static {
    /// Counts one request of `client` against `limit`. `None` if limits are off: the request goes on and
    /// the response says nothing of limits.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if a shared limit's store does not answer: the request is refused with 503.
    fn take(
        &self,
        limit: &'static RateLimit,
        client: ClientAddress,
    ) -> impl Future<Output = Result<Option<Decision>, Unavailable>> + Send;
}

const SHARDS: usize = 16;

/// Clients remembered at most, over all limits: some 5 MB.
const CAPACITY: usize = 65_536;

/// Limits counted in this process's memory, whatever their scope says.
///
/// Memory is bounded. When it is full, ended windows go first; if that does not make room (more clients
/// within one window than there is room for), half of the others are forgotten, which errs on the clients'
/// side.
#[derive(Debug)]
pub struct InstanceLimits {
    clock: Clock,
    hasher: RandomState,
    shards: [Mutex<HashMap<Key, Count>>; SHARDS],
    capacity_per_shard: usize,
}

type Key = (&'static str, IpAddr);

#[derive(Debug, Clone, Copy)]
struct Count {
    start: i64,
    end: i64,
    requests: u64,
}

impl InstanceLimits {
    /// No request counted yet.
    pub fn new(clock: Clock) -> Self {
        Self::with_capacity(clock, CAPACITY)
    }

    fn with_capacity(clock: Clock, capacity: usize) -> Self {
        Self {
            clock,
            hasher: RandomState::new(),
            shards: Default::default(),
            capacity_per_shard: (capacity / SHARDS).max(1),
        }
    }

    /// Counts one request of `client` against `limit`.
    pub fn count(&self, limit: &RateLimit, client: ClientAddress) -> Decision {
        let now = self.clock.now();
        let window = limit.window(now);
        let key = (limit.name, client.network());
        let shard = &self.shards[self.hasher.hash_one(key) as usize % SHARDS];
        // A poisoned map is whole: nothing in here panics between two changes of it.
        let mut counts = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= self.capacity_per_shard && !counts.contains_key(&key) {
            make_room(&mut counts, now.timestamp(), self.capacity_per_shard);
        }
        let count = counts.entry(key).or_insert(Count {
            start: window.start,
            end: window.end,
            requests: 0,
        });
        if count.start != window.start {
            *count = Count {
                start: window.start,
                end: window.end,
                requests: 0,
            };
        }
        count.requests += 1;
        limit.decide(count.requests, window.left)
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        self.shards.iter().map(|s| s.lock().unwrap().len()).sum()
    }
}

/// Removes ended windows and, while more than half of the room is still taken, every second entry: the walk
/// over the whole map is paid for by the many insertions that it makes room for.
fn make_room(counts: &mut HashMap<Key, Count>, now: i64, capacity: usize) {
    counts.retain(|_, count| count.end > now);
    if counts.len() > capacity / 2 {
        let mut keep = true;
        counts.retain(|_, _| {
            keep = !keep;
            keep
        });
    }
}

impl RateLimiter for InstanceLimits {
    async fn take(
        &self,
        limit: &'static RateLimit,
        client: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        Ok(Some(self.count(limit, client)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    static THREE: RateLimit = RateLimit {
        name: "three",
        requests: 3,
        seconds: 60,
        scope: Scope::Instance,
    };
    static OTHER: RateLimit = RateLimit {
        name: "other",
        ..THREE
    };

    fn clock() -> Clock {
        Clock::manual("2026-11-20T10:00:30.5Z".parse().unwrap())
    }

    fn client(address: &str) -> ClientAddress {
        ClientAddress(address.parse().unwrap())
    }

    #[test]
    fn requests_are_counted_down_and_then_refused() {
        let limits = InstanceLimits::new(clock());
        let answers: Vec<(bool, u32)> = (0..5)
            .map(|_| limits.count(&THREE, client("192.0.2.1")))
            .map(|decision| (decision.allowed, decision.remaining))
            .collect();
        assert_eq!(
            answers,
            [(true, 2), (true, 1), (true, 0), (false, 0), (false, 0)]
        );
    }

    #[test]
    fn a_new_window_starts_at_the_full_minute() {
        let clock = clock();
        let limits = InstanceLimits::new(clock.clone());
        for _ in 0..4 {
            limits.count(&THREE, client("192.0.2.1"));
        }
        assert_eq!(limits.count(&THREE, client("192.0.2.1")).reset, 30);
        clock.advance(TimeDelta::milliseconds(29_499));
        let last = limits.count(&THREE, client("192.0.2.1"));
        assert_eq!((last.allowed, last.reset), (false, 1));
        clock.advance(TimeDelta::milliseconds(1));
        let first = limits.count(&THREE, client("192.0.2.1"));
        assert_eq!(
            first,
            Decision {
                allowed: true,
                limit: 3,
                remaining: 2,
                reset: 60
            }
        );
    }

    #[test]
    fn clients_and_limits_are_counted_apart() {
        let limits = InstanceLimits::new(clock());
        for _ in 0..3 {
            limits.count(&THREE, client("192.0.2.1"));
        }
        assert!(!limits.count(&THREE, client("192.0.2.1")).allowed);
        assert!(limits.count(&THREE, client("192.0.2.2")).allowed);
        assert!(limits.count(&OTHER, client("192.0.2.1")).allowed);
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        let limits = InstanceLimits::new(clock());
        for host in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"] {
            assert!(limits.count(&THREE, client(host)).allowed);
        }
        assert!(!limits.count(&THREE, client("2001:db8::9")).allowed);
        assert!(limits.count(&THREE, client("2001:db8:0:1::1")).allowed);
    }

    #[test]
    fn memory_stays_bounded_and_ended_windows_go_first() {
        let clock = clock();
        let limits = InstanceLimits::with_capacity(clock.clone(), 1_024);
        for n in 0..100_000u32 {
            limits.count(&THREE, ClientAddress(IpAddr::from(n.to_be_bytes())));
        }
        assert!(limits.remembered() <= 1_024, "{}", limits.remembered());

        clock.advance(TimeDelta::seconds(60));
        for _ in 0..3 {
            limits.count(&THREE, client("192.0.2.1"));
        }
        // Enough new clients to need the room of the ended window, too few to need more.
        for n in 0..300u32 {
            limits.count(&THREE, ClientAddress(IpAddr::from(n.to_be_bytes())));
        }
        assert!(!limits.count(&THREE, client("192.0.2.1")).allowed);
    }

    #[tokio::test]
    async fn simultaneous_requests_are_each_counted_once() {
        static MANY: RateLimit = RateLimit {
            requests: 100,
            ..THREE
        };
        let limits = std::sync::Arc::new(InstanceLimits::new(clock()));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let limits = limits.clone();
                std::thread::spawn(move || {
                    (0..50)
                        .filter(|_| limits.count(&MANY, client("192.0.2.1")).allowed)
                        .count()
                })
            })
            .collect();
        let allowed: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(allowed, 100);
        let next = limits.take(&MANY, client("192.0.2.1")).await.unwrap();
        assert!(next.is_some_and(|decision| !decision.allowed));
    }
}
