//! The contract tests as a judge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::contract::words;
use super::tree::{End, Outcome, Tree};
use crate::coverage::{self, Seen};

/// The whole suite takes a minute or two.
const PATIENCE: Duration = Duration::from_secs(900);
/// What is said of tests that take longer.
pub(crate) const TIMED_OUT: &str = "the tests did not end within 15 minutes";

/// The built tests, and what each of them sees.
pub(crate) struct Suite {
    program: PathBuf,
    seen: Seen,
    /// How many pairs of operation and status a test sees: the fewer, the faster and the more to the point it is.
    breadth: BTreeMap<String, usize>,
    /// `operation status` that handlers answered, not the layer in front of them.
    pub(crate) handled: BTreeSet<String>,
}

impl Suite {
    /// Builds the tests of a tree and runs them once; they must pass.
    pub(crate) fn new(tree: &Tree, title: &str) -> Result<Self, String> {
        let program = tree
            .tests()?
            .map_err(|errors| format!("without any mutant the tests do not compile:\n{errors}"))?;
        let folder = crate::root().join("target/mutants");
        let (answers, handled) = (folder.join("answers.jsonl"), folder.join("handled.txt"));
        for path in [&answers, &handled] {
            let _ = std::fs::remove_file(path);
        }
        let environment = [
            (coverage::VARIABLE, text(&answers)?),
            ("HANDLER_ANSWERS", text(&handled)?),
        ];
        let outcome = tree.run(&program, &[], &environment, PATIENCE)?;
        if outcome.end == End::TimedOut {
            return Err(format!(
                "without any mutant {TIMED_OUT}, as target/mutants/output.txt shows"
            ));
        }
        if outcome.end == End::Failed {
            let failures = outcome
                .output
                .lines()
                .filter(|line| line.ends_with("... FAILED"));
            let failures: Vec<&str> = failures.collect();
            return Err(format!(
                "without any mutant the tests fail, as target/mutants/output.txt shows:\n{}",
                failures.join("\n")
            ));
        }
        let seen = coverage::read(&answers, title)?;
        let mut breadth = BTreeMap::new();
        for test in seen.values().flatten() {
            *breadth.entry(test.clone()).or_default() += 1;
        }
        let handled = std::fs::read_to_string(&handled)
            .map_err(|error| format!("{}: {error}", handled.display()))?;
        Ok(Self {
            program,
            seen,
            breadth,
            handled: handled.lines().map(str::to_owned).collect(),
        })
    }

    /// What tests that see this answer make of it when a handler's answer is changed.
    pub(crate) fn verdict(
        &self,
        tree: &Tree,
        operation: &str,
        status: u16,
    ) -> Result<Verdict, String> {
        let Some(tests) = self.seen.get(&(operation.to_owned(), status)) else {
            return Ok(Verdict::Unseen);
        };
        let mut tests: Vec<&str> = tests.iter().map(String::as_str).collect();
        tests.sort_by_key(|test| self.breadth.get(*test));
        let mutant = format!("{operation} {status}");
        let (few, rest) = tests.split_at(tests.len().min(3));
        let mut verdict = Verdict::Unseen;
        for tests in [few, rest].into_iter().filter(|tests| !tests.is_empty()) {
            let mut arguments = vec!["--exact"];
            arguments.extend(tests);
            let outcome = tree.run(&self.program, &arguments, &[("MUTANT", &mutant)], PATIENCE)?;
            match Verdict::of(&outcome) {
                Verdict::Failed(said) if words(&said).contains(operation) => {
                    return Ok(Verdict::Failed(said));
                }
                Verdict::TimedOut => verdict = Verdict::TimedOut,
                Verdict::Failed(_) | Verdict::Unseen => {}
            }
        }
        Ok(verdict)
    }
}

/// What tests make of a mutant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They fail, and say this.
    Failed(String),
    /// They pass.
    Unseen,
    /// They do not end, and so say nothing.
    TimedOut,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        match outcome.end {
            End::Passed => Self::Unseen,
            End::Failed => Self::Failed(outcome.failures()),
            End::TimedOut => Self::TimedOut,
        }
    }
}

/// What all tests make of a tree as it is, or the compiler before them.
pub(crate) fn verdict(tree: &Tree) -> Result<Verdict, String> {
    let program = match tree.tests()? {
        Ok(program) => program,
        Err(errors) => return Ok(Verdict::Failed(errors)),
    };
    Ok(Verdict::of(&tree.run(&program, &[], &[], PATIENCE)?))
}

fn text(path: &Path) -> Result<&str, String> {
    path.to_str()
        .ok_or_else(|| format!("{} is not text", path.display()))
}
