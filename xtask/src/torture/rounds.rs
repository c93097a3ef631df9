//! Tests of which `cargo test` runs a few rounds, and these as many as there is patience for. What they do and how they are
//! judged is in tests/torture/ and in server/tests/process/crash.rs; a round that fails says the command that repeats it.

use std::num::NonZeroU64;
use std::process::Command;

use crate::command::{INSTALL_RUST, cargo_program, output, run};

/// From which seed on, and how many.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rounds {
    seed: Option<u64>,
    rounds: Option<NonZeroU64>,
}

impl Rounds {
    /// Reads `[--seed N] [--rounds N]`.
    pub(crate) fn read(words: &[&str]) -> Result<Self, String> {
        let wrong = || {
            "write `cargo xtask torture [KIND]... [--seed N] [--rounds N]`, with one round at least"
                .to_owned()
        };
        let mut read = Self::default();
        for pair in words.chunks(2) {
            match pair {
                ["--seed", number] => read.seed = Some(number.parse().map_err(|_| wrong())?),
                ["--rounds", number] => read.rounds = Some(number.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            }
        }
        Ok(read)
    }
}

/// Tests that are run together.
pub(crate) struct Tests {
    target: &'static str,
    /// Of the names of the tests.
    filters: &'static [&'static str],
    /// Rounds, if nobody says how many.
    rounds: u64,
}

/// Schedules of faults between the server and its database.
pub(crate) const FAULTS: Tests = Tests {
    target: "torture",
    filters: &["faults::"],
    rounds: 10_000,
};

/// Kills while writing, full disks, folders that cannot be used.
pub(crate) const CRASHES: Tests = Tests {
    target: "process",
    filters: &["crash::", "full_disk::", "data_folder::"],
    rounds: 200,
};

/// Many clients at once: in simulated time, and on connections to servers with many threads.
pub(crate) const RACES: Tests = Tests {
    target: "torture",
    filters: &["races::", "connections::"],
    rounds: 100,
};

/// Cargo, for tests of which one builds what all need: optimised, with the checks of code that is not. The release's server
/// is such a one once those that start it are built.
pub(crate) fn tests() -> Command {
    let mut cargo = cargo_program();
    cargo
        .args(["test", "--profile", "bench"])
        .env("CARGO_PROFILE_BENCH_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_BENCH_OVERFLOW_CHECKS", "true")
        // Both, as `cargo test` has them: with the same features of what they depend on.
        .args(["--package", "portfolio-server"])
        .args(["--package", "portfolio-tests"]);
    cargo
}

impl Tests {
    pub(crate) fn run(&self, wanted: &Rounds) -> Result<(), String> {
        self.are_there()?;
        let rounds = wanted.rounds.map_or(self.rounds, NonZeroU64::get);
        let mut cargo = tests();
        cargo
            .args(["--test", self.target, "--"])
            // Tests that not everybody may run are among these.
            .args(["--nocapture", "--include-ignored", "--test-threads", "1"])
            .args(self.filters)
            .env("TORTURE_SEED", wanted.seed.unwrap_or(1).to_string())
            .env("TORTURE_ROUNDS", rounds.to_string());
        run(&mut cargo, INSTALL_RUST)
    }

    /// Builds them, and refuses a filter that is no part of any test's name: nothing that runs is nothing that fails.
    fn are_there(&self) -> Result<(), String> {
        let mut list = tests();
        list.args(["--test", self.target, "--", "--list", "--include-ignored"]);
        match self.unused(&output(&mut list, INSTALL_RUST)?) {
            None => Ok(()),
            Some(filter) => Err(format!(
                "no test of `{}` has `{filter}` in its name; xtask/src/torture/rounds.rs names those that there were",
                self.target
            )),
        }
    }

    /// A filter that chooses nothing of what libtest lists.
    fn unused(&self, listed: &str) -> Option<&'static str> {
        let names = listed
            .lines()
            .filter_map(|line| line.strip_suffix(": test"));
        let names: Vec<&str> = names.collect();
        let mut filters = self.filters.iter().copied();
        filters.find(|filter| !names.iter().any(|name| name.contains(filter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_and_rounds_are_read() {
        assert_eq!(Rounds::read(&[]), Ok(Rounds::default()));
        let wanted = Rounds {
            seed: Some(7),
            rounds: NonZeroU64::new(2),
        };
        assert_eq!(Rounds::read(&["--rounds", "2", "--seed", "7"]), Ok(wanted));
        for words in [
            &["--seed"][..],
            &["--seed", "x"],
            &["--rounds", "0"],
            &["--many", "1"],
            &["races"],
        ] {
            assert!(Rounds::read(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_filter_that_chooses_no_test_is_found() {
        let listed = "races::a: test\nconnections::b: test\n\n2 tests, 0 benchmarks\n";
        assert_eq!(RACES.unused(listed), None);
        assert_eq!(FAULTS.unused(listed), Some("faults::"));
        assert_eq!(RACES.unused("races::a: test\n"), Some("connections::"));
        assert_eq!(RACES.unused("races:: connections::\n"), Some("races::"));
    }
}
