//! An outside judge: schemathesis, from PyPI, holds contracts against running servers.
//!
//! Every seed is a run for each caller, beside each other, each against a server of its own: one with a token, say, and one
//! with none. What is tested, and what schemathesis must know, lies beside each service: see [`Service`].

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{built, cargo, say};
use crate::python;
use crate::server::Server;
use crate::service::{self, PASSWORD, Service};

const SEEDS: [u32; 3] = [1, 2, 3];
const REQUIREMENTS: &str = "tests/conformance/requirements.txt";
/// A run takes about a minute; one that hangs must not hang CI.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is judged, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Extent<'a> {
    /// Names of services; all if there is none.
    pub(crate) services: Vec<&'a str>,
    pub(crate) seeds: Vec<u32>,
}

impl<'a> Extent<'a> {
    /// Reads `[--service NAME]... [--seed N]...`; no seed means the usual ones.
    pub(crate) fn read(words: &[&'a str]) -> Result<Self, String> {
        let (mut services, mut seeds) = (Vec::new(), Vec::new());
        for pair in words.chunks(2) {
            match pair {
                ["--service", name] => services.push(*name),
                ["--seed", number] => seeds.push(number.parse().map_err(|_| {
                    format!("`--seed {number}`: a seed is a whole number from 0 to 4294967295")
                })?),
                _ => {
                    return Err(
                        "write `cargo xtask conformance [--service NAME]... [--seed N]...`"
                            .to_owned(),
                    );
                }
            }
        }
        if seeds.is_empty() {
            seeds.extend(SEEDS);
        }
        Ok(Self { services, seeds })
    }
}

pub(crate) fn run(extent: &Extent<'_>) -> Result<(), String> {
    let services = service::named(&extent.services)?;
    let rules: Vec<PathBuf> = services
        .iter()
        .map(Service::rules)
        .collect::<Result<_, _>>()?;
    let programs = python::environment("schemathesis", REQUIREMENTS)?;
    let mut failures = Vec::new();
    for (service, rules) in services.iter().zip(&rules) {
        cargo(&["build", "--package", &service.package])?;
        for seed in &extent.seeds {
            let callers = service.callers.iter();
            let runs = callers
                .map(|caller| Run::start(&programs, service, rules, *seed, caller))
                .collect::<Result<Vec<_>, _>>()?;
            for run in runs {
                let shown = format!("{}, seed {seed}, {}", service.name, run.caller);
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
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!(
        "a server is not what its contract says ({}); `cargo xtask conformance --service NAME --seed N` repeats a run",
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
    caller: String,
    output: PathBuf,
    process: Child,
    _server: Server,
}

impl Run {
    fn start(
        programs: &Path,
        service: &Service,
        rules: &Path,
        seed: u32,
        caller: &str,
    ) -> Result<Self, String> {
        let name = format!("target/conformance/{}/{seed}-{caller}", service.name);
        let folder = crate::root().join(name);
        let mut settings = vec![("LOG_LEVEL", "error")];
        let own = service.settings.iter();
        settings.extend(own.map(|(name, value)| (name.as_str(), value.as_str())));
        let program = Command::new(built("debug", &service.binary)?);
        // Starting the server empties the folder; only then can the file with its lines be made.
        let (printed, lines) = mpsc::channel();
        let server = Server::launch(program, &folder, &settings, move |line| {
            let _ = printed.send(line);
        })?;
        let banner = folder.join("banner.txt");
        keep(lines, &banner)?;
        let output = folder.join("output.txt");
        let failed =
            |error: std::io::Error| format!("{} cannot be written: {error}", output.display());
        let file = File::create(&output).map_err(failed)?;
        let contract = service.contract(&server.address);
        say(&format!(
            "$ schemathesis run {contract} --seed {seed} ({}, {caller})\n",
            service.name
        ));
        let process = Command::new(programs.join("schemathesis"))
            .arg("--config-file")
            .arg(rules.join("schemathesis.toml"))
            .args(["--no-color", "run", &contract])
            .args(["--url", &server.url, "--seed", &seed.to_string()])
            // How fast it makes its requests says something of the machine and nothing of the server.
            .args(["--suppress-health-check", "too_slow"])
            .envs(service.settings.iter().cloned())
            .env("CONFORMANCE_HOOKS", rules.join("hooks.py"))
            .env("CONFORMANCE_CALLER", caller)
            .env("CONFORMANCE_URL", &server.url)
            .env("CONFORMANCE_PASSWORD", PASSWORD)
            .env("CONFORMANCE_BANNER", &banner)
            // What it keeps for itself goes here as well.
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(failed)?)
            .stderr(file)
            .spawn()
            .map_err(|error| format!("schemathesis could not be started: {error}"))?;
        Ok(Self {
            caller: caller.to_owned(),
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

/// Writes what the server prints after its address into a file, line by line, as long as it prints.
fn keep(lines: mpsc::Receiver<String>, path: &Path) -> Result<(), String> {
    let mut file = File::create(path)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    thread::spawn(move || {
        lines
            .iter()
            .try_for_each(|line| file.write_all(format!("{line}\n").as_bytes()))
    });
    Ok(())
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
    fn what_is_judged_is_read() {
        let read = |words: &[&'static str]| Extent::read(words);
        let extent = |services: &[&'static str], seeds: &[u32]| {
            let (services, seeds) = (services.to_vec(), seeds.to_vec());
            Ok(Extent { services, seeds })
        };
        assert_eq!(read(&[]), extent(&[], &[1, 2, 3]));
        assert_eq!(read(&["--seed", "7", "--seed", "8"]), extent(&[], &[7, 8]));
        let words = ["--service", "x", "--seed", "7", "--service", "y"];
        assert_eq!(read(&words), extent(&["x", "y"], &[7]));
        for wrong in [
            &["--seed"][..],
            &["--seed", "x"],
            &["--service"],
            &["x", "y"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
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
