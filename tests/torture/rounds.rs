//! So many rounds from a seed on: a selection, or what `cargo xtask torture` asks for.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::record::Record;

/// What the rounds have shown, added up.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    pub(crate) requests: usize,
    pub(crate) faults: usize,
    /// Answers that said that something was written.
    acknowledged: usize,
    /// How often each operation was answered with each status.
    pub(crate) statuses: BTreeMap<&'static str, BTreeMap<u16, usize>>,
    /// The longest request, in the time of its world.
    pub(crate) slowest: Duration,
}

impl Sum {
    pub(crate) fn of(record: &Record, faults: usize) -> Self {
        let mut sum = Self {
            requests: record.answers.len(),
            faults,
            acknowledged: record.acknowledged,
            slowest: record.slowest,
            ..Self::default()
        };
        for (_, operation, status) in &record.answers {
            *sum.statuses
                .entry(operation)
                .or_default()
                .entry(*status)
                .or_default() += 1;
        }
        sum
    }

    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.faults += other.faults;
        self.acknowledged += other.acknowledged;
        self.slowest = self.slowest.max(other.slowest);
        for (operation, statuses) in other.statuses {
            let sums = self.statuses.entry(operation).or_default();
            for (status, count) in statuses {
                *sums.entry(status).or_default() += count;
            }
        }
    }

    /// How many requests had this status.
    pub(crate) fn with(&self, status: u16) -> usize {
        let counts = self.statuses.values();
        counts.filter_map(|statuses| statuses.get(&status)).sum()
    }
}

/// Who waits for so many rounds is told now and then how many there were.
const MANY: u64 = 100;

/// A number that `cargo xtask torture` has set.
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name}={text}: a whole number is wanted")))
}

/// Runs `round` with one seed after another, on as many threads as there are processors; `usual` of them if nothing else
/// is said. Prints what they have shown, and of those that fail how to repeat each.
pub(crate) fn each(
    what: &str,
    usual: u64,
    round: impl Fn(u64) -> Result<Sum, String> + Sync,
) -> Sum {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    on_threads(threads, what, "", usual, round)
}

/// As [`each`], but one round after another: each has the machine for itself, and who meets whom is up to it, so that a
/// seed is not the same round again.
pub(crate) fn one_by_one(
    what: &str,
    usual: u64,
    round: impl Fn(u64) -> Result<Sum, String> + Sync,
) -> Sum {
    let chance = "\nwho meets whom is up to the machine";
    on_threads(1, what, chance, usual, round)
}

fn on_threads(
    threads: usize,
    what: &str,
    chance: &str,
    usual: u64,
    round: impl Fn(u64) -> Result<Sum, String> + Sync,
) -> Sum {
    let first = setting("TORTURE_SEED").unwrap_or(1);
    let rounds = setting("TORTURE_ROUNDS").unwrap_or(usual);
    let (next, sum, failed) = (AtomicU64::new(0), Mutex::default(), Mutex::new(Vec::new()));
    let begin = Instant::now();
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= rounds {
                return;
            }
            if number > 0 && rounds >= MANY && number.is_multiple_of(rounds / 10) {
                let seconds = begin.elapsed().as_secs();
                println!("{what}: {number} of {rounds} rounds begun after {seconds} s");
            }
            let seed = first.wrapping_add(number);
            let done = catch_unwind(AssertUnwindSafe(|| round(seed)));
            // A panic has said by itself what it is about.
            match done.unwrap_or_else(|_| Err("a panic, see above".to_owned())) {
                Ok(shown) => Sum::add(&mut sum.lock().unwrap(), shown),
                Err(said) => {
                    let repeat = format!("cargo xtask torture {what} --seed {seed} --rounds 1");
                    println!("{what}, seed {seed}: {said}{chance}\nto repeat it: {repeat}\n");
                    failed.lock().unwrap().push(seed);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let (sum, failed): (Sum, _) = (sum.into_inner().unwrap(), failed.into_inner().unwrap());
    let took = begin.elapsed();
    println!(
        "{what}: {rounds} rounds from seed {first}: {} requests, {} faults, {} writes acknowledged, {} requests of unknown \
         outcome (503), {} rounds failed; the slowest request {:.1} s of its world's time; {:.1} s, {:.0} ms a round",
        sum.requests,
        sum.faults,
        sum.acknowledged,
        sum.with(503),
        failed.len(),
        sum.slowest.as_secs_f64(),
        took.as_secs_f64(),
        took.as_secs_f64() * 1_000.0 / rounds.max(1) as f64,
    );
    assert!(failed.is_empty(), "{what}: seeds {failed:?} failed");
    sum
}

/// Runs a round alone in its thread, on time that passes when nobody has anything to do.
pub(crate) fn simulate<T>(seed: u64, round: impl Future<Output = T>) -> T {
    // The waits between retries, the SDK's and the server's, are random by this.
    fastrand::seed(seed);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(round)
}
