//! A copy of the repository to be spoilt.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::cargo_program;
use crate::copy;
use crate::coverage::VARIABLE as RECORD;

/// The copy. It has a target folder of its own, kept from run to run: in the repository's own, cargo would take packages
/// of the two for the same.
pub(crate) struct Tree {
    root: PathBuf,
    target: PathBuf,
}

/// What tests said, and how they ended.
pub(crate) struct Outcome {
    pub(crate) end: End,
    pub(crate) output: String,
}

/// How tests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    Failed,
    /// They were ended.
    TimedOut,
}

impl Outcome {
    /// What the tests that failed said, without what they are called: what libtest shows between its first line
    /// `failures:` and its last one, of each test under its name. Tests that passed, and programs that the tests started,
    /// say nothing there.
    pub(crate) fn failures(&self) -> String {
        let lines = self.output.lines();
        let section = lines.skip_while(|line| *line != "failures:").skip(1);
        let said = section.take_while(|line| *line != "failures:");
        let said = said.filter(|line| !(line.starts_with("---- ") && line.ends_with(" ----")));
        said.collect::<Vec<_>>().join("\n")
    }
}

impl Tree {
    /// A copy of the repository as it is.
    pub(crate) fn new() -> Result<Self, String> {
        let root = crate::root().join("target/mutants/tree");
        let tree = Self {
            target: crate::root().join("target/mutants/build"),
            root,
        };
        copy::into(&tree.root)?;
        Ok(tree)
    }

    /// A file's text.
    pub(crate) fn read(&self, path: &str) -> Result<String, String> {
        let path = self.root.join(path);
        fs::read_to_string(&path).map_err(|error| failed(&path, &error))
    }

    /// Changes a file.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let path = self.root.join(path);
        fs::write(&path, text).map_err(|error| failed(&path, &error))
    }

    /// What the compiler objects to, each error a text; empty if it compiles.
    pub(crate) fn check(&self, package: &str) -> Result<Vec<String>, String> {
        let arguments = ["check", "--package", package, "--message-format", "json"];
        let (passed, messages, complaints) = self.cargo(&arguments)?;
        if passed {
            return Ok(Vec::new());
        }
        let errors = messages
            .iter()
            .filter(|message| message["message"]["level"] == "error");
        let mut found: Vec<String> = errors.map(|message| text(&message["message"])).collect();
        // What build scripts say.
        found.extend(
            complaints
                .lines()
                .filter(|line| line.starts_with("error"))
                .map(str::to_owned),
        );
        Ok(found)
    }

    /// Builds the contract tests; their program, or what the compiler objects to.
    pub(crate) fn tests(&self) -> Result<Result<PathBuf, String>, String> {
        let arguments = [
            "test",
            "--no-run",
            "--package",
            "portfolio-tests",
            "--test",
            "contract",
            "--message-format",
            "json",
        ];
        let (passed, messages, complaints) = self.cargo(&arguments)?;
        let errors = messages
            .iter()
            .filter(|message| message["message"]["level"] == "error");
        if !passed {
            let errors: Vec<String> = errors.map(|message| text(&message["message"])).collect();
            return Ok(Err(errors.join("\n") + &complaints));
        }
        let program = messages.iter().find_map(|message| {
            let is_it =
                message["target"]["name"] == "contract" && message["profile"]["test"] == true;
            message["executable"]
                .as_str()
                .filter(|_| is_it)
                .map(PathBuf::from)
        });
        program
            .map(Ok)
            .ok_or_else(|| "cargo built no contract tests".to_owned())
    }

    /// Runs the contract tests' program.
    pub(crate) fn run(
        &self,
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        patience: Duration,
    ) -> Result<Outcome, String> {
        let path = crate::root().join("target/mutants/output.txt");
        let file = File::create(&path).map_err(|error| failed(&path, &error))?;
        let errors = file.try_clone().map_err(|error| failed(&path, &error))?;
        let package = self.root.join("tests");
        let mut process = Command::new(program)
            .args(arguments)
            .current_dir(&package)
            .env_remove(RECORD)
            .envs(environment.iter().copied())
            .env("CARGO_MANIFEST_DIR", &package)
            // Snapshots are compared and never written.
            .env("INSTA_UPDATE", "no")
            .env("INSTA_WORKSPACE_ROOT", &self.root)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(|error| failed(program, &error))?;
        let deadline = Instant::now() + patience;
        let end = loop {
            match process.try_wait() {
                Ok(Some(status)) if status.success() => break End::Passed,
                Ok(Some(_)) => break End::Failed,
                Ok(None) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                _ => {
                    let _ = process.kill();
                    let _ = process.wait();
                    break End::TimedOut;
                }
            }
        };
        let output = fs::read(&path).map_err(|error| failed(&path, &error))?;
        let output = String::from_utf8_lossy(&output).into_owned();
        Ok(Outcome { end, output })
    }

    /// Whether cargo succeeded, its messages as JSON, and what it wrote to standard error.
    fn cargo(&self, arguments: &[&str]) -> Result<(bool, Vec<Value>, String), String> {
        let output = cargo_program()
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .output()
            .map_err(|error| format!("cargo could not be run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let messages = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.success(), messages, complaints))
    }
}

/// A message of the compiler without the lines of code that it quotes.
fn text(message: &Value) -> String {
    let mut text = message["message"].as_str().unwrap_or_default().to_owned();
    for span in message["spans"].as_array().into_iter().flatten() {
        text.push('\n');
        text.push_str(span["label"].as_str().unwrap_or_default());
    }
    for child in message["children"].as_array().into_iter().flatten() {
        text.push('\n');
        text.push_str(child["message"].as_str().unwrap_or_default());
    }
    text
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tests_say_that_failed_is_read() {
        let outcome = |output: &str| Outcome {
            end: End::Failed,
            output: output.to_owned(),
        };
        let output = "test posts::a ... ok\nGET /posts getPost\ntest posts::b ... FAILED\n\nfailures:\n\n\
                      ---- posts::b stdout ----\nlogin: 500\n\n\nfailures:\n    posts::b\n\n\
                      test result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(outcome(output).failures().trim(), "login: 500");
        assert_eq!(outcome("getPost\ntest result: ok\n").failures(), "");
        assert_eq!(outcome("getPost\nstack overflow").failures(), "");
    }
}
