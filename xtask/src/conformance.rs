//! An outside judge: schemathesis, from PyPI, holds the contract against the running server.
//!
//! Every seed is two runs beside each other, each against a server of its own: one with the owner's token, one with
//! none. What is tested, and what schemathesis must know, is in tests/conformance/.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{cargo, say};
use crate::python;
use crate::server::Server;

const SEEDS: [u32; 3] = [1, 2, 3];
const CALLERS: [&str; 2] = ["owner", "anonymous"];
const REQUIREMENTS: &str = "tests/conformance/requirements.txt";
const EMAIL: &str = "owner@example.com";
/// As in tests/conformance/schemathesis.toml.
const PASSWORD: &str = "conformance-password";
/// A run takes about a minute; one that hangs must not hang CI.
const PATIENCE: Duration = Duration::from_secs(600);

/// Reads `[--seed N]...`; no seed means the usual ones.
pub(crate) fn seeds(words: &[&str]) -> Result<Vec<u32>, String> {
    let mut seeds = Vec::new();
    for pair in words.chunks(2) {
        match pair {
            ["--seed", number] => seeds.push(number.parse().map_err(|_| {
                format!("`--seed {number}`: a seed is a whole number from 0 to 4294967295")
            })?),
            _ => return Err("write `cargo xtask conformance [--seed N]...`".to_owned()),
        }
    }
    if seeds.is_empty() {
        seeds.extend(SEEDS);
    }
    Ok(seeds)
}

pub(crate) fn run(seeds: &[u32]) -> Result<(), String> {
    let programs = python::environment("schemathesis", REQUIREMENTS)?;
    cargo(&["build", "--package", "portfolio-server"])?;
    let mut failures = Vec::new();
    for seed in seeds {
        let runs = CALLERS
            .iter()
            .map(|caller| Run::start(&programs, *seed, caller))
            .collect::<Result<Vec<_>, _>>()?;
        for run in runs {
            let shown = format!("seed {seed}, {}", run.caller);
            let path = run.output.clone();
            let passed = run.finish()?;
            let output = std::fs::read_to_string(&path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            match cases(&output) {
                Some(cases) if passed => say(&format!("{shown}: {cases}\n")),
                _ => {
                    say(&output);
                    failures.push(shown);
                }
            }
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the server is not what the contract says ({}); `cargo xtask conformance --seed N` repeats a seed",
        failures.join("; ")
    ))
}

/// How many requests were judged, in schemathesis's own words. None of them is no success.
fn cases(output: &str) -> Option<&str> {
    let (_, rest) = output.split_once("Test cases:")?;
    let line = rest.lines().map(str::trim).find(|line| !line.is_empty())?;
    (!line.starts_with("0 ")).then_some(line)
}

/// One run of schemathesis and the server that it asks.
struct Run {
    caller: &'static str,
    output: PathBuf,
    process: Child,
    _server: Server,
}

impl Run {
    fn start(programs: &Path, seed: u32, caller: &'static str) -> Result<Self, String> {
        let folder = crate::root().join(format!("target/conformance/{seed}-{caller}"));
        let owner = [
            ("OWNER_EMAIL", EMAIL),
            ("OWNER_PASSWORD", PASSWORD),
            ("LOG_LEVEL", "error"),
        ];
        let server = Server::start("target/debug/portfolio", &folder, &owner)?;
        let output = folder.join("output.txt");
        let failed =
            |error: std::io::Error| format!("{} cannot be written: {error}", output.display());
        let file = File::create(&output).map_err(failed)?;
        let rules = crate::root().join("tests/conformance");
        let origin = format!("http://{}", server.address);
        let base = format!("{origin}/v1");
        say(&format!(
            "$ schemathesis run {origin}/openapi.json --seed {seed} ({caller})\n"
        ));
        let process = Command::new(programs.join("schemathesis"))
            .arg("--config-file")
            .arg(rules.join("schemathesis.toml"))
            .args(["--no-color", "run", &format!("{origin}/openapi.json")])
            .args(["--url", &base, "--seed", &seed.to_string()])
            .env("CONFORMANCE_HOOKS", rules.join("hooks.py"))
            .env("CONFORMANCE_CALLER", caller)
            .env("CONFORMANCE_URL", &base)
            .env("CONFORMANCE_EMAIL", EMAIL)
            .env("CONFORMANCE_PASSWORD", PASSWORD)
            // What it keeps for itself goes here as well.
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(failed)?)
            .stderr(file)
            .spawn()
            .map_err(|error| format!("schemathesis could not be started: {error}"))?;
        Ok(Self {
            caller,
            output,
            process,
            _server: server,
        })
    }

    /// Waits for the end; gives whether everything passed.
    fn finish(mut self) -> Result<bool, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(100)),
                Ok(None) => {
                    return Err(format!(
                        "schemathesis did not end within {} minutes; see {}",
                        PATIENCE.as_secs() / 60,
                        self.output.display()
                    ));
                }
                Err(error) => return Err(format!("schemathesis was lost: {error}")),
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_read() {
        assert_eq!(seeds(&[]), Ok(vec![1, 2, 3]));
        assert_eq!(seeds(&["--seed", "7", "--seed", "8"]), Ok(vec![7, 8]));
        assert!(seeds(&["--seed"]).is_err());
        assert!(seeds(&["--seed", "x"]).is_err());
    }

    #[test]
    fn a_run_without_cases_is_no_success() {
        let output = "Test cases:\n  2544 generated, 2544 passed, 44 skipped\n\nSeed: 1";
        assert_eq!(
            cases(output),
            Some("2544 generated, 2544 passed, 44 skipped")
        );
        assert_eq!(cases("Test cases:\n  0 generated"), None);
        assert_eq!(cases("error: no such file"), None);
    }
}
