//! A random schedule of faults: what happens to which call of the database, by the request that makes it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use contract_runtime::dynamodb::embedded::{Call, Disturbance, Failure, Faults};
use fastrand::Rng;

use crate::record::UNDISTURBED;

tokio::task_local! {
    /// The request that is being answered, and how many calls it has made.
    pub(crate) static REQUEST: (usize, Cell<usize>);
}

/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_secs(24 * 60 * 60);

/// One way in which a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It does not reach the engine.
    Before(Failure),
    /// It is done, and so much later this is the answer.
    After(Failure, Duration),
    /// It reaches the engine late, perhaps when its caller has given it up and sent it again.
    Late(Duration),
    /// It is done, and the answer comes late.
    LateAnswer(Duration),
    /// It never reaches the engine, and nobody says so.
    Hang,
    /// It is done, and no answer ever comes.
    HangAfter,
    /// It is done, and the answer breaks off.
    Cut,
}

impl Fault {
    fn random(random: &mut Rng) -> Self {
        const BEFORE: [Failure; 4] = [
            Failure::Disconnect,
            Failure::InternalServerError,
            Failure::Throttling,
            Failure::TransactionConflict,
        ];
        // What is throttled or in conflict was not done.
        const AFTER: [Failure; 2] = [Failure::Disconnect, Failure::InternalServerError];
        match random.u8(..11) {
            0..3 => Self::Before(BEFORE[random.usize(..BEFORE.len())]),
            3..6 => {
                let failure = AFTER[random.usize(..AFTER.len())];
                Self::After(failure, Duration::from_millis(random.u64(..2_000)))
            }
            6 => Self::Late(latency(random)),
            7 => Self::LateAnswer(latency(random)),
            8 => Self::Hang,
            9 => Self::HangAfter,
            _ => Self::Cut,
        }
    }

    fn disturbance(self) -> Disturbance {
        let mut disturbance = Disturbance::default();
        match self {
            Self::Before(failure) => disturbance.before = Some(failure),
            Self::After(failure, delay) => {
                (disturbance.after, disturbance.linger) = (Some(failure), delay);
            }
            Self::Late(delay) => disturbance.delay = delay,
            Self::LateAnswer(delay) => disturbance.linger = delay,
            Self::Hang => disturbance.lost = true,
            Self::HangAfter => disturbance.linger = FOR_EVER,
            Self::Cut => disturbance.cut = true,
        }
        disturbance
    }
}

/// 100 ms to 10 s.
fn latency(random: &mut Rng) -> Duration {
    Duration::from_millis(random.u64(100..=LONGEST))
}

/// Milliseconds of the longest latency, and of what each call takes on its way besides.
const LONGEST: u64 = 10_000;
const JITTER: u64 = 40;

/// After so long, everything has reached the engine that ever will.
pub(crate) const LATEST: Duration = Duration::from_millis(LONGEST + JITTER);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(failure) => write!(f, "{failure:?} before"),
            Self::After(failure, delay) => {
                write!(f, "{failure:?} after, {} ms late", delay.as_millis())
            }
            Self::Late(delay) => write!(f, "{} ms late", delay.as_millis()),
            Self::LateAnswer(delay) => write!(f, "answer {} ms late", delay.as_millis()),
            Self::Hang => f.write_str("hang"),
            Self::HangAfter => f.write_str("hang after"),
            Self::Cut => f.write_str("answer cut"),
        }
    }
}

/// What happens to the calls of each request. Displayed as one line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schedule {
    /// By the number of the request, and that of its call.
    faults: BTreeMap<(usize, usize), Fault>,
    /// Every call takes up to as many milliseconds on its way, and as many back, so that requests meet in between.
    jitter: u64,
    /// Whether half of the eventually consistent reads see nothing of what was written since they were made before.
    stale: bool,
    seed: u64,
}

impl Schedule {
    /// Faults for about a third of so many requests: of one call, of several in a row with one fault, which outlast every
    /// retry, or of several each with a fault of its own: an answer is lost, and what is sent again meets a conflict.
    pub(crate) fn random(random: &mut Rng, requests: usize) -> Self {
        let mut schedule = Self {
            stale: random.u8(..3) == 0,
            ..Self::jitter(random, JITTER)
        };
        for request in 0..requests {
            if random.u8(..3) > 0 {
                continue;
            }
            let first = random.usize(..4);
            let (calls, mixed) = match random.u8(..6) {
                0 => (1 + random.usize(..8), false),
                1 | 2 => (2 + random.usize(..3), true),
                _ => (1, false),
            };
            let mut fault = Fault::random(random);
            for call in first..first + calls {
                schedule.faults.insert((request, call), fault);
                if mixed {
                    fault = Fault::random(random);
                }
            }
        }
        schedule
    }

    /// No faults; each call takes a moment of its own.
    pub(crate) fn jitter(random: &mut Rng, milliseconds: u64) -> Self {
        Self {
            faults: BTreeMap::new(),
            jitter: milliseconds,
            stale: false,
            seed: random.u64(..),
        }
    }

    pub(crate) fn faults(&self) -> usize {
        self.faults.len()
    }

    fn of(&self, request: usize, call: usize) -> Disturbance {
        let fault = self.faults.get(&(request, call));
        let mut disturbance = fault.map_or_else(Disturbance::default, |fault| fault.disturbance());
        let place = (request as u64) << 32 | call as u64;
        let mut random = Rng::with_seed(self.seed ^ place);
        let mut moment = || Duration::from_micros(random.u64(..=self.jitter * 1_000));
        disturbance.delay += moment();
        disturbance.linger += moment();
        // The judge sees what there is.
        disturbance.stale = self.stale && request < UNDISTURBED && random.bool();
        disturbance
    }
}

impl Faults for Schedule {
    fn disturb(&self, _: &Call<'_>) -> Disturbance {
        let number =
            REQUEST.try_with(|(request, calls)| (*request, calls.replace(calls.get() + 1)));
        // Outside of a request the server is being started, or the table looked at.
        number.map_or_else(
            |_| Disturbance::default(),
            |(request, call)| self.of(request, call),
        )
    }

    fn reads_are_behind(&self) -> bool {
        self.stale
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stale = if self.stale { ", stale reads" } else { "" };
        write!(f, "calls up to {} ms each way{stale}", self.jitter)?;
        for ((request, call), fault) in &self.faults {
            write!(f, "; {request}.{call} {fault}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_schedule_in_one_line() {
        let line = |seed| Schedule::random(&mut Rng::with_seed(seed), 30).to_string();
        assert_eq!(line(7), line(7));
        assert_ne!(line(7), line(8));
        assert_eq!(line(7).lines().count(), 1);
    }

    #[test]
    fn every_fault_is_tried() {
        let mut random = Rng::with_seed(1);
        let lines: String = (0..200)
            .map(|_| Fault::random(&mut random).to_string() + "\n")
            .collect();
        for fault in [
            "Disconnect before",
            "InternalServerError before",
            "Throttling before",
            "TransactionConflict before",
            "Disconnect after",
            "InternalServerError after",
            "ms late",
            "answer cut",
            "hang\n",
            "hang after",
        ] {
            assert!(lines.contains(fault), "{fault}");
        }
        let late = |line: &str| line.starts_with("answer") && line.ends_with("late");
        assert!(lines.lines().any(late));
    }
}
