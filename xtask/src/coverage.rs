//! Whether the tests have seen every status that the contract declares for an operation, and no other.
//!
//! The harness of all contract tests, those of `examples/` too, appends each answer to the file that CONTRACT_COVERAGE names,
//! with the title of its contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use contract_codegen::Generated;
use serde_json::Value;

use crate::command::{INSTALL_RUST, cargo_program, run as run_command, say};

/// Where the harness writes to. Only the commands that read it afterwards set it for what they run: the tests that others
/// run would be taken for part of the record.
pub(crate) const VARIABLE: &str = "CONTRACT_COVERAGE";

/// A pair of operation and status, with the tests that saw it.
pub(crate) type Seen = BTreeMap<(String, u16), BTreeSet<String>>;

/// Runs the contract tests, unless they have just been run and recorded, and holds what they saw against the contract.
pub(crate) fn run(recorded: bool) -> Result<(), String> {
    let path = path();
    if !recorded {
        record(&path)?;
    }
    let contract = crate::contract()?;
    let coverage = Coverage {
        declared: declared(&contract),
        seen: read(&path, &contract.document.info.title)?,
    };
    say(&coverage.table());
    say(&coverage.cases());
    coverage.judge()
}

fn path() -> PathBuf {
    crate::root().join("target/coverage/answers.jsonl")
}

/// Runs the contract tests; `path` then says what they saw.
fn record(path: &Path) -> Result<(), String> {
    if path.exists() {
        std::fs::remove_file(path)
            .map_err(|error| format!("{} cannot be deleted: {error}", path.display()))?;
    }
    run_command(
        cargo_program()
            .args(["test", "--package", "portfolio-tests", "--test", "contract"])
            .env(VARIABLE, path),
        INSTALL_RUST,
    )
}

/// What is recorded in a file of the contract with this title.
pub(crate) fn read(path: &Path, title: &str) -> Result<Seen, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!(
            "{} cannot be read: {error}; `cargo xtask coverage` runs the tests and writes it",
            path.display()
        )
    })?;
    seen(&text, title).map_err(|line| format!("{}:{line}: is no answer", path.display()))
}

/// The answers of one contract, or the number of a line that is none of any.
fn seen(text: &str, title: &str) -> Result<Seen, usize> {
    let mut seen = Seen::new();
    for (index, line) in text.lines().enumerate() {
        let answer = parse(line).ok_or(index + 1)?;
        if answer.contract == title {
            let pair = (answer.operation, answer.status);
            seen.entry(pair).or_default().insert(answer.test);
        }
    }
    Ok(seen)
}

/// A line of the record.
struct Answer {
    contract: String,
    operation: String,
    status: u16,
    test: String,
}

fn parse(line: &str) -> Option<Answer> {
    let answer: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| Some(answer[name].as_str()?.to_owned());
    Some(Answer {
        contract: text("contract")?,
        operation: text("operation")?,
        status: answer["status"].as_u64()?.try_into().ok()?,
        test: text("test")?,
    })
}

/// The operations in the contract's order, with the statuses that they declare.
pub(crate) fn declared(contract: &Generated) -> Vec<(String, BTreeSet<u16>)> {
    let operations = contract.document.operations();
    operations
        .map(|(_, _, operation)| {
            let id = operation.operation_id.clone().unwrap_or_default();
            let statuses = operation.responses.responses.keys();
            // The generator accepts no ranges.
            (
                id,
                statuses
                    .filter_map(|status| status.to_string().parse().ok())
                    .collect(),
            )
        })
        .collect()
}

struct Coverage {
    declared: Vec<(String, BTreeSet<u16>)>,
    seen: Seen,
}

impl Coverage {
    fn pairs(&self) -> Vec<(&str, u16)> {
        let mut pairs = Vec::new();
        for (id, statuses) in &self.declared {
            pairs.extend(statuses.iter().map(|status| (id.as_str(), *status)));
        }
        pairs
    }

    fn tests(&self, operation: &str, status: u16) -> Option<&BTreeSet<String>> {
        self.seen.get(&(operation.to_owned(), status))
    }

    /// Operations against statuses: how many tests see each pair.
    fn table(&self) -> String {
        let mut statuses: BTreeSet<u16> = self.pairs().iter().map(|(_, status)| *status).collect();
        statuses.extend(self.seen.keys().map(|(_, status)| status));
        let width = self
            .declared
            .iter()
            .map(|(id, _)| id.len())
            .max()
            .unwrap_or(0);
        let mut table = format!("{:width$}", "");
        for status in &statuses {
            let _ = write!(table, " {status:>4}");
        }
        table.push('\n');
        for (id, declared) in &self.declared {
            let _ = write!(table, "{id:width$}");
            for status in &statuses {
                let cell = match (declared.contains(status), self.tests(id, *status)) {
                    (true, Some(tests)) => tests.len().to_string(),
                    (true, None) => "none".to_owned(),
                    (false, Some(_)) => "!".to_owned(),
                    (false, None) => ".".to_owned(),
                };
                let _ = write!(table, " {cell:>4}");
            }
            table.push('\n');
        }
        table
    }

    /// Each pair with a test that sees it; the first by name, so that the list stays the same from run to run.
    fn cases(&self) -> String {
        let mut cases = String::new();
        for (operation, status) in self.pairs() {
            if let Some(test) = self.tests(operation, status).and_then(BTreeSet::first) {
                let _ = writeln!(cases, "{operation} {status}: {test}");
            }
        }
        cases
    }

    fn judge(&self) -> Result<(), String> {
        let mut faults = Vec::new();
        for (operation, status) in self.pairs() {
            if self.tests(operation, status).is_none() {
                faults.push(format!(
                    "{operation} declares {status}, and no test sees it"
                ));
            }
        }
        for ((operation, status), tests) in &self.seen {
            let is_declared = |(id, statuses): &(String, BTreeSet<u16>)| {
                id == operation && statuses.contains(status)
            };
            if !self.declared.iter().any(is_declared) {
                let test = tests.first().map_or("", String::as_str);
                faults.push(format!(
                    "{operation} answered {status} in {test}, which it does not declare"
                ));
            }
        }
        let pairs = self.pairs().len();
        if faults.is_empty() {
            say(&format!(
                "all {pairs} pairs of operation and status are covered\n"
            ));
            return Ok(());
        }
        Err(format!(
            "of {pairs} pairs of operation and status:\n{}",
            faults.join("\n")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(seen: &[(&str, u16)]) -> Coverage {
        let seen = seen.iter().map(|(operation, status)| {
            (
                (operation.to_string(), *status),
                BTreeSet::from(["a_test".to_owned()]),
            )
        });
        Coverage {
            declared: vec![("getPost".to_owned(), BTreeSet::from([200, 404]))],
            seen: seen.collect(),
        }
    }

    #[test]
    fn gaps_and_strangers_are_told() {
        assert_eq!(
            coverage(&[("getPost", 200), ("getPost", 404)]).judge(),
            Ok(())
        );
        let faults = coverage(&[("getPost", 200), ("getPost", 418), ("gone", 200)]).judge();
        let faults = faults.unwrap_err();
        for fault in [
            "getPost declares 404, and no test sees it",
            "getPost answered 418 in a_test, which it does not declare",
            "gone answered 200 in a_test",
        ] {
            assert!(faults.contains(fault), "{faults}");
        }
    }

    fn line(contract: &str, operation: &str, status: u32) -> String {
        format!(
            r#"{{"contract":"{contract}","operation":"{operation}","status":{status},"test":"a"}}"#
        )
    }

    #[test]
    fn answers_of_one_contract_are_read() {
        let lines = [
            line("Blog", "login", 200),
            line("Movies", "login", 418),
            line("Blog", "login", 200),
        ];
        let expected = [(("login".to_owned(), 200), BTreeSet::from(["a".to_owned()]))];
        assert_eq!(seen(&lines.join("\n"), "Blog"), Ok(expected.into()));
        assert_eq!(seen(&lines.join("\n"), "Books"), Ok(Seen::new()));
    }

    #[test]
    fn what_is_no_answer_is_told_by_its_line() {
        let right = line("Blog", "login", 200);
        for wrong in [
            "",
            "{",
            r#"{"operation":"login","status":200,"test":"a"}"#,
            &line("Blog", "login", 70_000),
        ] {
            assert_eq!(
                seen(&format!("{right}\n{wrong}\n"), "Blog"),
                Err(2),
                "{wrong}"
            );
        }
    }
}
