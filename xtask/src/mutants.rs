//! Proves that nothing can drift: each mutant of contract and handlers must fail to build or to pass its tests, with a
//! message that names the operation.
//!
//! A mutant meets the quickest judge first: the generator, the compiler, the tests. Mutants in different places share
//! compilations, since the compiler's messages tell them apart; one that no message names is compiled again alone.

mod contract;
mod handlers;
mod suite;
mod text;
mod tree;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::Instant;

use contract::{Change, Mutant};
use suite::{Suite, TIMED_OUT, Verdict};
use tree::Tree;

use crate::command::say;
use crate::coverage;

const CONTRACT: &str = "openapi.yml";

/// What handlers answer, not the layer in front of them, wherever it is declared. 401 and 403 are either's: those count
/// that the tests saw a handler answer.
const HANDLED: [u16; 8] = [200, 201, 204, 304, 404, 412, 500, 503];

/// It reads nothing but the token, so nothing that it needs can be away or be wrong: what the contract cannot say of a user is
/// a 401.
const NEVER_HANDLED: [&str; 2] = ["getCurrentUser 500", "getCurrentUser 503"];

/// How many mutants to try, all if there is no number, and which.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    number: Option<NonZeroUsize>,
    seed: u64,
}

impl Sample {
    /// Reads `[--sample N] [--seed S]`.
    pub(crate) fn read(words: &[&str]) -> Result<Self, String> {
        let wrong = || {
            "write `cargo xtask mutants [--sample N] [--seed S]`, with one mutant at least"
                .to_owned()
        };
        let mut sample = Self {
            number: None,
            seed: 1,
        };
        for pair in words.chunks(2) {
            match pair {
                ["--sample", number] => sample.number = Some(number.parse().map_err(|_| wrong())?),
                ["--seed", seed] => sample.seed = seed.parse().map_err(|_| wrong())?,
                _ => return Err(wrong()),
            }
        }
        Ok(sample)
    }

    fn choose<T>(&self, all: Vec<T>) -> Vec<T> {
        let number = self.number.map_or(all.len(), NonZeroUsize::get);
        let mut random = fastrand::Rng::with_seed(self.seed);
        random.choose_multiple(all, number)
    }
}

/// Any mutant.
enum Any {
    Contract(Mutant),
    /// A handler's answer: operation and status.
    Handler(String, u16),
}

/// What became of them.
#[derive(Default)]
struct Report {
    generator: usize,
    compiler: usize,
    tests: usize,
    survivors: Vec<String>,
    /// With these the tests do not end. Nobody is told what is wrong, so they are not refused.
    endless: Vec<String>,
}

pub(crate) fn run(sample: &Sample) -> Result<(), String> {
    let start = Instant::now();
    let contract = crate::contract()?;
    let tree = Tree::new()?;
    let original = tree.read(CONTRACT)?;
    let source = text::without_examples(&original);

    say("building and running the tests with switches in the handlers\n");
    let declared = coverage::declared(&contract);
    let suite = instrumented(&tree, &original, &declared, &contract.document.info.title)?;

    let mut all: Vec<Any> = contract::all(&source, &contract)?
        .into_iter()
        .map(Any::Contract)
        .collect();
    all.extend(
        answers(&declared, &suite.handled)
            .into_iter()
            .map(|(id, status)| Any::Handler(id, status)),
    );
    let number = all.len();
    let chosen = sample.choose(all);
    say(&format!(
        "{} of {number} mutants (seed {})\n",
        chosen.len(),
        sample.seed
    ));

    let mut report = Report::default();
    let mut compiled = Vec::new();
    let mut answers = Vec::new();
    for mutant in chosen {
        match mutant {
            Any::Handler(operation, status) => answers.push((operation, status)),
            Any::Contract(mutant) => {
                match contract_codegen::generate(&mutant.of(&source), CONTRACT) {
                    Ok(_) => compiled.push(mutant),
                    Err(found) => report.judge(&mutant.change, &found.to_string(), |report| {
                        &mut report.generator
                    }),
                }
            }
        }
    }
    say(&format!("the generator refuses {}\n", report.generator));
    for (operation, status) in answers {
        let mutant = || format!("{operation} answers another status instead of {status}");
        match suite.verdict(&tree, &operation, status)? {
            Verdict::Failed(_) => report.tests += 1,
            Verdict::Unseen => report.survive(mutant()),
            Verdict::TimedOut => report.time_out(mutant()),
        }
    }
    say(&format!("tests notice {} handlers\n", report.tests));
    plain(&tree)?;
    let built = compile(&tree, &source, compiled, &mut report)?;
    say(&format!("the compiler refuses {}\n", report.compiler));
    for mutant in built {
        tree.write(CONTRACT, &mutant.of(&original))?;
        match suite::verdict(&tree)? {
            Verdict::Failed(message) => {
                report.judge(&mutant.change, &message, |report| &mut report.tests);
            }
            Verdict::Unseen => report.survive(mutant.change.to_string()),
            Verdict::TimedOut => report.time_out(mutant.change.to_string()),
        }
    }
    report.finish(start)
}

/// The tests of a server whose handlers can be told to change their answers.
fn instrumented(
    tree: &Tree,
    contract: &str,
    declared: &[(String, BTreeSet<u16>)],
    title: &str,
) -> Result<Suite, String> {
    let operations: Vec<String> = declared.iter().map(|(id, _)| id.clone()).collect();
    tree.write(CONTRACT, contract)?;
    let mut found = 0;
    for path in handlers::FILES {
        let (mut text, count) = handlers::wrapped(&tree.read(path)?, &operations)?;
        if count == 0 {
            text = handlers::with_switch(&text);
        }
        tree.write(path, &text)?;
        found += count;
    }
    if found != operations.len() {
        return Err(format!(
            "{found} handlers were found, of {}",
            operations.len()
        ));
    }
    Suite::new(tree, title)
}

/// The handlers as they are.
fn plain(tree: &Tree) -> Result<(), String> {
    for path in handlers::FILES {
        let from = crate::root().join(path);
        let text = std::fs::read_to_string(&from)
            .map_err(|error| format!("{}: {error}", from.display()))?;
        tree.write(path, &text)?;
    }
    Ok(())
}

/// What handlers answer.
fn answers(declared: &[(String, BTreeSet<u16>)], handled: &BTreeSet<String>) -> Vec<(String, u16)> {
    let mut answers = Vec::new();
    for (operation, statuses) in declared {
        for status in statuses {
            let pair = format!("{operation} {status}");
            let by_rule = HANDLED.contains(status) && !NEVER_HANDLED.contains(&pair.as_str());
            if by_rule || handled.contains(&pair) {
                answers.push((operation.clone(), *status));
            }
        }
    }
    answers
}

/// Compiles the server; gives the mutants that it compiles with.
fn compile(
    tree: &Tree,
    source: &str,
    mut mutants: Vec<Mutant>,
    report: &mut Report,
) -> Result<Vec<Mutant>, String> {
    let mut alone = Vec::new();
    while !mutants.is_empty() {
        let mut places = BTreeSet::new();
        let (batch, rest): (Vec<Mutant>, Vec<Mutant>) = mutants
            .into_iter()
            .partition(|mutant| places.insert(mutant.change.place().to_owned()));
        mutants = rest;
        let edits = batch.iter().flat_map(|mutant| &mutant.edits);
        tree.write(CONTRACT, &text::edited(source, edits))?;
        let errors = tree.check("portfolio-server")?;
        for mutant in batch {
            if errors.iter().any(|error| mutant.change.is_named(error)) {
                report.compiler += 1;
            } else {
                alone.push(mutant);
            }
        }
    }
    let mut built = Vec::new();
    for mutant in alone {
        tree.write(CONTRACT, &mutant.of(source))?;
        let errors = tree.check("portfolio-server")?;
        if errors.is_empty() {
            built.push(mutant);
        } else {
            report.judge(&mutant.change, &errors.join("\n"), |report| {
                &mut report.compiler
            });
        }
    }
    Ok(built)
}

impl Report {
    /// A mutant that was refused counts only if the message says what it is about.
    fn judge(&mut self, change: &Change, message: &str, stage: fn(&mut Self) -> &mut usize) {
        if change.is_named(message) {
            *stage(self) += 1;
        } else {
            self.survive(format!("{change}: refused without its name: {message}"));
        }
    }

    fn survive(&mut self, mutant: String) {
        say(&format!("survived: {mutant}\n"));
        self.survivors.push(mutant);
    }

    fn time_out(&mut self, mutant: String) {
        say(&format!("{TIMED_OUT}: {mutant}\n"));
        self.endless.push(mutant);
    }

    fn finish(self, start: Instant) -> Result<(), String> {
        let killed = self.generator + self.compiler + self.tests;
        say(&format!(
            "{} mutants in {} s: {} refused by the generator, {} by the compiler, {} by the tests; {} survived, {} timed out\n",
            killed + self.survivors.len() + self.endless.len(),
            start.elapsed().as_secs(),
            self.generator,
            self.compiler,
            self.tests,
            self.survivors.len(),
            self.endless.len(),
        ));
        let mut faults = Vec::new();
        for (fault, mutants) in [
            ("these changes could land", &self.survivors),
            (TIMED_OUT, &self.endless),
        ] {
            if !mutants.is_empty() {
                faults.push(format!("{fault}:\n{}", mutants.join("\n")));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_read() {
        let sample = |number: Option<usize>, seed| Sample {
            number: number.and_then(NonZeroUsize::new),
            seed,
        };
        assert_eq!(Sample::read(&[]), Ok(sample(None, 1)));
        assert_eq!(
            Sample::read(&["--seed", "7", "--sample", "20"]),
            Ok(sample(Some(20), 7))
        );
        for wrong in [
            &["--sample"][..],
            &["--sample", "x"],
            &["--sample", "0"],
            &["20"],
        ] {
            assert!(Sample::read(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(
            sample(Some(3), 5).choose((0..9).collect::<Vec<_>>()).len(),
            3
        );
    }

    #[test]
    fn what_survives_and_what_does_not_end_are_told_apart() {
        let finish = |survivors: &[&str], endless: &[&str]| {
            let report = Report {
                survivors: survivors.iter().map(|&it| it.to_owned()).collect(),
                endless: endless.iter().map(|&it| it.to_owned()).collect(),
                ..Report::default()
            };
            report.finish(Instant::now())
        };
        assert_eq!(finish(&[], &[]), Ok(()));
        let survived = "these changes could land:\na\nb";
        assert_eq!(finish(&["a", "b"], &[]), Err(survived.to_owned()));
        let endless = finish(&[], &["c"]).unwrap_err();
        assert_eq!(endless, format!("{TIMED_OUT}:\nc"));
        let both = finish(&["a", "b"], &["c"]).unwrap_err();
        assert_eq!(both, format!("{survived}\n{endless}"));
    }
}
