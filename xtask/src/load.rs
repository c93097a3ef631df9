//! The release server under load, and beside it the same operations in Python (load/, in this package's folder): one table
//! layout, one engine, one driver, in turns.
//!
//! The loop is closed: a client sends its next request when the last one is answered. When a server stands still, requests
//! that independent clients would have sent in that time are not sent and not counted (coordinated omission), so that high
//! percentiles are those of the requests that were sent, and better than what such clients would see. It is so for all
//! sides alike.

mod cores;
mod data;
mod engine;
mod equality;
mod growth;
mod histogram;
mod operation;
mod report;
mod round;
mod side;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;

use self::cores::Cores;
use self::data::Data;
use self::engine::Engine;
use self::operation::Operation;
use self::report::Compared;
use self::side::{CLIENTS, Place, Side};
use crate::command::{cargo, say};

/// How long one side is asked before it is the next one's turn.
const ROUND: Duration = Duration::from_secs(1);

/// The sides, in the order of `Compared`.
const SIDES: [&str; 3] = ["ours, HTTP engine", "FastAPI, boto3", "ours, embedded"];

const USAGE: &str =
    "write `cargo xtask load [--seconds N] [--posts N]` or `cargo xtask load --quick`";

/// What the command was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// Rounds of a second for each side and operation.
    rounds: usize,
    posts: usize,
    visits: u64,
}

impl Options {
    /// Reads the words after `load`.
    ///
    /// # Errors
    ///
    /// How to write it.
    pub(crate) fn read(words: &[&str]) -> Result<Self, String> {
        let mut options = Self {
            rounds: 8,
            posts: 10_000,
            visits: 1_000_000,
        };
        if words == ["--quick"] {
            return Ok(Self {
                rounds: 1,
                posts: 200,
                visits: 20_000,
            });
        }
        for pair in words.chunks(2) {
            let (place, least) = match pair {
                ["--seconds", _] => (&mut options.rounds, 1),
                ["--posts", _] => (&mut options.posts, growth::FEWEST),
                _ => return Err(USAGE.to_owned()),
            };
            let number = pair.get(1).and_then(|text| text.parse().ok());
            *place = number
                .filter(|number| *number >= least)
                .ok_or_else(|| format!("{} takes a number from {least}", pair[0]))?;
        }
        Ok(options)
    }
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let Options {
        rounds,
        posts,
        visits,
    } = *options;
    let cores = Cores::share()?;
    cargo(&["build", "--release", "--package", "portfolio-server"])?;
    // Built before this process is held to fewer cores.
    crate::dynamodb::installed(crate::dynamodb::Build::Optimised)?;
    crate::python::environment("load", side::REQUIREMENTS)?;
    cores.bind_driver()?;
    let start = Instant::now();
    let data = Arc::new(Data::new(posts, visits, Utc::now()));
    let mut engine = Engine::start(&cores, None)?;
    let place = Place::new(&cores, data)?;
    let ours = place.over_http(SIDES[0], &mut engine, "ours")?;
    let python = place.python(SIDES[1], &mut engine, "python", &ours)?;
    let embedded = place.embedded(SIDES[2])?;
    let mut sides = [ours, python, embedded];
    say(&format!(
        "{posts} posts and {visits} visits on each of 3 sides, loaded in {:.0} s; {cores}\n\
         {CLIENTS} clients, each with one request under way (a closed loop: coordinated omission is not corrected)\n\
         load average {}\n",
        start.elapsed().as_secs_f64(),
        load_average(),
    ));
    let alike = equality::check(&mut sides)?;
    say(&format!("{alike} answers were compared and are alike\n"));
    say(&report::head());
    let (compared, driver) = compare(&mut sides, rounds)?;
    say(&report::aims(&compared));
    say(&report::driver(&compared, driver));
    drop(sides);
    say(report::GROWTH);
    let rounds = rounds.div_ceil(2);
    growth::measure(
        &cores,
        &mut engine,
        posts,
        visits,
        rounds,
        ROUND,
        |growth| {
            say(&report::growth(growth));
        },
    )?;
    say(&format!("\nload average {}\n", load_average()));
    Ok(())
}

/// Every operation, the sides in turns; and what the driver itself computed in the rounds that count.
fn compare(sides: &mut [Side; 3], rounds: usize) -> Result<(Vec<Compared>, Duration), String> {
    let driver = || round::computed(std::process::id());
    let (mut all, mut driven) = (Vec::new(), Duration::ZERO);
    for operation in Operation::ALL {
        let mut compared = Compared {
            operation,
            sides: Default::default(),
        };
        // In a new process, whose memory is this operation's alone. Once for connections and caches, not counted.
        for side in &mut *sides {
            side.restart()?;
            round::run(side, operation, ROUND / 4)?;
        }
        let before = driver()?;
        for _ in 0..rounds {
            for (side, measured) in sides.iter_mut().zip(&mut compared.sides) {
                measured.add(round::run(side, operation, ROUND)?);
            }
        }
        driven += driver()? - before;
        say(&report::compared(&compared, SIDES));
        all.push(compared);
    }
    Ok((all, driven))
}

/// What else the machine has to do, for whoever reads the figures: of one, five and fifteen minutes.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let figures: Vec<&str> = text.split(' ').take(3).collect();
    figures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_numbers_or_quick() {
        let read = |words: &[&str]| Options::read(words);
        let options = read(&["--posts", "500", "--seconds", "3"]).unwrap();
        assert_eq!(
            (options.posts, options.rounds, options.visits),
            (500, 3, 1_000_000)
        );
        assert!(read(&["--quick"]).unwrap().posts < 1_000);
        for wrong in [
            &["--posts"][..],
            &["--posts", "x"],
            &["--seconds", "0"],
            &["--fast", "1"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
